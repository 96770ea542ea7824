package graph

// table is THE error table: every row is reached by a story. Versions of older
// texts follow the year of the recording. [guess where only a year is known]
var table []*Error

func row(r errorRow) *Error {
	if r.typ == "" {
		r.typ = oauthException
	}
	if r.status == 0 {
		r.status = 400
	}
	e := &Error{row: &r}
	table = append(table, e)
	return e
}

// Errors of tokens and of the app behind them.
var (
	// ErrNoToken: no token where a person or Page is meant by "me".
	ErrNoToken = row(errorRow{name: "no_token", code: 2500, kind: "invalid_request",
		text: "An active access token must be used to query information about the current user.", mark: "[seen]"})
	// ErrNoApp: no token for another node; until v2.12 the text of code 104.
	ErrNoApp = row(errorRow{name: "no_app", code: 200, status: 403, kind: "insufficient_scope", prefix: true,
		text:  "Provide valid app ID",
		older: []olderText{{below: V(2, 12), code: 104, status: 400, bare: true, kind: "invalid_request", text: "An access token is required to request this resource."}},
		mark:  "[seen idx:53434955003, SPRING]"})
	// ErrBadToken: the text is no token of ours.
	ErrBadToken = row(errorRow{name: "bad_token", code: 190, kind: "invalid_token",
		text:  "Invalid OAuth access token - Cannot parse access token",
		older: []olderText{{below: V(13, 0), text: "Invalid OAuth access token."}}, mark: "[seen php-graph-sdk#1109, idx:44438194145]"})
	// ErrMalformedToken and ErrUndecrypted: a text that begins as a token and is cut off, or
	// was changed; ErrTokenData: a bar behind what is no ID. They had words of their own until
	// the text of 2022 took their place; which had which is guessed. The first interpolates
	// the text.
	ErrMalformedToken = row(errorRow{name: "malformed_token", code: 190, kind: "invalid_token",
		text:  "Invalid OAuth access token - Cannot parse access token",
		older: []olderText{{below: V(13, 0), text: "Malformed access token %s"}}, mark: "[seen idx:71457149591; when guess]"})
	ErrUndecrypted = row(errorRow{name: "undecrypted_token", code: 190, kind: "invalid_token",
		text:  "Invalid OAuth access token - Cannot parse access token",
		older: []olderText{{below: V(13, 0), text: "The access token could not be decrypted"}}, mark: "[seen idx:27365380168; when guess]"})
	ErrTokenData = row(errorRow{name: "token_data", code: 190, kind: "invalid_token",
		text:  "Invalid OAuth access token - Cannot parse access token",
		older: []olderText{{below: V(13, 0), text: "Invalid OAuth access token data."}}, mark: "[seen idx:11431083250; when guess]"})
	// ErrTokenSignature: an app token whose secret is not the app's.
	ErrTokenSignature = row(errorRow{name: "token_signature", code: 190, kind: "invalid_token",
		text: "Invalid OAuth access token signature.", mark: "[seen SPRING]"})
	// ErrTokenExpired interpolates the time of expiry and the current time.
	ErrTokenExpired = row(errorRow{name: "token_expired", code: 190, subcode: 463, kind: "invalid_token",
		text: "Error validating access token: Session has expired on %s. The current time is %s.", mark: "[seen SPRING]"})
	ErrPasswordChanged = row(errorRow{name: "password_changed", code: 190, subcode: 460, kind: "invalid_token",
		text: "Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.",
		older: []olderText{{below: V(2, 11), text: "Error validating access token: Session does not match current stored session. " +
			"This may be because the user changed the password since the time the session was created or Facebook has changed the session for security reasons."}},
		mark: "[seen idx:57977360549, idx:15458724858]"})
	ErrLoggedOut = row(errorRow{name: "logged_out", code: 190, subcode: 467, kind: "invalid_token",
		text: "Error validating access token: The session is invalid because the user logged out.", mark: "[seen SPRING]"})
	ErrTokenRevoked = row(errorRow{name: "token_revoked", code: 190, subcode: 466, kind: "invalid_token",
		text: "Error validating access token: The session was invalidated explicitly using an API call.", mark: "[seen SPRING]"})
	// ErrAppRemoved interpolates the app's ID.
	ErrAppRemoved = row(errorRow{name: "app_removed", code: 190, subcode: 458, kind: "invalid_token",
		text: "Error validating access token: The user has not authorized application %s.", mark: "[seen idx:20169853517]"})
	ErrCheckpoint = row(errorRow{name: "checkpoint", code: 190, subcode: 459, kind: "invalid_token",
		text: "Error validating access token: The user is enrolled in a blocking, logged-in checkpoint", mark: "[seen idx:20169853517]"})
	ErrUnconfirmed = row(errorRow{name: "unconfirmed", code: 190, subcode: 464, kind: "invalid_token",
		text: "Error validating access token: Sessions for the user are not allowed because the user is not a confirmed user.", mark: "[guess]"})
	ErrLostPageRole = row(errorRow{name: "lost_page_role", code: 190, subcode: 492, kind: "invalid_token",
		text: "Error validating access token: The user must be an administrator, editor, or moderator of the page in order to impersonate it. " +
			"If the page business requires Two Factor Authentication, the user also needs to enable Two Factor Authentication.", mark: "[seen idx:9678667573]"})
	ErrInactive = row(errorRow{name: "inactive", code: 190, subcode: 493, kind: "invalid_token",
		text: "The access token is invalid since the user hasn't engaged the app in longer than 90 days.", mark: "[seen hello.js#548]"})
	ErrAppDeleted = row(errorRow{name: "app_deleted", code: 190, status: 401, kind: "invalid_token",
		text: "Error validating application. Application has been deleted.", mark: "[seen idx:70564372939]"})
	ErrUnknownApp = row(errorRow{name: "unknown_app", code: 101, kind: "invalid_request",
		text: "Error validating application. Invalid application ID.", mark: "[seen idx:4689670164]"})
	// ErrAppInfo: what stands for the ID of an app is none.
	ErrAppInfo = row(errorRow{name: "app_info", code: 101, kind: "invalid_request",
		text: "Error validating application. Cannot get application info due to a system error.", mark: "[seen idx:65730171128, zammad; when guess]"})
	// ErrSecretRequired: an edge of the app itself, without its secret.
	ErrSecretRequired = row(errorRow{name: "secret_required", code: 190, kind: "invalid_token", prefix: true,
		text: "Application Secret required for this endpoint", mark: "[seen idx:62705175389, idx:59686922892, idx:66171793376]"})
	ErrBadProof = row(errorRow{name: "bad_proof", code: 100, typ: graphMethodException, kind: "invalid_request",
		text: "Invalid appsecret_proof provided in the API argument", mark: "[seen idx:40400716825]"})
	ErrNoProof = row(errorRow{name: "no_proof", code: 100, typ: graphMethodException, kind: "invalid_request",
		text: "API calls from the server require an appsecret_proof argument", mark: "[seen idx:15369796933]"})
)

