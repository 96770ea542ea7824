package store

import "github.com/kithgraph/kith/internal/store/driver"

// Kinds of objects and associations. The numbers are in every database file:
// rows are only appended, never renumbered (testdata/registry.txt holds them).
const (
	KindPerson    driver.Kind = 1
	KindApp       driver.Kind = 2
	KindPage      driver.Kind = 3
	KindInstagram driver.Kind = 4
	KindBusiness  driver.Kind = 5
	KindToken     driver.Kind = 6
	KindPicture   driver.Kind = 7
	KindEvent     driver.Kind = 8 // one consent event of a contact's history
	KindTombstone driver.Kind = 9 // what the dead IDs of an erased person lead to
	KindMeta      driver.Kind = 10
	KindJob       driver.Kind = 11 // work that was promised and is not done yet
	KindThing     driver.Kind = 12 // a node without a record type of its own: an album, a post...
	KindUpload    driver.Kind = 13 // one session of uploads to an audience
	KindCode      driver.Kind = 14 // what a login hands to an app, good for one exchange
	KindLane      driver.Kind = 15 // one destination of what an app is told
	KindTicket    driver.Kind = 16 // what lets a place write to somebody of whom it has no ID
	KindFile      driver.Kind = 17 // what was sent along: all of it but its bytes
	KindPiece     driver.Kind = 18 // some of its bytes

	// page|instagram -contact-> person: grants, block, source, window, sequence.
	AssocContact   driver.Kind = 20
	AssocContactOf driver.Kind = 21
	// app -role-> person: administrator, developer, tester.
	AssocRole   driver.Kind = 22
	AssocRoleOf driver.Kind = 23
	// page -task-> person: MODERATE, MESSAGING...
	AssocTask   driver.Kind = 24
	AssocTaskOf driver.Kind = 25
	// app -install-> person: permissions granted in login.
	AssocInstall   driver.Kind = 26
	AssocInstallOf driver.Kind = 27
	// instagram -follows-> person and person -follows-> instagram.
	AssocBusinessFollows   driver.Kind = 28
	AssocBusinessFollowsOf driver.Kind = 29
	AssocUserFollows       driver.Kind = 30
	AssocUserFollowsOf     driver.Kind = 31
	// person -friend-> person, both ways.
	AssocFriend driver.Kind = 32
	// person -history-> event object, newest first; the event names its contact.
	AssocHistory   driver.Kind = 33
	AssocHistoryOf driver.Kind = 34
	// app|page|person -token-> token object.
	AssocToken   driver.Kind = 35
	AssocTokenOf driver.Kind = 36
	// meta -job-> job: the list of them.
	AssocJob   driver.Kind = 37
	AssocJobOf driver.Kind = 38
	// person|page|app|business -own-> thing: what dies with its owner.
	AssocOwn   driver.Kind = 39
	AssocOwnOf driver.Kind = 40
	// audience -row-> a number made of what was uploaded; no object is there.
	AssocAudience driver.Kind = 41
	// a number made of what an advertiser may know -trace-> person.
	AssocTrace   driver.Kind = 42
	AssocTraceOf driver.Kind = 43
	// ad account -extern-> a number made of an EXTERN_ID: what else was said of it.
	AssocExtern driver.Kind = 44
	// bucket -waiting-> lane, at the time it is due.
	AssocWaiting   driver.Kind = 45
	AssocWaitingOf driver.Kind = 46
	// lane -queued-> the number of a delivery; no object is there.
	AssocQueued driver.Kind = 47
	// app -delivery-> its number: what the app is told, and how it went.
	AssocDelivery driver.Kind = 48
	// person -told-> its number: whom it is about.
	AssocTold driver.Kind = 49
	// upload -batch-> its number: what became of one request of the session.
	AssocBatch driver.Kind = 50
	// person -ticket-> ticket, the newest first.
	AssocTicket   driver.Kind = 51
	AssocTicketOf driver.Kind = 52
	// Page, Instagram account -sendable-> file, by when it was given to them: those that can
	// be sent by their number.
	AssocSendable   driver.Kind = 53
	AssocSendableOf driver.Kind = 54
)

