package limits

import (
	"encoding/json"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/graph"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// told is a pool with a limit of so many people.
func told(t *Table, k Key, n int64, now time.Time) *Pool {
	p := t.Pool(k, now)
	t.Tell(p, Fact{N: n, Name: "12", App: "7"}, now)
	return p
}

// call charges one call and returns the answer.
func call(t *Table, p *Pool, now time.Time) error {
	var b Bill
	b.Open(t, now)
	b.Begin()
	b.Next()
	b.Charge(p)
	return b.Refused()
}

func TestCallsAreTakenUpToTheLimitAndForgottenAfterTheWindow(t *testing.T) {
	for _, k := range []Kind{App, User, Page, Pages, Messenger, Instagram, AdsManagement, Stream, Conversations, Sends, MediaSends, PrivateReplies, LiveReplies} {
		table := New(Rules{App: 3, User: 3, Page: 3, Messenger: 3, Instagram: 3, Stream: 3, Conversations: 3, Sends: 3, MediaSends: 3, PrivateReplies: 3, LiveReplies: 3, Servers: 1})
		gap := min(rows[k].window/10, time.Second)
		if k == AdsManagement {
			table = New(Rules{Servers: 100})
		}
		p := told(table, Key{Kind: k, App: 1, Of: 2}, 1, noon)
		for i := range 3 {
			if err := call(table, p, noon.Add(time.Duration(i)*gap)); err != nil {
				t.Errorf("%s: call %d: %v", k, i, err)
			}
		}
		err := call(table, p, noon.Add(4*gap))
		if g, ok := err.(*graph.Error); !ok || !g.Is(rows[k].err) {
			t.Errorf("%s: the fourth call answers %v, want %v", k, err, rows[k].err)
		}
		if err := call(table, p, noon.Add(rows[k].window/2)); err == nil {
			t.Errorf("%s: taken after half a window", k)
		}
		later := noon.Add(rows[k].window + 5*gap)
		if got := p.regain(&table.rules, later.UnixMilli()); got > rows[k].window {
			t.Errorf("%s: regained after %v, longer than the window", k, got)
		}
		if err := call(table, p, later); err != nil {
			t.Errorf("%s: refused after the window: %v", k, err)
		}
	}
}

// A call counts for the window, less than one step of it.
func TestACallIsForgottenWithinOneStepOfTheWindow(t *testing.T) {
	table := New(Rules{App: 1})
	for offset := range 75 {
		start := noon.Add(time.Duration(offset) * time.Second)
		p := told(table, Key{Kind: App, App: int64(offset) + 1}, 1, start)
		_ = call(table, p, start)
		if p.turn(start.Add(time.Hour - 75*time.Second).UnixMilli()); p.sum[calls].Load() != 1 {
			t.Errorf("offset %d: forgotten a whole step too early", offset)
		}
		if p.turn(start.Add(time.Hour).UnixMilli()); p.sum[calls].Load() != 0 {
			t.Errorf("offset %d: counted after an hour", offset)
		}
	}
}

func TestRegainIsWhenCallsAreTakenAgain(t *testing.T) {
	table := New(Rules{App: 4})
	p := told(table, Key{Kind: App, App: 1}, 1, noon)
	for i := range 6 { // the limit and two more, ten minutes apart
		_ = call(table, p, noon.Add(time.Duration(i)*10*time.Minute))
	}
	now := noon.Add(50 * time.Minute)
	wait := p.regain(&table.rules, now.UnixMilli())
	if wait <= 0 || wait > time.Hour {
		t.Fatalf("regain is %v", wait)
	}
	for _, tt := range []struct {
		after time.Duration
		full  bool
	}{{wait - time.Millisecond, true}, {wait, false}} {
		p.turn(now.Add(tt.after).UnixMilli())
		if p.full(&table.rules) != tt.full {
			t.Errorf("after %v of %v: full is not %t", tt.after, wait, tt.full)
		}
	}
}

func TestAClockThatIsSetBack(t *testing.T) {
	table := New(Rules{App: 2})
	p := told(table, Key{Kind: App, App: 1}, 1, noon)
	_ = call(table, p, noon)
	_ = call(table, p, noon.Add(-10*time.Minute))
	if err := call(table, p, noon.Add(-10*time.Minute)); err == nil {
		t.Error("a little back: what was counted is forgotten")
	}
	if err := call(table, p, noon.Add(-24*time.Hour)); err != nil {
		t.Errorf("a day back: %v", err)
	}
	if err := call(table, p, noon.Add(100*24*time.Hour)); err != nil {
		t.Errorf("a hundred days on: %v", err)
	}
}

func TestWhatTheFormulasAllow(t *testing.T) {
	standard, advanced := Rules{}.withDefaults(), Rules{Tier: Advanced}.withDefaults()
	shared := Rules{Servers: 3}.withDefaults()
	tests := []struct {
		rules *Rules
		kind  Kind
		n     int64
		want  int64
	}{
		{&standard, App, 100, 20_000}, // the example of the documentation
		{&standard, App, 0, 200},
		{&standard, Page, 10, 48_000}, {&standard, Pages, 10, 48_000},
		{&standard, Messenger, 10, 2_000}, {&standard, Instagram, 10, 48_000},
		{&standard, CustomAudience, 0, 5_000}, {&standard, CustomAudience, 10, 5_400},
		{&advanced, CustomAudience, 10, 190_400}, {&advanced, CustomAudience, 100_000, 700_000},
		{&standard, AdsManagement, 7, 300}, {&advanced, AdsManagement, 7, 100_000},
		{&standard, User, 9, 3_600}, {&standard, Stream, 9, 600},
		{&shared, Stream, 1, 200},
	}
	for _, tt := range tests {
		if got := tt.rules.most(tt.kind, tt.n); got != tt.want {
			t.Errorf("%s of %d by %+v: %d, want %d", tt.kind, tt.n, *tt.rules, got, tt.want)
		}
	}
}

func TestACallIsChargedOnceHoweverOftenItBegins(t *testing.T) {
	table := New(Rules{App: 10})
	p := told(table, Key{Kind: App, App: 1}, 1, noon)
	var b Bill
	b.Open(table, noon)
	for range 3 {
		b.Begin()
		for range 2 { // two IDs
			if b.Next() {
				b.Charge(p)
			}
		}
	}
	b.Settle(3, 100)
	b.Settle(3, 100)
	if c, o, s := p.sum[calls].Load(), p.sum[objects].Load(), p.sum[bytes].Load(); c != 2 || o != 3 || s != 100 {
		t.Errorf("calls %d, objects %d, bytes %d, want 2, 3, 100", c, o, s)
	}
}

func TestHeadersOfSeveralBusinesses(t *testing.T) {
	table := New(Rules{Page: 10, Messenger: 10})
	a, m := table.Pool(Key{Kind: Pages, App: 1, Of: 2}, noon), table.Pool(Key{Kind: Messenger, App: 1, Of: 2}, noon)
	other := table.Pool(Key{Kind: Messenger, App: 1, Of: 3}, noon)
	for p, name := range map[*Pool]string{a: "2", m: "2", other: "3", table.Pool(Key{Kind: App, App: 1}, noon): ""} {
		table.Tell(p, Fact{N: 1, Name: name}, noon)
	}
	var b Bill
	b.Open(table, noon)
	b.Show(table.Beside(a, noon))
	for _, p := range []*Pool{a, m, other, m} {
		b.Charge(p)
	}
	var h [MostHeaders]Header
	text, n := b.Append(nil, &h)
	want := `{"2":[{"type":"pages","call_count":10,"total_cputime":0,"total_time":0,"estimated_time_to_regain_access":0},` +
		`{"type":"messenger","call_count":20,"total_cputime":0,"total_time":0,"estimated_time_to_regain_access":0}],` +
		`"3":[{"type":"messenger","call_count":10,"total_cputime":0,"total_time":0,"estimated_time_to_regain_access":0}]}`
	if n != 2 || h[0].Name != "x-app-usage" || string(text[h[0].End:h[1].End]) != want {
		t.Errorf("%d headers\n got %s\nwant %s", n, text[h[0].End:], want)
	}
}

// There are never more pools than the table holds, whoever calls.
func TestPoolsAreBounded(t *testing.T) {
	table := New(Rules{})
	busy := table.Pool(Key{Kind: App, App: 1}, noon)
	for i := range int64(3 * shards * perShard) {
		now := noon.Add(time.Duration(i) * time.Second)
		busy.turn(now.UnixMilli())
		table.Pool(Key{Kind: User, Of: i + 10}, now)
	}
	n := 0
	for i := range table.shards {
		if m := len(*table.shards[i].pools.Load()); m > perShard {
			t.Errorf("shard %d holds %d", i, m)
		} else {
			n += m
		}
	}
	if n > shards*perShard || n < shards*perShard/2 {
		t.Errorf("%d pools", n)
	}
	if table.Pool(Key{Kind: App, App: 1}, noon) != busy {
		t.Error("a pool that is in use gave way to idle ones")
	}
}

func TestNothingIsLostWhenManyCount(t *testing.T) {
	const workers, each = 8, 2000
	table := New(Rules{App: 1})
	p := told(table, Key{Kind: App, App: 1}, 1, noon)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each { // over many steps, in no order
				p.turn(noon.Add(time.Duration((i*7+w)%1800) * time.Second).UnixMilli())
				p.add(calls, 1)
			}
		})
	}
	wg.Wait()
	if got := p.sum[calls].Load(); got != workers*each {
		t.Errorf("counted %d of %d", got, workers*each)
	}
	p.turn(noon.Add(2 * time.Hour).UnixMilli())
	if got := p.sum[calls].Load(); got != 0 {
		t.Errorf("%d are left in an empty window", got)
	}
}