// Errors of the token endpoints.
var (
	ErrNoClient = row(errorRow{name: "no_client", code: 101, kind: "invalid_request",
		text: "Missing client_id parameter.", mark: "[seen php-graph-sdk#50]"})
	ErrClientSecret = row(errorRow{name: "client_secret", code: 1, kind: "invalid_request",
		text: "Error validating client secret.", mark: "[seen php-graph-sdk#538; status seen fb_graph2#44]"})
	ErrNoRedirect = row(errorRow{name: "no_redirect", code: 191, kind: "invalid_request",
		text: "Missing redirect_uri parameter.", mark: "[seen php-graph-sdk#274]"})
	// ErrRedirectForbidden: the address is not one of the app's.
	ErrRedirectForbidden = row(errorRow{name: "redirect_forbidden", code: 191, kind: "invalid_request",
		text: "Invalid redirect_uri: Given URL is not allowed by the Application configuration.", mark: "[seen idx:2549303308; code guess]"})
	// ErrPlatformApp is what api.instagram.com says of an app it does not know.
	ErrPlatformApp = row(errorRow{name: "platform_app", code: 101, kind: "invalid_request",
		text: "Invalid platform app", mark: "[guess]"})
	ErrNoCode = row(errorRow{name: "no_code", code: 1, kind: "invalid_request",
		text: "Missing authorization code", mark: "[guess]"})
	ErrCodeFormat = row(errorRow{name: "code_format", code: 100, subcode: 36007, kind: "invalid_code",
		text: "Invalid verification code format.", mark: "[seen idx:33127357440; subcode guess]"})
	// ErrCodeExpired is also the answer to another app's code.
	ErrCodeExpired = row(errorRow{name: "code_expired", code: 100, subcode: 36007, kind: "invalid_code",
		text: "This authorization code has expired.", mark: "[seen LaravelFacebookSdk#141; subcode guess]"})
	ErrCodeUsed = row(errorRow{name: "code_used", code: 100, subcode: 36009, kind: "invalid_code",
		text: "This authorization code has been used.", mark: "[seen laravel/socialite#385; subcode guess]"})
	ErrRedirectMismatch = row(errorRow{name: "redirect_mismatch", code: 100, subcode: 36008, kind: "invalid_code",
		text: "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request", mark: "[seen idx:60630805109]"})
	// ErrVerifier: PKCE; the verifier is missing, wrong or of a code without a challenge.
	ErrVerifier = row(errorRow{name: "code_verifier", code: 100, kind: "invalid_code",
		text: "Invalid code_verifier parameter.", mark: "[guess]"})
	// Of a login on a device.
	ErrDevicePending = row(errorRow{name: "device_pending", code: 31, subcode: 1349174, kind: "invalid_request",
		text: "This request requires the user to take a pending action", title: "Device Login Authorization Pending",
		told: "User has not yet authorized your application. Continue polling.", mark: "[doc facebook-login/for-devices; status guess]"})
	ErrDevicePolling = row(errorRow{name: "device_polling", code: 17, subcode: 1349172, kind: "invalid_request",
		text: "User request limit reached", title: "OAuth Device Excessive Polling",
		told: "Your device is polling too frequently. Space your requests with a minium interval of 5 seconds.", mark: "[doc facebook-login/for-devices; status guess]"})
	ErrDeviceExpired = row(errorRow{name: "device_expired", code: 463, subcode: 1349152, kind: "invalid_request",
		text: "The session has expired", title: "Activation Code Expired",
		told: "The code you entered has expired. Please go back to your device for a new code and try again.", mark: "[doc facebook-login/for-devices; status guess]"})
	ErrDeviceDeclined = row(errorRow{name: "device_declined", code: 31, subcode: 1349173, kind: "invalid_request",
		text: "The user declined the request", title: "Device Login Declined",
		told: "The person does not want to log in on this device.", mark: "[code ANDROID for the subcode; rest guess]"})
	ErrNoExchange = row(errorRow{name: "no_exchange", code: 1, kind: "invalid_request",
		text: "fb_exchange_token parameter not specified", mark: "[seen PYSDK; code guess]"})
	ErrDebugViewer = row(errorRow{name: "debug_viewer", code: 100, kind: "invalid_request", prefix: true,
		text: "You must provide an app access token, or a user access token that is an owner or developer of the app", mark: "[seen nyaruka/rapidpro#3734]"})
	ErrDebugApp = row(errorRow{name: "debug_app", code: 100, kind: "invalid_request", prefix: true,
		text: "The App_id in the input_token did not match the Viewing App", mark: "[seen idx:59932736726]"})
)

const readDocs = " Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api"