// Key spaces. Append only, like kinds.
const (
	SpaceHandle     driver.Space = 1  // "person/alice", "app/demo"...: handle of a world
	SpaceNode       driver.Space = 2  // public ID of an app, Page, Instagram account, business
	SpacePSID       driver.Space = 3  // 8 bytes of the Page's ID + digits -> person
	SpaceASID       driver.Space = 4  // 8 bytes of the app's ID + digits -> person
	SpaceIGSID      driver.Space = 5  // 8 bytes of the Instagram account's ID + digits -> person
	SpaceToken      driver.Space = 6  // SHA-256 of a token or code -> its object
	SpaceThirdParty driver.Space = 7  // app + third_party_id -> person
	SpaceOperation  driver.Space = 8  // operation ids of non-natural writes
	SpaceSession    driver.Space = 9  // ad account + number of a session -> its uploads
	SpaceAlias      driver.Space = 10 // username of a Page, as people.AliasKey spells it -> Page
	SpaceLane       driver.Space = 11 // 8 bytes of the app's ID + what it is told -> lane
	SpaceThread     driver.Space = 12 // 8 bytes of the Page's or account's ID + digits of a scoped ID -> conversation
	SpaceTicket     driver.Space = 13 // 8 bytes of the Page's or account's ID + form of a recipient + what it says -> ticket
	SpaceFile       driver.Space = 14 // number of a file -> file
	SpaceAnyASID    driver.Space = 15 // digits of an app-scoped ID, whatever the app -> person
)

