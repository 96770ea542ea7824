package journal

import "strings"

// A Rung is one question a request is asked on its way to an answer. Numbers
// live in memory only; String is the key that people and files see.
type Rung uint8

const (
	NoRung Rung = iota
	Version
	Route
	Batch
	Token
	TokenExpired
	TokenKind
	Proof
	App
	AppMode
	Rate
	Syntax
	Parameter
	Node
	Deleted
	AccountKind
	Feature
	InstantGames
	PhoneOnly
	Consent
	Blocked
	UnknownField
	DeprecatedField
	UnapprovedField
	EUPicture
	Audience
	Task
	Permission
	Budget
	Fault
	Project
	rungs // how many there are
)

// A rungRow puts a rung into words. A part in braces gives way to the step's
// Arg, and stands as it is when there is none.
type rungRow struct {
	key, passed, failed, reference string
}

// rungTable has the words of every rung. References are marked as everywhere:
// what stands behind the rung's answer, not behind its place in the order.
var rungTable = [rungs]rungRow{
	Version:         {"version", "The version {in the path} is served.", "The version {in the path} is not one that exists.", "[doc graph versioning]"},
	Route:           {"route", "The path leads to a node or an edge.", "Nothing in the Graph is called {what the path ends with}.", "Unknown path components, 2500 [seen spring-social, android-sdk]"},
	Batch:           {"batch", "The batch is well formed.", "The batch is refused as a whole: {see the message}.", "[doc batch-requests]"},
	Token:           {"token", "The access token is genuine.", "There is no usable access token.", "codes 104, 190, 2500 [seen]"},
	TokenExpired:    {"token_expired", "The access token is still valid.", "The access token is no longer valid: {it has expired or was withdrawn}.", "190/458 to 493 [seen spring-social; doc access-tokens]"},
	TokenKind:       {"token_kind", "The token is of the kind this call takes.", "The call takes another kind of token: {see the message}.", "codes 15, 190, 210 [seen]"},
	Proof:           {"proof", "The appsecret_proof fits, or none is required.", "The appsecret_proof is missing or does not fit token and app secret.", "[doc secure-requests; seen]"},
	App:             {"app", "The token's app exists.", "The app {of the token} does not exist any more.", "codes 101, 190 [seen]"},
	AppMode:         {"app_mode", "The app is live, or the person has a role on it.", "The app is in development and the person has no role on it.", "2018 answers 2018247, later 100/33 [seen]"},
	Rate:            {"rate", "The call is within the rate limits.", "A rate limit is used up: {see the message}.", "codes 4, 17, 32, 613, 80001 [doc rate-limiting]"},
	Syntax:          {"syntax", "The fields expression reads well.", "The fields expression has a fault: {see the message}.", "Syntax error, 2500 [seen]"},
	Parameter:       {"parameter", "The parameters are well formed.", "The parameter {named in the message} is missing or malformed.", "(#100) [seen]"},
	Node:            {"node", "The ID is one that this token can see.", "The ID is unknown, or belongs to somebody else's Page, app or account.", "100/33, for Instagram 9010 [seen]"},
	Deleted:         {"deleted", "The account exists.", "The account is deleted or deactivated.", "answered like an unknown ID [guess]"},
	AccountKind:     {"account_kind", "The account is of a kind that has a profile.", "An account of the kind {it is} has no profile here.", "[seen messenger samples: guests are not looked up]"},
	Feature:         {"feature", "The app has {the feature this call needs}.", "The app lacks {the feature Business Asset User Profile Access}.", "100/33, knob profile.no_feature [doc user-profile 2026; seen]"},
	InstantGames:    {"instant_games", "The Page is not one of an Instant Game.", "People of Instant Games Pages have no profile here.", "code 10 [doc user-profile 2026]"},
	PhoneOnly:       {"phone_only", "The account was not made with a phone number only.", "The Messenger account was made with a phone number, which never has a profile.", "100/2018218 [doc user-profile 2026; seen]"},
	Consent:         {"consent", "The person allows it, since {an event of theirs}.", "The person does not allow it now: {no event grants it}.", "{} or Instagram's 230 [doc user-profile 2016, 2018, 2026, Instagram]"},
	Blocked:         {"blocked", "The person has not blocked the sender.", "The person has blocked the sender, or turned messages off.", "[doc Instagram user-profile; guess for Messenger]"},
	UnknownField:    {"unknown_field", "Every field asked for exists.", "There is no field {of that name} on this node in this version.", "(#100) nonexisting field [seen]"},
	DeprecatedField: {"deprecated_field", "No field asked for is deprecated.", "The field {asked for} is deprecated in this version.", "(#12) [seen]"},
	UnapprovedField: {"unapproved_field", "Every field asked for is approved for app and Page.", "The field {asked for} is not approved for this app and Page.", "100/2018247, the whole call [seen]"},
	EUPicture:       {"eu_picture", "No European rule withholds the picture.", "The picture was withheld under the European rules of that day.", "(#10), 16 December 2020 to April 2021 [seen]"},
	Audience:        {"audience", "The person shows {each field} to this viewer.", "The field {asked for} is withheld from this viewer: audience, permission or kind of token.", "omitted [doc user]"},
	Task:            {"task", "The person behind the token may do {this} on the Page.", "The person behind the token lacks the task {this call needs} on the Page.", "[doc pages tasks]"},
	Permission:      {"permission", "The token carries {the permissions needed}.", "The token lacks the permission {this call needs}.", "codes 10, 200 to 299 [doc, seen]"},
	Budget:          {"budget", "The call stays within its budget.", "The call asks for more than one call may: {too much data}.", "code 1, Please reduce the amount of data [seen]"},
	Fault:           {"fault", "No fault was injected.", "The answer is an injected fault: {see the message}.", "set by hand in this world"},
	Project:         {"project", "The answer holds {the fields that have a value}.", "Nothing is left to answer with.", "empty fields are omitted [seen]"},
}

// String is the key of the rung.
func (r Rung) String() string {
	if r >= rungs || rungTable[r].key == "" {
		return "unknown"
	}
	return rungTable[r].key
}

// MarshalText writes the key.
func (r Rung) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Reference says what backs the rung.
func (r Rung) Reference() string {
	if r >= rungs {
		return ""
	}
	return rungTable[r].reference
}

// fill puts arg in place of the part of a sentence in braces.
func fill(sentence, arg string) string {
	before, rest, found := strings.Cut(sentence, "{")
	if !found {
		return sentence
	}
	fallback, after, _ := strings.Cut(rest, "}")
	if arg == "" {
		arg = fallback
	}
	return before + arg + after
}