// Errors of paths, nodes and parameters.
var (
	// ErrUnknownPath interpolates "/" and what could not be understood.
	ErrUnknownPath = row(errorRow{name: "unknown_path", code: 2500, kind: "invalid_request",
		text: "Unknown path components: %s", mark: "[seen SPRING]"})
	// ErrNoNode interpolates the method in lower case and the ID: unknown, foreign and erased alike.
	ErrNoNode = row(errorRow{name: "no_node", code: 100, subcode: 33, typ: graphMethodException, kind: "invalid_request",
		text:  "Unsupported %s request. Object with ID '%s' does not exist, cannot be loaded due to missing permissions, or does not support this operation." + readDocs,
		older: []olderText{{below: V(2, 6), subcode: -1, text: "Unsupported %s request." + readDocs}}, mark: "[seen restfb#1075]"})
	// ErrUnsupportedMethod is the Instagram host's answer to a route its token does not open.
	ErrUnsupportedMethod = row(errorRow{name: "unsupported_method", code: 100, kind: "invalid_request",
		text: "Unsupported request - method type: %s", mark: "[seen chatwoot#14932]"})
	// ErrNoAlias interpolates the aliases.
	ErrNoAlias = row(errorRow{name: "no_alias", code: 803, kind: "not_found", prefix: true,
		text:  "Some of the aliases you requested do not exist: %s",
		older: []olderText{{below: V(3, 0), text: "Some of the aliases you requested do not exist: %s", status: 404}}, mark: "[seen FBGRAPH]"})
	// ErrManyIDs interpolates how many there are.
	ErrManyIDs = row(errorRow{name: "many_ids", code: 100, kind: "invalid_request", prefix: true,
		text: "Too many IDs. Maximum: 50. Provided: %s.", mark: "[seen BRIDGY]"})
	// ErrIDAndIDs interpolates the ID of the path.
	ErrIDAndIDs = row(errorRow{name: "id_and_ids", code: 2500, kind: "invalid_request",
		text: `Invalid token: "%s".  An ID has already been specified.`, mark: "[seen MOCKFB; code guess]"})
	// ErrNoIDs: the root takes no ids any more.
	ErrNoIDs = row(errorRow{name: "no_ids", code: 12, kind: "invalid_request", prefix: true,
		text: "ids parameter is deprecated for versions v26.0 and higher", mark: "[seen restfb#1692 that it fails; text guess]"})
	ErrEmptyID = row(errorRow{name: "empty_id", code: 100, kind: "invalid_request",
		text: "Cannot specify an empty identifier", mark: "[seen KOALA mock]"})
	// ErrNoField interpolates the field and the wire name of the node type.
	ErrNoField = row(errorRow{name: "no_field", code: 100, kind: "invalid_request", prefix: true,
		text: "Tried accessing nonexisting field (%s) on node type (%s)", mark: "[seen broidHQ/integrations#73]"})
	// ErrUnknownFields: an alias on a plain field; it interpolates the alias. [doc field-expansion]
	ErrUnknownFields = row(errorRow{name: "unknown_fields", code: 100, kind: "invalid_request", prefix: true,
		text: "Unknown fields: %s.", mark: "[doc field-expansion]"})
	// ErrDeprecatedField interpolates the field and the version that dropped it.
	ErrDeprecatedField = row(errorRow{name: "deprecated_field", code: 12, kind: "invalid_request", prefix: true,
		text: "%s field is deprecated for versions %s and higher", mark: "[seen idx:31247330256]"})
	// ErrLaterEdge interpolates the edge and the version that brought it.
	ErrLaterEdge = row(errorRow{name: "later_edge", code: 12, kind: "invalid_request", prefix: true,
		text: "%s requires version %s or higher", mark: "[doc id-matching; seen messenger-node#4]"})
	// ErrSyntax interpolates the complaint, its offset and the whole text.
	ErrSyntax = row(errorRow{name: "syntax", code: 2500, kind: "invalid_request",
		text: `Syntax error "%s" at character %s: %s`, mark: "[seen idx:835053682]"})
	// ErrOldAds: advertising in a version that is gone, which no later one answers.
	ErrOldAds = row(errorRow{name: "old_ads", code: 2635, kind: "invalid_request", prefix: true,
		text: "You are calling a deprecated version of the Ads API. Please update to the latest version.", mark: "[doc GP 3.5; status guess]"})
	ErrBadCursor = row(errorRow{name: "bad_cursor", code: 2642, kind: "invalid_request",
		text: "Invalid cursors values", mark: "[doc marketing reference, idx:68368700248]"})
	// ErrBadParam: a value that cannot be read at all.
	ErrBadParam = row(errorRow{name: "bad_param", code: 100, kind: "invalid_request", prefix: true,
		text: "Invalid parameter", mark: "[doc user v2.10]"})
	// ErrParamKind interpolates the parameter and what it must be.
	ErrParamKind = row(errorRow{name: "param_kind", code: 100, kind: "invalid_request", prefix: true,
		text: "Param %s must be %s", mark: "[seen idx:375574089]"})
	ErrTooLarge = row(errorRow{name: "too_large", code: 100, status: 413, kind: "invalid_request", prefix: true,
		text: "Invalid parameter", mark: "[guess]"})
	// ErrTooMuchData: over the budget of one call.
	ErrTooMuchData = row(errorRow{name: "too_much_data", code: 1, status: 500, kind: "invalid_request",
		text: "Please reduce the amount of data you're asking for, then retry your request", mark: "[seen idx:60492402123]"})
	ErrUnknown = row(errorRow{name: "unknown", code: 1, status: 500, transient: 1, kind: "invalid_request",
		text: "An unknown error occurred", mark: "[doc error-handling]"})
	ErrUnavailable = row(errorRow{name: "unavailable", code: 2, status: 500, transient: 1, kind: "invalid_request", prefix: true,
		text:  "Service temporarily unavailable",
		older: []olderText{{below: V(3, 1), text: "Service temporarily unavailable", status: 400}}, mark: "[seen botpress/botpress-messenger#85; status 500 guess]"})
)

// Errors of a batch as a whole. They have no code.
var (
	ErrBatchSize = row(errorRow{name: "batch_size", typ: graphBatchException,
		text: "Too many requests in batch message. Maximum batch size is 50", mark: "[seen pastebin 5PVMMuhq, idx:298523189]"})
	// ErrBatchName interpolates the number of the request and the name.
	ErrBatchName = row(errorRow{name: "batch_name", typ: graphBatchException,
		text: "Request %s cannot depend on an  unresolved request with  name %s. Requests can only depend on preceding requests", mark: "[seen KOALA]"})
	ErrBatchList = row(errorRow{name: "batch_list", code: 100, kind: "invalid_request", prefix: true,
		text: "param batch must be an array.", mark: "[guess]"})
	// ErrBatchFile interpolates the name of a file that an operation has and nobody sent.
	ErrBatchFile = row(errorRow{name: "batch_file", typ: graphBatchException,
		text: "File %s has not been attached", mark: "[guess]"})
	// ErrBatchNested: a batch inside a batch.
	ErrBatchNested = row(errorRow{name: "batch_nested", typ: graphBatchException,
		text: "Batch requests cannot be nested.", mark: "[guess]"})
)

