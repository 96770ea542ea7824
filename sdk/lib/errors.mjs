// Graph errors as the references have them: what an SDK must be able to show.
// A message is a text, or a function of the ID asked for.
import assert from 'node:assert/strict';

const oauth = 'OAuthException';
const method = 'GraphMethodException';

export const phoneOnly = {
  status: 400, type: oauth, code: 100, subcode: 2018218,
  message: '(#100) No profile available for this user.',
};
export const unapprovedField = {
  status: 400, type: oauth, code: 100, subcode: 2018247,
  message: '(#100) Insufficient permission to access user profile.',
};
export const noNodeFor = (verb) => ({
  status: 400, type: method, code: 100, subcode: 33,
  message: (id) =>
    `Unsupported ${verb} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, ` +
    'or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api',
});
export const noNode = noNodeFor('get');
export const nonexisting = (field) => ({
  status: 400, type: oauth, code: 100,
  message: `(#100) Tried accessing nonexisting field (${field}) on node type (MessengerPageScopedID)`,
});
export const syntax = { status: 400, type: oauth, code: 2500, message: /^Syntax error "/ };
export const europe = {
  status: 400, type: oauth, code: 10,
  message: '(#10) This action was not submitted due to new privacy rules in Europe. See developer documentation for more info',
};
export const instantGames = {
  status: 403, type: oauth, code: 10,
  message: '(#10) No Permission For Pages Associated to Instant Games.',
};
export const noConsent = {
  status: 403, type: oauth, code: 230,
  message: '(#230) User consent is required to access user profile',
};
export const noInstagramUser = {
  status: 400, type: oauth, code: 9010,
  message: '(#9010) No matching Instagram user',
};
// With a token of Instagram Login the same refusals have another type, and no
// number in front.
export const onInstagram = (error) => ({
  ...error, type: 'IGApiException', message: error.message.replace(/^\(#\d+\) /, ''),
});

export const badCursor = { status: 400, type: oauth, code: 2642, message: /^(\(#2642\) )?Invalid cursors values$/ };
export const badParam = { status: 400, type: oauth, code: 100, message: /^\(#100\) (Invalid parameter|Param )/ };
export const needs = (param) => ({ status: 400, type: oauth, code: 100, message: `(#100) The parameter ${param} is required` });

export const permissions = { status: 403, type: oauth, code: 200, message: /^\(#200\) / };
export const duplicate = {
  status: 400, type: 'FacebookApiException', code: 506, subcode: 1455006, message: 'Duplicate status message',
};

export const badProof = {
  status: 400, type: method, code: 100,
  message: 'Invalid appsecret_proof provided in the API argument',
};
export const noProof = {
  status: 400, type: method, code: 100,
  message: 'API calls from the server require an appsecret_proof argument',
};

// The text changed with the years: v6.0 still says the old one.
export const badToken = {
  status: 400, type: oauth, code: 190,
  message: /^Invalid OAuth access token( - Cannot parse access token|\.)$/,
};

export const badSignature = { status: 400, type: oauth, code: 190, message: 'Invalid OAuth access token signature.' };

export const foreignFile = { status: 400, type: oauth, code: 100, subcode: 2018074, message: '(#100) Possible invalid ID or you do not own the attachment.' };

const session = 'Error validating access token: ';
const dead = (subcode, message) => ({ status: 400, type: oauth, code: 190, subcode, message });

// Both times are in the Pacific zone: Thursday, 09-Apr-15 15:00:00 PDT.
const moment = '[A-Z][a-z]+day, \\d\\d-[A-Z][a-z]{2}-\\d\\d \\d\\d:\\d\\d:\\d\\d P[DS]T';
export const expired = dead(463, new RegExp(`^${session}Session has expired on ${moment}\\. The current time is ${moment}\\.$`));

// By the control plane's name of the reason.
export const invalidated = {
  password_changed: dead(460, `${session}The session has been invalidated because the user changed their password ` +
    'or Facebook has changed the session for security reasons.'),
  logged_out: dead(467, `${session}The session is invalid because the user logged out.`),
  revoked: dead(466, `${session}The session was invalidated explicitly using an API call.`),
  app_removed: dead(458, /^Error validating access token: The user has not authorized application \d+\.$/),
  checkpoint: dead(459, `${session}The user is enrolled in a blocking, logged-in checkpoint`),
  unconfirmed: dead(464, `${session}Sessions for the user are not allowed because the user is not a confirmed user.`),
  lost_page_role: dead(492, `${session}The user must be an administrator, editor, or moderator of the page in order to ` +
    'impersonate it. If the page business requires Two Factor Authentication, the user also needs to enable Two Factor Authentication.'),
  inactive: dead(493, "The access token is invalid since the user hasn't engaged the app in longer than 90 days."),
};

// matches asserts a message against a text, a pattern, or a function of the ID.
export function matches(got, want, id) {
  if (want instanceof RegExp) assert.match(got, want);
  else assert.equal(got, typeof want === 'function' ? want(id) : want);
}
