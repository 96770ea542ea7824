// Package story reads and runs wire test files. A story is one behaviour told
// as requests and answers; the same file runs in one process, on every store
// and against any server by its URL. The package refuses to know how a server
// is built: it speaks to one through an http.Client, to the Graph and to the
// control plane alike.
//
// # A file
//
//	# A Page asks about someone who only used a web plugin. [doc user-profile 2018]
//	-- seed.yaml --
//	pages:  {bakery: {}}
//	people: {ana: {first_name: Ana, last_name: Lima}}
//	events: [{page: bakery, person: ana, event: web_plugin}]
//	-- run --
//	GET /v25.0/{psid ana bakery}?fields=first_name  as page bakery
//	= 200
//	{}
//
//	act ana on bakery message
//	advance 3d
//	GET /v25.0/{psid ana bakery}?fields=first_name  as page bakery
//	= 200
//	{"first_name":"Ana","id":"{psid ana bakery}"}
//
// The comment says in a sentence what happens, and carries at least one mark:
// [doc ...], [seen ...] or [guess], or [own ...] for what is no matter of the
// Graph but a promise of kith's. It may hold two more lines. With
//
//	# versions: v2.6 v2.8 v3.0
//
// the story runs once for each, as {version}. With
//
//	# settings: no_consent=33
//
// it needs a server with those knobs.
//
// A story without seed.yaml runs in whatever world is there, on any server: the
// control plane is asked only where a verb or a placeholder needs it, which are
// IDs, tokens, secrets and the clock. With one the world is replaced, and the clock stands at the clock of the world file, or at
// 2026-03-01T09:00:00Z.
//
// # Requests
//
//	METHOD TARGET [as WHO] [with proof] [via HOW] [host NAME]
//	header: value
//	body: text, or lines between ``` and ```
//	= STATUS [json|text|any]
//	< Header: value       that header is there; < !Header: it is not
//	the body, until an empty line
//
// WHO is page H, app H, user P, instagram H (the first three and the last may
// be followed by "of APP"), token TEXT or nobody, which is the default. HOW the
// token travels is query (the default), bearer, oauth, form or json; the proof
// goes along. A JSON body is compared byte for byte but for blanks outside of
// strings: order, numbers and escapes count. The body of a text answer is
// compared as it is, and after any there is none: what the answer has is not
// looked at, and an empty line has to follow. A TARGET may be a whole URL, whose
// scheme is not looked at.
//
// # Placeholders
//
//	{psid P PAGE} {asid P APP} {igsid P IG} {id app|page|instagram|thing H}
//	{token page|app|user|instagram H [APP]} {secret APP} {proof page|... H [APP]}
//	{now} {now+2592000} {now-60}           seconds of the world's clock
//	{receiver NAME}                        where a receiver is
//	{signed APP P}                         the signed_request that tells the app of P, made now
//	{repeat 20000 x}                       TEXT so many times
//	{version}
//	{NAME}                                 what {capture NAME}, keep or mint kept
//	{opened} {redirect_uri} {account_linking_token}   of the address that "act P on PAGE log_in" opened last
//
// and in expected bodies and headers only:
//
//	{trace}          an fbtrace_id of either form
//	{url}            any http or https URL
//	{any}            any text in a string; outside of one any JSON
//	{capture NAME}   like {any} in a string, and kept
//
// # What the server sends
//
// What a receiver got is a step too, in the order in which it came: its own answer
// has the status, and the header Request says what was asked for.
//
//	RECEIVED NAME
//	= 200 text
//	< Request: POST /deauth
//	signed_request={signed demo ana}
//
// # Verbs
//
//	act P on PLACE EVENT [k=v ...]         PLACE is a Page or an Instagram account
//	act P EVENT [k=v ...]                  install, erase, follow ...
//	advance 3d | at 2021-01-15T00:00:00Z
//	review APP PERMISSION=LEVEL ...        mode APP development|live
//	app APP SETTING=VALUE ...              roles APP P=ROLE ...
//	page PAGE SETTING=VALUE ...            forget_calls [kind=KIND] [of=ID]
//	info PAGE FIELD=STATE ...              tasks PAGE P=TASK,TASK ...
//	audience P FIELD=AUDIENCE ...          person P ATTRIBUTE=JSON ...
//	link [page|app|business|instagram|thing] H EDGE ITEM [k=v ...]
//	unlink [page|app|business|instagram|thing] H EDGE ITEM
//	remove THING          with all that hangs on it
//	keep NAME TEXT                         TEXT is {NAME} from then on
//	mint NAME page|user|instagram H [k=v ...]
//	code NAME person|instagram H APP redirect_uri=URI [k=v ...]
//	                                       a login, and the code the app gets
//	expire TOKEN                           TOKEN is page H, user P [APP], instagram H
//	invalidate TOKEN REASON                or a placeholder
//	fault ERROR [times=N] [id=ID] [args=A,B]  the next calls fail
//	receiver NAME [status=N] [body=TEXT] [echo=PARAMETER] [hold=true]
//	                                       what an app runs; from now on it answers so, or
//	                                       with that parameter of the request, or not before
//	                                       the verb comes again
//	deliveries STATE=N ... [tries=N]       waits until so many are waiting, delivered, given_up
//	                                       or dropped, and were tried so often in all
//	restart                                the store is closed and opened again
package story