func TestAWarmChargeAllocatesNothing(t *testing.T) {
	table := New(Rules{})
	k := Key{Kind: Messenger, App: 1, Of: 2}
	told(table, k, 1000, noon)
	told(table, Key{Kind: App, App: 1}, 1000, noon)
	var b Bill
	buf := make([]byte, 0, 512)
	if n := testing.AllocsPerRun(100, func() { warm(table, &b, k, buf) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func warm(table *Table, b *Bill, k Key, buf []byte) {
	b.Open(table, noon)
	b.Begin()
	if p := table.Pool(k, noon); b.Next() && !table.Stale(p, noon) {
		b.Show(table.Beside(p, noon))
		b.Charge(p)
	}
	b.Settle(0, 200)
	var h [MostHeaders]Header
	b.Append(buf, &h)
}

func BenchmarkCharge(b *testing.B) {
	table := New(Rules{})
	k := Key{Kind: Messenger, App: 1, Of: 2}
	told(table, k, 1e9, noon)
	told(table, Key{Kind: App, App: 1}, 1e9, noon)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		var bill Bill
		buf := make([]byte, 0, 512)
		for pb.Next() {
			warm(table, &bill, k, buf)
		}
	})
}

// A call about many Pages is told of all of them, up to as many as the header has,
// and charged for each.
func TestACallAboutManyPages(t *testing.T) {
	table := New(Rules{Page: 4})
	var b Bill
	b.Open(table, noon)
	b.Begin()
	b.Show(told(table, Key{Kind: App, App: 1}, 100, noon))
	const many = 50
	for n := range int64(many) {
		k := Key{Kind: Pages, App: 1, Of: 10 + n}
		p := table.Pool(k, noon)
		table.Tell(p, Fact{N: 1, Name: strconv.Itoa(int(n)), App: "7"}, noon)
		if b.Next() {
			b.Charge(p)
		}
	}
	b.Settle(50, 1<<20)
	var h [MostHeaders]Header
	text, n := b.Append(nil, &h)
	var told map[string][]struct {
		Calls int `json:"call_count"`
		Time  int `json:"total_time"`
	}
	if n != 2 || json.Unmarshal(text[h[0].End:], &told) != nil || len(told) != mostBusinesses || told["31"][0].Calls != 25 {
		t.Errorf("told is %d headers: %s", n, text)
	}
	for _, one := range table.List(noon) {
		if one.Kind == "pages" && (one.CallCount != 25 || one.TotalTime == 0) {
			t.Errorf("charged %+v", one)
		}
	}
}

func TestClearAndList(t *testing.T) {
	table := New(Rules{App: 2, Page: 4})
	app := told(table, Key{Kind: App, App: 1}, 1, noon)
	page := told(table, Key{Kind: Pages, App: 1, Of: 2}, 1, noon)
	_ = call(table, app, noon)
	_ = call(table, page, noon)
	list := table.List(noon)
	if len(list) != 2 || list[0].Kind != "app" || list[0].CallCount != 50 || list[1].CallCount != 25 || list[1].Of != "12" || list[1].Limit != 4 || list[1].Window != "24h" {
		t.Errorf("listed %+v", list)
	}
	if n := table.Clear("messenger", ""); n != 0 {
		t.Errorf("cleared %d", n)
	}
	if n := table.Clear("pages", "12"); n != 1 || len(table.List(noon)) != 1 {
		t.Errorf("cleared %d, left %v", n, table.List(noon))
	}
	if table.Clear("", ""); len(table.List(noon)) != 0 {
		t.Errorf("left %v", table.List(noon))
	}
	var none *Table
	if none.Renew(); none.Clear("", "") != 0 || len(none.List(noon)) != 0 {
		t.Error("a table that is not there has pools")
	}
}

// Steps make up the window of every kind exactly.
func TestStepsMakeUpTheWindow(t *testing.T) {
	for k := App; k < kindCount; k++ {
		p := newPool(Key{Kind: k}, noon.UnixMilli())
		if got := time.Duration(p.steps*p.step) * time.Millisecond; got != rows[k].window || p.steps < mostSteps/2 {
			t.Errorf("%s: %d steps are %v, want %v", k, p.steps, got, rows[k].window)
		}
	}
}

// Where calls alone are bounded, what they are made of refuses nobody.
func TestWhatMessagingIsMadeOfDoesNotMatter(t *testing.T) {
	table := New(Rules{Conversations: 2, Objects: 1, Bytes: 1})
	p := told(table, Key{Kind: Conversations, App: 1, Of: 2}, 1, noon)
	var b Bill
	b.Open(table, noon)
	b.Begin()
	b.Next()
	b.Charge(p)
	b.Settle(1000, 1000)
	if err := call(table, p, noon); err != nil {
		t.Errorf("the second call: %v", err)
	}
	if err := call(table, p, noon); err == nil {
		t.Error("the third call is taken")
	}
}