// Errors of profiles, consent and permission.
var (
	ErrNoProfile = row(errorRow{name: "no_profile", code: 100, subcode: 2018218, kind: "invalid_request", prefix: true,
		text: "No profile available for this user.", mark: "[seen jgorset/facebook-messenger#202]"})
	ErrUnapprovedField = row(errorRow{name: "unapproved_field", code: 100, subcode: 2018247, kind: "invalid_request", prefix: true,
		text: "Insufficient permission to access user profile.", mark: "[seen remixz/messenger-bot#98]"})
	ErrNoCapability = row(errorRow{name: "no_capability", code: 3, kind: "invalid_request", prefix: true,
		text:  "Application does not have the capability to make this API call.",
		older: []olderText{{below: V(2, 6), text: "App must be on whitelist"}}, mark: "[seen idx:59152254130; older SPRING, when guess]"})
	ErrInstantGames = row(errorRow{name: "instant_games", code: 10, status: 403, kind: "insufficient_scope", prefix: true,
		text: "No Permission For Pages Associated to Instant Games.", mark: "[doc messenger error-codes]"})
	ErrEuropePicture = row(errorRow{name: "europe_picture", code: 10, kind: "invalid_request", prefix: true,
		text: "This action was not submitted due to new privacy rules in Europe. See developer documentation for more info", mark: "[seen botman/driver-facebook#113]"})
	ErrNoPermission = row(errorRow{name: "no_permission", code: 10, status: 403, kind: "insufficient_scope", prefix: true,
		text: "Application does not have permission for this action", mark: "[guess]"})
	ErrPermissions = row(errorRow{name: "permissions", code: 200, status: 403, kind: "insufficient_scope", prefix: true,
		text: "Permissions error", mark: "[doc user v2.10; status guess]"})
	ErrEndpointEnded = row(errorRow{name: "endpoint_ended", code: 200, status: 403, kind: "insufficient_scope", prefix: true,
		text: "This endpoint is deprecated since the required permission %s is deprecated", mark: "[seen facebook-poster#48; status guess]"})
	ErrAdsRead = row(errorRow{name: "ads_read", code: 278, status: 403, kind: "insufficient_scope", prefix: true,
		text: "Reading advertisements requires an access token with the extended permission ads_read", mark: "[doc user v2.10; status guess]"})
	ErrReadRequests = row(errorRow{name: "read_requests", code: 289, status: 403, kind: "insufficient_scope", prefix: true,
		text: "Accessing friend requests requires the extended permission read_requests", mark: "[doc user v2.10; status guess]"})
	ErrAdsManagement = row(errorRow{name: "ads_management", code: 294, status: 403, kind: "insufficient_scope", prefix: true,
		text: "Managing advertisements requires an access token with the extended permission for ads_management", mark: "[doc user v2.10; status guess]"})
	ErrReadMailbox = row(errorRow{name: "read_mailbox", code: 298, status: 403, kind: "insufficient_scope", prefix: true,
		text: "Requires extended permission: read_mailbox", mark: "[guess, after 299]"})
	// ErrExtended interpolates the permission to publish, ErrEvents is that for events.
	ErrExtended = row(errorRow{name: "extended_permission", code: 200, status: 403, kind: "insufficient_scope", prefix: true,
		text: "Requires extended permission: %s", mark: "[seen SPRING, ANDROID; status guess]"})
	ErrEvents = row(errorRow{name: "rsvp_event", code: 299, status: 403, kind: "insufficient_scope", prefix: true,
		text: "Requires extended permission: rsvp_event", mark: "[seen SPRING; status guess]"})
	// ErrNotAuthorized: an app publishes with its own token for who did not let it.
	ErrNotAuthorized = row(errorRow{name: "not_authorized", code: 200, status: 403, kind: "insufficient_scope", prefix: true,
		text: "The user hasn't authorized the application to perform this action", mark: "[seen SPRING; status guess]"})
	// ErrPageReview and ErrPageProof are of pages.public reviewed.
	ErrPageReview = row(errorRow{name: "page_review", code: 100, kind: "invalid_request", prefix: true,
		text: "Object does not exist, cannot be loaded due to missing permission or reviewable feature, or does not support this operation. " +
			"This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content Access' feature or the 'Page Public Metadata Access' feature. " +
			"Refer to https://developers.facebook.com/docs/apps/review/login-permissions#manage-pages, https://developers.facebook.com/docs/apps/review/feature#reference-PAGES_ACCESS " +
			"and https://developers.facebook.com/docs/apps/review/feature#page-public-metadata-access for details.", mark: "[seen sns-sdks/python-facebook, idx:35109430563]"})
	ErrPageProof = row(errorRow{name: "page_proof", code: 100, kind: "invalid_request", prefix: true,
		text: "Pages Public Content Access requires either app secret proof or an app token", mark: "[seen sns-sdks/python-facebook]"})
	// ErrNotReviewed interpolates the edge.
	ErrNotReviewed = row(errorRow{name: "not_reviewed", code: 10, status: 403, kind: "insufficient_scope", prefix: true,
		text: "To use %s on behalf of people who are not admins, developers and testers of your app, your use of this endpoint must be reviewed and approved by Facebook. To submit this feature for review please read our documentation on reviewable features: https://developers.facebook.com/docs/apps/review", mark: "[seen SPRING]"})
	// ErrNeedsParam interpolates a parameter.
	ErrNeedsParam = row(errorRow{name: "needs_param", code: 100, kind: "invalid_request", prefix: true,
		text: "The parameter %s is required", mark: "[seen SPRING]"})
	ErrConsent = row(errorRow{name: "consent_required", code: 230, status: 403, kind: "insufficient_scope", prefix: true,
		text: "User consent is required to access user profile", mark: "[seen chatwoot#5509]"})
	// ErrNoRecipient is mostly the Send API's; a record of 2016 has it on the
	// profile call. No subcode until autumn 2016. [version guess]
	ErrNoRecipient = row(errorRow{name: "no_recipient", code: 100, subcode: 2018001, kind: "invalid_request", prefix: true,
		text:  "No matching user found",
		older: []olderText{{below: V(2, 8), subcode: -1, text: "No matching user found"}}, mark: "[seen hayabhay/django-facebook-messenger-bot-tutorial#3]"})
	// ErrNoMessaging was recorded on the Send API in 2017. It names the permission that the
	// kind of token lacks. [the names of Instagram's guess]
	ErrNoMessaging = row(errorRow{name: "no_messaging", code: 230, status: 403, kind: "insufficient_scope", prefix: true,
		text: "Requires %s permission to manage the object", mark: "[seen jellyfangs/messenger-bot-tutorial#46]"})
	ErrNoInstagramUser = row(errorRow{name: "no_instagram_user", code: 9010, kind: "invalid_request", prefix: true,
		text: "No matching Instagram user", mark: "[seen chatwoot#11496]"})
)