// Registry is the one registry of kith.
func Registry() *driver.Registry {
	return &driver.Registry{
		Kinds: append([]driver.KindInfo{
			{Kind: KindPerson, Name: "person", Fresh: driver.Live},
			{Kind: KindApp, Name: "app", Fresh: driver.Leased},
			{Kind: KindPage, Name: "page", Fresh: driver.Leased},
			{Kind: KindInstagram, Name: "instagram", Fresh: driver.Leased},
			{Kind: KindBusiness, Name: "business", Fresh: driver.Leased},
			{Kind: KindToken, Name: "token", Fresh: driver.Live},
			{Kind: KindPicture, Name: "picture", Fresh: driver.Live},
			{Kind: KindEvent, Name: "event", Fresh: driver.Live},
			{Kind: KindTombstone, Name: "tombstone", Fresh: driver.Immutable},
			{Kind: KindMeta, Name: "meta", Fresh: driver.Live},
			{Kind: KindJob, Name: "job", Fresh: driver.Live},
			{Kind: KindThing, Name: "thing", Fresh: driver.Live},
			{Kind: KindUpload, Name: "upload", Fresh: driver.Live},
			{Kind: KindCode, Name: "code", Fresh: driver.Live},
			{Kind: KindLane, Name: "lane", Fresh: driver.Live},
			{Kind: KindTicket, Name: "ticket", Fresh: driver.Live},
			{Kind: KindFile, Name: "file", Fresh: driver.Live},
			{Kind: KindPiece, Name: "piece", Fresh: driver.Live},

			{Kind: AssocContact, Name: "contact", Assoc: true, Inverse: AssocContactOf, Counted: true},
			{Kind: AssocContactOf, Name: "contact_of", Assoc: true, Inverse: AssocContact, Once: true},
			{Kind: AssocRole, Name: "role", Assoc: true, Inverse: AssocRoleOf},
			{Kind: AssocRoleOf, Name: "role_of", Assoc: true, Inverse: AssocRole},
			{Kind: AssocTask, Name: "task", Assoc: true, Inverse: AssocTaskOf},
			{Kind: AssocTaskOf, Name: "task_of", Assoc: true, Inverse: AssocTask},
			{Kind: AssocInstall, Name: "install", Assoc: true, Inverse: AssocInstallOf, Counted: true},
			{Kind: AssocInstallOf, Name: "install_of", Assoc: true, Inverse: AssocInstall},
			{Kind: AssocBusinessFollows, Name: "business_follows", Assoc: true, Inverse: AssocBusinessFollowsOf, Counted: true},
			{Kind: AssocBusinessFollowsOf, Name: "business_follows_of", Assoc: true, Inverse: AssocBusinessFollows},
			{Kind: AssocUserFollows, Name: "user_follows", Assoc: true, Inverse: AssocUserFollowsOf},
			{Kind: AssocUserFollowsOf, Name: "user_follows_of", Assoc: true, Inverse: AssocUserFollows, Counted: true},
			{Kind: AssocFriend, Name: "friend", Assoc: true, Inverse: AssocFriend, Counted: true},
			{Kind: AssocHistory, Name: "history", Assoc: true, Inverse: AssocHistoryOf},
			{Kind: AssocHistoryOf, Name: "history_of", Assoc: true, Inverse: AssocHistory, Once: true},
			{Kind: AssocToken, Name: "token_of_subject", Assoc: true, Inverse: AssocTokenOf},
			{Kind: AssocTokenOf, Name: "subject_of_token", Assoc: true, Inverse: AssocToken},
			{Kind: AssocJob, Name: "job_of_list", Assoc: true, Inverse: AssocJobOf},
			{Kind: AssocJobOf, Name: "list_of_job", Assoc: true, Inverse: AssocJob},
			{Kind: AssocOwn, Name: "own", Assoc: true, Inverse: AssocOwnOf},
			{Kind: AssocOwnOf, Name: "own_of", Assoc: true, Inverse: AssocOwn, Once: true},
			{Kind: AssocAudience, Name: "audience_row", Assoc: true, Counted: true},
			{Kind: AssocTrace, Name: "trace", Assoc: true, Inverse: AssocTraceOf},
			{Kind: AssocExtern, Name: "extern", Assoc: true},
			{Kind: AssocTraceOf, Name: "trace_of", Assoc: true, Inverse: AssocTrace},
			{Kind: AssocWaiting, Name: "waiting", Assoc: true, Inverse: AssocWaitingOf},
			{Kind: AssocWaitingOf, Name: "waiting_of", Assoc: true, Inverse: AssocWaiting},
			{Kind: AssocQueued, Name: "queued", Assoc: true, Counted: true},
			{Kind: AssocDelivery, Name: "delivery", Assoc: true},
			{Kind: AssocTold, Name: "told", Assoc: true},
			{Kind: AssocBatch, Name: "batch", Assoc: true},
			{Kind: AssocTicket, Name: "ticket_of_person", Assoc: true, Inverse: AssocTicketOf},
			{Kind: AssocTicketOf, Name: "person_of_ticket", Assoc: true, Inverse: AssocTicket},
			{Kind: AssocSendable, Name: "sendable", Assoc: true, Inverse: AssocSendableOf, Counted: true},
			{Kind: AssocSendableOf, Name: "sendable_of", Assoc: true, Inverse: AssocSendable},
		}, edgeRows()...),
		Spaces: []driver.SpaceInfo{
			{Space: SpaceHandle, Name: "handle", Fresh: driver.Live},
			{Space: SpaceNode, Name: "node", Fresh: driver.Immutable},
			{Space: SpacePSID, Name: "psid", Fresh: driver.Immutable},
			{Space: SpaceASID, Name: "asid", Fresh: driver.Immutable},
			{Space: SpaceIGSID, Name: "igsid", Fresh: driver.Immutable},
			{Space: SpaceToken, Name: "token", Fresh: driver.Immutable},
			{Space: SpaceThirdParty, Name: "third_party", Fresh: driver.Immutable},
			{Space: SpaceOperation, Name: "operation", Fresh: driver.Live},
			{Space: SpaceSession, Name: "session", Fresh: driver.Live},
			{Space: SpaceAlias, Name: "alias", Fresh: driver.Immutable},
			{Space: SpaceLane, Name: "lane", Fresh: driver.Live},
			{Space: SpaceThread, Name: "thread", Fresh: driver.Live},
			{Space: SpaceTicket, Name: "ticket", Fresh: driver.Live},
			{Space: SpaceFile, Name: "file", Fresh: driver.Live},
			{Space: SpaceAnyASID, Name: "any_asid", Fresh: driver.Live},
		},
	}
}
