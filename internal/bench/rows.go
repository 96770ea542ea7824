package bench

// Keys of the rows, as --rows takes them.
const (
	warm           = "warm"
	warmHTTP       = "warm-http"
	warmThroughput = "warm-throughput"
	warmP99        = "warm-p99"
	allocations    = "allocs"
	emulator       = "emulator"
	overH2         = "h2"
	unchanged      = "etag"
	zipped         = "gzip"
	cold           = "cold"
	coldPoints     = "cold-points"
	refused        = "refused"
	refusedLarge   = "refused-large"
	counted        = "warm-limits"
	webhooks       = "webhooks"
	webhookDelay   = "webhook-delay"
	eventsMany     = "events-64"
	messagesMany   = "messages-64"
	messageHooks   = "message-webhooks"
	messageDelay   = "message-delay"
	messageDelayX  = "message-delay-commits"
	malformed      = "malformed"
	timingProof    = "timing-proof"
	timingIDs      = "timing-ids"
	batched        = "batch"
	byIDs          = "ids"
	growth         = "growth"
	importSpeed    = "import"
	importBytes    = "import-bytes"
	writesOne      = "writes-1"
	writesMany     = "writes-64"
	writesGain     = "writes-gain"
	startEmpty     = "start-empty"
	postgresAgain  = "postgres-known"
	postgresFirst  = "postgres-unknown"
	postgresOne    = "postgres-writes-1"
	postgresMany   = "postgres-writes-64"
	hotPage        = "hot-page"

	messageWritesOne  = "message-writes-1"
	messageWritesMany = "message-writes-64"
	messageWritesGain = "message-writes-gain"

	generateProfile = "generate-profile"
	generateLife    = "generate-life"
	edgePage        = "edge-page"
	edgePageBest    = "edge-page-one-author"
	audienceUpload  = "audience-upload"
	audienceMatch   = "audience-match"

	postgresThroughput = "postgres"
	postgresCPU        = "postgres-cpu"
	postgresCold       = "postgres-cold"
	postgresColdCPU    = "postgres-cold-cpu"
	threeNodes         = "three-nodes"
	threeBare          = "three-bare"
	startDemo          = "start-demo"
	startLarge         = "start-large"
	memoryIdle         = "memory-idle"
	memoryLoad         = "memory-load"
	resetWorld         = "reset"
	binarySize         = "binary"
)