// Errors of the Send API.
var (
	ErrUnavailablePerson = row(errorRow{name: "unavailable_person", code: 551, subcode: 1545041, kind: "invalid_request", prefix: true,
		text: "This person isn't available right now.",
		older: []olderText{{below: V(2, 9), code: 10, subcode: 2018108, kind: "insufficient_scope",
			text: "This Person Cannot Receive Messages: This person isn't receiving messages from you right now."}},
		mark: "[seen R1, microsoft/botframework-sdk#4556; older doc error codes 2017, seen rickydunlop/fbmessenger-node]"})
	// ErrNotReceiving is what was answered in 2016 for who had deleted the conversation.
	ErrNotReceiving = row(errorRow{name: "not_receiving", code: 200, subcode: 1545041, kind: "invalid_request", prefix: true,
		text: "This person isn't receiving messages from you right now", mark: "[seen jgorset/facebook-messenger#96, howdyai/botkit#1612; the subcode doc error codes]"})
	ErrOutsideWindow = row(errorRow{name: "outside_window", code: 10, subcode: 2018278, kind: "insufficient_scope", prefix: true,
		text: "This message is sent outside of allowed window. Learn more about the new policy here: https://developers.facebook.com/docs/messenger-platform/policy-overview",
		older: []olderText{{below: V(6, 0), subcode: 2018065,
			text: "This message is sent outside of allowed window. You need page_messaging_subscriptions permission to be able to do it."}},
		mark: "[seen microsoft/botbuilder-dotnet#4614; older doc error codes 2017, seen rickydunlop/fbmessenger-node; its end guess: the policy of March 2020]"})
	ErrOutsideInstagramWindow = row(errorRow{name: "outside_instagram_window", code: 10, subcode: 2534022, kind: "insufficient_scope", prefix: true,
		text: "This message is sent outside of allowed window.", mark: "[doc error codes 2026]"})
	ErrRetiredTag = row(errorRow{name: "retired_tag", code: 100, subcode: 1893061, kind: "invalid_request", prefix: true,
		text: "Invalid parameter", mark: "[seen chatwoot#14674]"})
	ErrMessageAndAction = row(errorRow{name: "message_and_action", code: 100, subcode: 2018014, kind: "invalid_request", prefix: true,
		text: "Cannot send both a message and a sender_action", mark: "[doc error codes; text guess]"})
	ErrEmptyMessage = row(errorRow{name: "empty_message", code: 100, subcode: 2018034, kind: "invalid_request", prefix: true,
		text: "Message cannot be empty, must provide valid attachment or text", mark: "[seen rickydunlop/fbmessenger-node#24; text guess]"})
	// ErrBadMessage interpolates what is wrong.
	ErrBadMessage = row(errorRow{name: "bad_message", code: 100, kind: "invalid_request", prefix: true,
		text: "Invalid message: %s", mark: "[doc send-api; text guess]"})
	// Errors of what is sent along. ErrForeignFile: its ID is unknown, another Page's, or
	// too old.
	ErrFetch = row(errorRow{name: "fetch_failed", code: 100, subcode: 2018008, kind: "invalid_request", prefix: true,
		text: "Failed to fetch the file from the url", mark: "[doc error codes 2026; seen jgorset/facebook-messenger#43]"})
	ErrUpload = row(errorRow{name: "upload_failed", code: 100, subcode: 2018047, kind: "invalid_request", prefix: true,
		text: "Upload attachment failure.", mark: "[doc error codes 2026; seen maciekmm/messenger-platform-go-sdk#36]"})
	ErrForeignFile = row(errorRow{name: "foreign_file", code: 100, subcode: 2018074, kind: "invalid_request", prefix: true,
		text: "Possible invalid ID or you do not own the attachment.", mark: "[doc error codes 2026; text as there]"})
	ErrLargeFile = row(errorRow{name: "large_file", code: 100, subcode: 2018109, kind: "invalid_request", prefix: true,
		text: "Attachment size exceeds allowable limit", mark: "[doc error codes 2026; seen idx:43428707605]"})
	ErrBrokenVideo = row(errorRow{name: "broken_video", code: 100, subcode: 2018294, kind: "invalid_request", prefix: true,
		text: "Video upload timed out or video is corrupted.", mark: "[doc error codes 2026; text as there]"})
	ErrFileCount = row(errorRow{name: "file_count", code: 100, kind: "invalid_request", prefix: true,
		text: "Incorrect number of files uploaded. Must upload exactly one file.", mark: "[seen pimax/fb-messenger-php#142]"})
	ErrFileType = row(errorRow{name: "file_type", code: 546, subcode: 1545026, kind: "invalid_request", prefix: true,
		text: "The type of file you're trying to attach isn't allowed. Please try again with a different format.", mark: "[seen jgorset/facebook-messenger#221; subcode guess]"})
	ErrNoInstagramRecipient = row(errorRow{name: "no_instagram_recipient", code: 100, subcode: 2534014, kind: "invalid_request", prefix: true,
		text: "No matching Instagram user", mark: "[doc error codes 2026]"})
	// ErrThreadOwned: another app has control of the conversation. On Instagram it is ErrNotThreadOwner.
	ErrThreadOwned = row(errorRow{name: "thread_owned", code: 10, subcode: 2018300, kind: "insufficient_scope", prefix: true,
		text: "Message failed to send because another app is controlling this thread now.", mark: "[seen davidchua/pymessenger#93; status guess]"})
	ErrNotThreadOwner = row(errorRow{name: "not_thread_owner", code: 100, subcode: 2534037, kind: "invalid_request", prefix: true,
		text: "Action is invalid since it's not the thread owner.", mark: "[doc error codes 2026; text guess]"})
	// ErrNoMessageAccess and ErrUnlinked come by request: nobody keeps an app out of the messages
	// of an account here, nor takes one off its Page while somebody writes.
	ErrNoMessageAccess = row(errorRow{name: "no_message_access", code: 200, subcode: 2534041, status: 403, kind: "insufficient_scope", prefix: true,
		text: "The owner of the account has disabled access to its messages.", mark: "[doc error codes 2026; text and status guess]"})
	ErrUnlinked = row(errorRow{name: "instagram_unlinked", code: 10, subcode: 2534077, status: 403, kind: "insufficient_scope", prefix: true,
		text: "The Instagram account and the Page are not linked any more.", mark: "[doc error codes 2026; text and status guess]"})
	ErrNoInstagram = row(errorRow{name: "page_without_instagram", code: 100, subcode: 2534013, kind: "invalid_request", prefix: true,
		text: "The Page is not linked to an Instagram account.", mark: "[doc error codes 2026; text guess]"})
	// ErrSendFailed and ErrMessageDeleted come of nothing that a world has, but by request.
	ErrSendFailed = row(errorRow{name: "send_failed", code: 1200, transient: 1, kind: "invalid_request", prefix: true,
		text: "Temporary send message failure. Please try again later.", mark: "[doc error codes; seen rickydunlop/fbmessenger-node; is_transient guess]"})
	ErrMessageDeleted = row(errorRow{name: "message_deleted", code: 9000001, kind: "invalid_request", prefix: true,
		text: "The object was deleted", mark: "[doc error codes; text guess]"})
	// ErrNoPersona: the persona is unknown, or another Page's.
	ErrNoPersona = row(errorRow{name: "no_persona", code: 100, kind: "invalid_request", prefix: true,
		text: "Invalid persona_id", mark: "[doc personas: it belongs to the Page; text guess]"})
	// ErrRepliedAlready and ErrNoReply are of private replies.
	ErrRepliedAlready = row(errorRow{name: "replied_already", code: 10900, kind: "invalid_request", prefix: true,
		text: "Activity already replied to", mark: "[doc error codes; text seen idx:57935029707]"})
	ErrNoReply = row(errorRow{name: "no_reply", code: 10903, kind: "invalid_request", prefix: true,
		text: "This user cant reply to this activity", mark: "[doc error codes; text seen idx:9678667573]"})
	// Errors of customer matching.
	ErrManyPhones = row(errorRow{name: "many_phones", code: 4, subcode: 2018022, status: 403, transient: 1, kind: "invalid_request", prefix: true,
		text: "Too many send requests to phone numbers", mark: "[doc error codes; seen rickydunlop/fbmessenger-node; status and is_transient of 4]"})
	ErrPhoneFee = row(errorRow{name: "phone_fee", code: 200, subcode: 2018021, status: 403, kind: "insufficient_scope", prefix: true,
		text: "Requires phone matching access fee to be paid by this page unless the recipient user is an admin, developer, or tester of the app.",
		mark: "[doc error codes; seen rickydunlop/fbmessenger-node; status guess]"})
	ErrPhoneNotLive = row(errorRow{name: "phone_not_live", code: 200, subcode: 2018027, status: 403, kind: "insufficient_scope", prefix: true,
		text: "Cannot message users who are not admins, developers or testers of the app until pages_messaging_phone_number permission is reviewed and the app is live.",
		mark: "[doc error codes; seen rickydunlop/fbmessenger-node; status guess]"})
	// ErrLinkingToken: an account_linking_token that is not ours, another Page's or too old.
	ErrLinkingToken = row(errorRow{name: "linking_token", code: 10303, kind: "invalid_request", prefix: true,
		text: "Invalid account_linking_token", mark: "[doc error codes; status guess]"})
	// ErrContactTerms: nobody accepted the Page Contact Terms for the Page.
	ErrContactTerms = row(errorRow{name: "contact_terms", code: 2, subcode: 2018344, kind: "invalid_request", prefix: true, transient: -1,
		text: "The Page Contact Terms must be accepted before labels are used", mark: "[doc error codes; text and status guess]"})
	ErrNotLive = row(errorRow{name: "not_live", code: 200, subcode: 2018028, status: 403, kind: "insufficient_scope", prefix: true,
		text: "Cannot message users who are not admins, developers or testers of the app until pages_messaging permission is reviewed and the app is live.",
		mark: "[seen R1; status guess]"})
)

// Errors of writes.
var (
	ErrInvalidName = row(errorRow{name: "invalid_name", code: 195, kind: "invalid_request", prefix: true,
		text: "The name you are trying to use is invalid", mark: "[doc user v2.10]"})
	ErrDesktop = row(errorRow{name: "desktop", code: 240, status: 403, kind: "insufficient_scope", prefix: true,
		text: "Desktop applications cannot call this function for other users", mark: "[doc user v2.10; status guess]"})
	// ErrAbusive: the person is restricted for a while.
	ErrAbusive = row(errorRow{name: "abusive", code: 368, status: 403, kind: "insufficient_scope", prefix: true,
		text: "The action attempted has been deemed abusive or is otherwise disallowed", mark: "[doc user v2.10; status guess]"})
	// ErrInvalidUser: no ID at all. ErrNotVisible: an ID that leads to nobody whom
	// the Viewer may see.
	ErrInvalidUser = row(errorRow{name: "invalid_user", code: 110, kind: "invalid_request", prefix: true,
		text: "Invalid user id", mark: "[doc user v2.10; status guess]"})
	ErrNotVisible = row(errorRow{name: "not_visible", code: 210, status: 403, kind: "insufficient_scope", prefix: true,
		text: "User not visible", mark: "[doc user v2.10; status guess]"})
	ErrSession = row(errorRow{name: "session_key", code: 452, kind: "invalid_request", prefix: true,
		text: "Session key invalid. This could be because the session key has an incorrect format, or because the user has revoked this session", mark: "[doc user v2.10; status guess]"})
	ErrDuplicateStatus = row(errorRow{name: "duplicate_status", code: 506, subcode: 1455006, typ: "FacebookApiException", kind: "invalid_request", transient: -1,
		text: "Duplicate status message", title: "Duplicate Status Update",
		told: "This status update is identical to the last one you posted. Try posting something different, or delete your previous update.", mark: "[seen SPRING; status guess]"})
	// ErrNeedsFile: a photo without one, or with a text where it should be.
	ErrNeedsFile = row(errorRow{name: "needs_file", code: 324, kind: "invalid_request", prefix: true,
		text: "Requires upload file", mark: "[seen facebook-node-sdk#112, php-graph-sdk#837; status guess]"})
	ErrUnreadableFile = row(errorRow{name: "unreadable_file", code: 100, subcode: 1366046, kind: "invalid_request", transient: -1,
		text: "Invalid parameter", title: "Can't Read Files",
		told: "Your photos couldn't be uploaded. Photos should be less than 4 MB and saved as JPG, PNG, GIF or TIFF files.", mark: "[seen php-graph-sdk#711]"})
	ErrVideoFormat = row(errorRow{name: "video_format", code: 352, kind: "invalid_request", prefix: true,
		text: "Sorry, the video file you selected is in a format that we don't support.", mark: "[seen restfb#242, android-simple-facebook#417]"})
	ErrManyTestUsers = row(errorRow{name: "many_test_users", code: 2900, kind: "invalid_request", prefix: true,
		text: "Too many test accounts", mark: "[guess, from the neighbours 2903 and 2904]"})
	ErrKeepTestUser = row(errorRow{name: "keep_test_user", code: 2903, kind: "invalid_request", prefix: true,
		text: "Cannot delete this test account", mark: "[doc user v2.10; status guess]"})
	ErrOpenGraphTestUser = row(errorRow{name: "open_graph_test_user", code: 2904, kind: "invalid_request", prefix: true,
		text: "Cannot delete the OG Test User", mark: "[doc user v2.10; status guess]"})
	ErrNeedsAppToken = row(errorRow{name: "needs_app_token", code: 15, kind: "invalid_request", prefix: true,
		text: "This method must be called with an app access_token.", mark: "[seen idx:1271391329]"})
	ErrNeedsPageToken = row(errorRow{name: "needs_page_token", code: 210, kind: "invalid_request", prefix: true,
		text: "A page access token is required to request this resource.", mark: "[seen idx:22715658468]"})
)