// table is every budget of the design in its order. A row whose feature is not
// there yet says so from the start and is measured by nobody.
func table() []*Row {
	x := func(key, name string, limit bound) *Row { return &Row{Key: key, Name: name, Unit: "x", limit: limit} }
	in := func(unit, key, name string, limit, near bound) *Row {
		return &Row{Key: key, Name: name, Unit: unit, limit: limit, near: near}
	}
	none := bound{}
	rows := []*Row{
		x(warm, "warm read, strict loop: CPU", atMost(0.8)),
		x(warmThroughput, "warm read, strict loop: throughput", atLeast(1.25)),
		x(warmP99, "warm read, strict loop: p99", atMost(1)),
		x(warmHTTP, "warm read, net/http: CPU", atMost(1.5)),
		in("", allocations, "warm read: allocations in the core", atMost(4), atMost(6)),
		x(emulator, "warm read, emulator against server: CPU", atMost(1.2)),
		x(overH2, "warm read, HTTP/2 against bare HTTP/2: CPU", atMost(1.6)),
		x(unchanged, "answer 304 against a good read: CPU", atMost(1.05)),
		x(zipped, "batch of 50 in gzip against plain: CPU", atMost(1.5)),
		x(cold, "cold read: CPU", atMost(3)),
		in("", coldPoints, "cold read: point reads", atMost(3), none),
		in("", postgresAgain, "read, PostgreSQL wire: round trips, ID known", atMost(1), none),
		in("", postgresFirst, "read, PostgreSQL wire: round trips, ID unknown", atMost(2), none),
		x(postgresThroughput, "read, PostgreSQL wire: throughput", atLeast(0.3)),
		x(postgresCPU, "read, PostgreSQL wire: CPU of kith", none),
		x(postgresCold, "cold read, PostgreSQL wire: throughput", none),
		x(postgresColdCPU, "cold read, PostgreSQL wire: CPU of kith", none),
		x(threeNodes, "three nodes against one, PostgreSQL wire: CPU", atMost(1.1)),
		x(threeBare, "three bare handlers against one: CPU", none),
		x(batched, "batch of 50 against 50 reads: CPU", atMost(0.35)),
		x(byIDs, "ids of 50 against a batch of 50: CPU", atMost(0.5)),
		x(refused, "refused call against a good read: CPU", atMost(1.2)),
		x(refusedLarge, "refused call with a body of 1 MiB against a good one: CPU", atMost(1.2)),
		x(counted, "warm read, rate limits on against off: CPU", atMost(1.1)),
		in("", malformed, "malformed calls: Reads of the database", atMost(0), none),
		in("%", timingProof, "wrong proofs: correlation of time and right characters", atMost(2), none),
		in("%", timingIDs, "foreign against unknown IDs: AUC of time, off one half", atMost(3), none),
		x(growth, "growth to the large crowd, warm: CPU", atMost(1.5)),
		in("people/s", importSpeed, "import, durable", atLeast(15_000), none),
		in("B", importBytes, "import: disk for each person", atMost(900), none),
		in("people/s", generateProfile, "generation of profiles, durable", atLeast(15_000), none),
		in("rows/s", generateLife, "generation of lives, durable", atLeast(60_000), none),
		x(edgePage, "edge page of 25, mixed, against a profile read: CPU", atMost(6)),
		x(edgePageBest, "edge page of 25 by one author against a profile read: CPU", atMost(6)),
		in("rows/s", audienceUpload, "audience upload", none, none),
		x(audienceMatch, "audience upload, people here against nobody: CPU", atMost(1.05)),
		in("/s", writesOne, "durable single writes, 1 client", none, none),
		in("/s", writesMany, "durable single writes, 64 clients", atLeast(3000), none),
		x(writesGain, "durable single writes, 64 clients against 1", atLeast(5)),
		in("/s", messageWritesOne, "durable messages, 1 client", none, none),
		in("/s", messageWritesMany, "durable messages, 64 clients", atLeast(3000), none),
		x(messageWritesGain, "durable messages, 64 clients against 1", none),
		in("/s", eventsMany, "durable events that an app is told of, 64 clients", atLeast(3000), none),
		in("/s", webhooks, "callbacks to one receiver", atLeast(2000), none),
		in("ms", webhookDelay, "from an event to its callback", none, none),
		in("/s", messagesMany, "durable messages that an app is told of, 64 clients", atLeast(3000), none),
		in("/s", messageHooks, "webhooks of messages to one receiver", atLeast(2000), none),
		in("ms", messageDelay, "from a message to its webhook", none, none),
		x(messageDelayX, "from a message to its webhook, in commits of a message", atMost(4)),
		in("/s", postgresOne, "durable writes, PostgreSQL wire, 1 client", none, none),
		in("/s", postgresMany, "durable writes, PostgreSQL wire, 64 clients", none, none),
		x(hotPage, "one hot Page, 64 writers, PostgreSQL wire", atLeast(0.5)),
		in("ms", startEmpty, "start to first answer, empty", atMost(100), atMost(150)),
		in("ms", startDemo, "start to first answer, demo world", atMost(100), atMost(150)),
		in("ms", startLarge, "start to first profile, large crowd", atMost(500), none),
		in("MB", memoryIdle, "memory, idle with the demo world", atMost(35), atMost(40)),
		in("MB", memoryLoad, "memory, under load with the large crowd", atMost(256), none),
		in("ms", resetWorld, "reset of a world of 1,000, in process", atMost(20), none),
		in("MB", binarySize, "binary", atMost(30), none),
	}
	for _, r := range rows {
		if r.Verdict == "" {
			r.Limit = r.limit.text(r.Unit)
			if near := r.near.text(r.Unit); near != "" {
				r.Limit += ", now " + near
			}
		}
	}
	return rows
}