// Errors of webhooks and messaging.
var (
	// ErrCallback interpolates how the handshake with an address went.
	ErrCallback = row(errorRow{name: "callback", code: 2200, kind: "invalid_request", prefix: true,
		text: "Callback verification failed with the following errors: %s", mark: "[seen idx:41121887698, idx:63027948338]"})
	ErrCallbackURL = row(errorRow{name: "callback_url", code: 100, kind: "invalid_request", prefix: true,
		text: "callback_url URL is not properly formatted", mark: "[seen KOALA mock]"})
	// ErrInvalidKeys interpolates members that an object cannot have, and where it is.
	ErrInvalidKeys = row(errorRow{name: "invalid_keys", code: 100, kind: "invalid_request", prefix: true,
		text: `Invalid keys "%s" were found in param "%s".`, mark: "[seen pimax/fb-messenger-php#90, howdyai/botkit#955]"})
	// ErrParamLength interpolates a parameter and how long it may be.
	ErrParamLength = row(errorRow{name: "param_length", code: 100, kind: "invalid_request", prefix: true,
		text: "Length of param %s must be less than or equal to %s", mark: "[seen of message[text]; others guess]"})
	ErrGetStarted = row(errorRow{name: "get_started", code: 100, subcode: 2018145, kind: "invalid_request", prefix: true,
		text: "You must set a Get Started button if you also wish to use persistent menu.", mark: "[seen pimax/fb-messenger-php#90]"})
	ErrNotWhitelisted = row(errorRow{name: "not_whitelisted", code: 100, subcode: 2018063, kind: "invalid_request", prefix: true,
		text: "The web URL provided is not whitelisted for messenger extensions", mark: "[seen I58]"})
	// ErrFieldPermission interpolates a field and the permission that it takes.
	ErrFieldPermission = row(errorRow{name: "field_permission", code: 200, status: 403, kind: "insufficient_scope", prefix: true,
		text: "To subscribe to the %s field, one of these permissions is needed: %s", mark: "[seen idx:69409149920, idx:58359314814]"})
)

const rateDocs = " Wait a bit and try again. For more info, please refer to https://developers.facebook.com/docs/graph-api/overview/rate-limiting"

// Errors of rate limits. Status and is_transient of business use cases are those
// of 80001 and 4. [guess where nothing is said]
var (
	ErrAppLimit = row(errorRow{name: "app_limit", code: 4, status: 403, transient: 1, kind: "invalid_request", prefix: true,
		text: "Application request limit reached", mark: "[seen facebook-android-sdk#582]"})
	// ErrUserLimit is 400 as that of a Page: clients' tests have it so.
	ErrUserLimit = row(errorRow{name: "user_limit", code: 17, transient: 1, kind: "invalid_request", prefix: true,
		text: "User request limit reached", mark: "[seen php-business-sdk#463; status idx:56754079911]"})
	ErrPageLimit = row(errorRow{name: "page_limit", code: 32, transient: 1, kind: "invalid_request", prefix: true,
		text:  "Page request limit reached",
		older: []olderText{{below: V(2, 9), text: "Page request limited reached"}}, mark: "[seen bottender#420, with status 400; doc rate-limiting; older php-graph-sdk#634, when guess]"})
	ErrFeedLimit = row(errorRow{name: "feed_limit", code: 341, status: 403, transient: 1, kind: "invalid_request", prefix: true,
		text: "Feed action request limit reached", mark: "[seen SPRING, facepy#12; status guess]"})
	ErrCustomLimit = row(errorRow{name: "custom_limit", code: 613, status: 403, transient: 1, kind: "invalid_request", prefix: true,
		text:  "Calls to this api have exceeded the rate limit.",
		older: []olderText{{below: V(2, 1), text: "Calls to stream have exceeded the rate of 600 calls per 600 seconds."}}, mark: "[doc rate-limiting; older seen idx:42556985930; status guess]"})
	ErrInconsistentLimit = row(errorRow{name: "inconsistent_limit", code: 613, subcode: 1996, status: 403, transient: 1, kind: "invalid_request", prefix: true,
		text: "Calls to this api have exceeded the rate limit.", mark: "[doc rate-limiting; status guess]"})
	ErrInstagramRate = row(errorRow{name: "instagram_rate_limit", code: 613, subcode: 2534040, status: 403, transient: 1, kind: "invalid_request", prefix: true,
		text: "Calls to this api have exceeded the rate limit.", mark: "[doc instagram messaging error codes; text and status guess, after 613]"})
	ErrAdsInsightsLimit = row(errorRow{name: "ads_insights_limit", code: 80000, subcode: 2446079, transient: 1, kind: "invalid_request", prefix: true,
		text: "There have been too many calls from this ad-account." + rateDocs + "#ads-insights.", mark: "[seen facebook-java-business-sdk#265; doc rate-limiting]"})
	ErrPagesLimit = row(errorRow{name: "pages_limit", code: 80001, transient: 1, kind: "invalid_request", prefix: true,
		text: "There have been too many calls to this Page account." + rateDocs + ".", mark: "[doc idx:35419489417; status seen idx:65770454288]"})
	ErrInstagramLimit = row(errorRow{name: "instagram_limit", code: 80002, transient: 1, kind: "invalid_request", prefix: true,
		text: "There have been too many calls to this Instagram account." + rateDocs + ".", mark: "[seen idx:52133262049; rest of the text guess]"})
	ErrCustomAudienceLimit = row(errorRow{name: "custom_audience_limit", code: 80003, subcode: 2446079, transient: 1, kind: "invalid_request", prefix: true,
		text: "There have been too many calls to this ad-account." + rateDocs + "#custom-audience.", mark: "[doc rate-limiting; text guess, after 80004]"})
	ErrAdsManagementLimit = row(errorRow{name: "ads_management_limit", code: 80004, subcode: 2446079, transient: 1, kind: "invalid_request", prefix: true,
		text: "There have been too many calls to this ad-account." + rateDocs + "#ads-management.", mark: "[doc idx:60278631067; subcode seen idx:54550341667]"})
	ErrLeadsLimit = row(errorRow{name: "leads_limit", code: 80005, transient: 1, kind: "invalid_request", prefix: true,
		text: "There have been too many leadgen api calls to this Page account." + rateDocs + ".", mark: "[doc rate-limiting; text guess]"})
	ErrMessengerLimit = row(errorRow{name: "messenger_limit", code: 80006, transient: 1, kind: "invalid_request", prefix: true,
		text: "There have been too many calls to this Page account." + rateDocs + ".", mark: "[doc rate-limiting; text guess, after 80001]"})
	ErrWhatsAppLimit = row(errorRow{name: "whatsapp_limit", code: 80008, transient: 1, kind: "invalid_request", prefix: true,
		text: "There have been too many calls to this WhatsApp Business account." + rateDocs + ".", mark: "[doc idx:68604500152]"})
	ErrCatalogLimit = row(errorRow{name: "catalog_limit", code: 80009, transient: 1, kind: "invalid_request", prefix: true,
		text: "There have been too many calls to this Catalog account." + rateDocs + ".", mark: "[doc rate-limiting; text guess]"})
	ErrCatalogBatchLimit = row(errorRow{name: "catalog_batch_limit", code: 80014, transient: 1, kind: "invalid_request", prefix: true,
		text: "There have been too many calls for the batch uploads to this catalog account." + rateDocs + ".", mark: "[doc rate-limiting; text guess]"})
)

// Errors that nothing in a world brings about. They come by request, as any error does.
var (
	// ErrUsername would tell who is here by a name that they chose; nobody has one.
	ErrUsername = row(errorRow{name: "person_username", code: 803, kind: "not_found", prefix: true,
		text:  "Cannot query users by their username (%s)",
		older: []olderText{{below: V(3, 0), text: "Cannot query users by their username (%s)", status: 404}}, mark: "[seen SPRING, Rfacebook#123]"})
	// ErrNoNodeSpecified is of the years before versions.
	ErrNoNodeSpecified = row(errorRow{name: "no_node_specified", typ: "Exception", status: 500,
		text: "No node specified", mark: "[seen KOALA mock, MOCKFB]"})
	// ErrSignature is of calls that were signed without a token.
	ErrSignature = row(errorRow{name: "signature", code: 104, kind: "invalid_request", prefix: true,
		text: "Incorrect signature", mark: "[doc idx:53112801214]"})
	// ErrSessionEnded and ErrSessionExpired are of sessions before there were tokens.
	ErrSessionEnded = row(errorRow{name: "session_ended", code: 102, kind: "invalid_token", prefix: true,
		text: "Session key invalid or no longer valid", mark: "[doc error-handling; code KOALA, ANDROID; text guess]"})
	ErrSessionExpired = row(errorRow{name: "session_expired", code: 450, kind: "invalid_token", prefix: true,
		text: "Session key specified has passed its expiration time", mark: "[code KOALA; text guess]"})
	// ErrCheckpointed is the other subcode that was seen for a checkpoint.
	ErrCheckpointed = row(errorRow{name: "checkpointed", code: 190, subcode: 490, kind: "invalid_token",
		text: "Error validating access token: The user is enrolled in a blocking, logged-in checkpoint", mark: "[seen idx:1958401925]"})
	// ErrReduce is how too much data is told of lately.
	ErrReduce = row(errorRow{name: "reduce_data", code: 1, subcode: 99, status: 500, kind: "invalid_request",
		text: "An unknown error occurred", title: "Please reduce the amount of data",
		told: "Please reduce the amount of data you're asking for, then retry your request", mark: "[seen idx:53409904773]"})
	ErrUnknownSend = row(errorRow{name: "unknown_send", code: 1, subcode: 99, status: 500, kind: "invalid_request",
		text: "An unknown error occurred", mark: "[doc messenger error-codes; status guess]"})
	ErrInvalidReply = row(errorRow{name: "invalid_reply", code: 1, subcode: 1357046, status: 500, kind: "invalid_request", prefix: true,
		text: "Received invalid JSON reply.", mark: "[doc messenger error-codes; status guess]"})
	ErrInvalidData = row(errorRow{name: "invalid_data", code: 100, subcode: 2018032, kind: "invalid_request", prefix: true,
		text: "Invalid data", mark: "[seen idx:43428707605 for the subcode; text guess]"})
	ErrTooFast = row(errorRow{name: "too_fast", code: 368, status: 403, kind: "insufficient_scope",
		text: "It looks like you were misusing this feature by going too fast. You\u2019ve been blocked from using it.\n\nLearn more about blocks in the Help Center.", mark: "[seen SPRING; status guess]"})
	ErrUnexpected = row(errorRow{name: "unexpected", code: 2, status: 500, transient: 1, kind: "invalid_request",
		text: "An unexpected error has occurred. Please retry your request later.", mark: "[seen BRIDGY; status guess]"})
	ErrServiceDown = row(errorRow{name: "service_down", code: 2, typ: "FacebookApiException", status: 503, transient: 1, kind: "invalid_request",
		text: "Service temporarily unavailable", mark: "[seen SPRING; status guess]"})
)
