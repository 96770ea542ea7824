package limits

import (
	"strconv"
	"time"

	"github.com/kithgraph/kith/internal/graph"
)

// Pools of one call: some that need no memory of their own, and as many as ?ids= may
// reach. Of businesses the header tells 32. [doc rate-limiting]
const (
	firstPools     = 6
	mostPools      = 256
	mostBusinesses = 32
)

// A Bill is what one call is charged, however often a store makes it begin anew.
// The zero Bill is for a server without limits. It belongs to one goroutine, and is
// not copied once it is open.
type Bill struct {
	table *Table
	now   int64
	pools []*Pool
	first [firstPools]*Pool // where the first pools are
	app   *Pool
	// at is the operation that comes next, done how many were charged.
	at, done int
	refused  *graph.Error
	settled  bool
	failed   bool
}

// Open begins a Bill. A nil Table is none.
func (b *Bill) Open(t *Table, now time.Time) {
	*b = Bill{table: t, now: now.UnixMilli()}
	b.pools = b.first[:0]
}

// Table is where the pools are, nil if nothing is charged.
func (b *Bill) Table() *Table {
	if b == nil {
		return nil
	}
	return b.table
}

// Begin says that the call begins, maybe once more.
func (b *Bill) Begin() {
	if b != nil {
		b.at = 0
	}
}

// Next goes on to the next operation of the call and reports whether it is still
// to be charged.
func (b *Bill) Next() bool {
	if b.at++; b.at <= b.done {
		return false
	}
	b.done = b.at
	return true
}

// Failed says that the answer is an error. It tells of the app alone, unless it is
// that a limit is used up. [seen facebook-messenger#275]
func (b *Bill) Failed() {
	if b != nil {
		b.failed = b.refused == nil
	}
}

// Undo takes a Next back that came to nothing.
func (b *Bill) Undo() {
	b.at--
	b.done = b.at
}

// Charge counts one call in a pool. Whoever is over the limit is charged all the
// same: calls while waiting make it longer. [doc rate-limiting]
func (b *Bill) Charge(p *Pool) {
	p.turn(b.now)
	if b.refused == nil && p.full(&b.table.rules) {
		b.refused = p.refusal()
	}
	p.add(calls, 1)
	for _, q := range b.pools {
		if q == p {
			return
		}
	}
	if len(b.pools) < mostPools {
		b.pools = append(b.pools, p)
	}
}

// refusal is what a full pool answers.
func (p *Pool) refusal() *graph.Error {
	if f := p.fact.Load(); f != nil && f.Instagram && p.row.instagram != nil {
		return p.row.instagram
	}
	return p.row.err
}

// App is the pool of the app that the answer tells of, nil if of none yet.
func (b *Bill) App() *Pool { return b.app }

// Show tells of the pool of the app, which need not be charged.
func (b *Bill) Show(p *Pool) {
	p.turn(b.now)
	b.app = p
}

// Refused is the answer to who is over a limit, nil if nobody is.
func (b *Bill) Refused() error {
	if b.refused == nil {
		return nil
	}
	return b.refused
}

// Settle adds what the answer is made of, once.
func (b *Bill) Settle(nodes, size int) {
	if b == nil || b.settled {
		return
	}
	b.settled = true
	for _, p := range b.pools {
		if p.row.plain {
			continue
		}
		if nodes > 0 {
			p.add(objects, int64(nodes))
		}
		if size > 0 {
			p.add(bytes, int64(size))
		}
	}
}

// A Header is one of those that tell of usage; its value ends at End of what was
// appended to.
type Header struct {
	Name string
	End  int
}

// MostHeaders is how many there are.
const MostHeaders = 4

// Names of the headers. [seen idx:1109465921, facebook-messenger#275]
const (
	appHeader      = "x-app-usage"
	pageHeader     = "x-page-usage"
	businessHeader = "x-business-use-case-usage"
	accountHeader  = "x-ad-account-usage"
)

// Append writes the values of the headers behind each other. Before anything was
// charged there are none.
func (b *Bill) Append(dst []byte, to *[MostHeaders]Header) ([]byte, int) {
	n := 0
	put := func(name string) {
		to[n] = Header{name, len(dst)}
		n++
	}
	if b == nil || b.app == nil {
		return dst, 0
	}
	r := &b.table.rules
	dst = append(b.app.appendUsage(append(dst, '{'), r), '}')
	put(appHeader)
	if b.failed {
		return dst, n
	}
	for _, p := range b.pools {
		if p.row.header == pageUsage {
			dst = append(p.appendUsage(append(dst, '{'), r), '}')
			put(pageHeader)
			break
		}
	}
	if mark := len(dst); b.business() {
		dst = b.appendBusiness(dst)
		if len(dst) > mark {
			put(businessHeader)
		}
	}
	for _, p := range b.pools {
		if p.key.Kind == AdsManagement {
			dst = p.appendAccount(dst, r, b.now)
			put(accountHeader)
			break
		}
	}
	return dst, n
}

func (b *Bill) business() bool {
	for _, p := range b.pools {
		if p.row.header == businessUsage {
			return true
		}
	}
	return false
}

// appendUsage writes percents. [order seen idx:1109465921]
func (p *Pool) appendUsage(b []byte, r *Rules) []byte {
	used := p.percents(r)
	b = strconv.AppendInt(append(b, `"call_count":`...), used[calls], 10)
	b = strconv.AppendInt(append(b, `,"total_cputime":`...), used[objects], 10)
	return strconv.AppendInt(append(b, `,"total_time":`...), used[bytes], 10)
}

// appendBusiness writes the pools of business use cases, by whom they are of.
// [order of members seen facebook-messenger#275]
func (b *Bill) appendBusiness(dst []byte) []byte {
	r := &b.table.rules
	dst = append(dst, '{')
	names := 0
	for i, p := range b.pools {
		if p.row.header != businessUsage || b.told(i) {
			continue
		}
		if names++; names > mostBusinesses {
			break
		}
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		name, _ := p.names()
		dst = append(append(append(dst, '"'), name...), `":[`...)
		for _, q := range b.pools[i:] {
			if of, _ := q.names(); of != name || q.row.header != businessUsage {
				continue
			}
			if dst[len(dst)-1] != '[' {
				dst = append(dst, ',')
			}
			dst = append(append(append(dst, `{"type":"`...), q.row.name...), `",`...)
			dst = q.appendUsage(dst, r)
			dst = strconv.AppendInt(append(dst, `,"estimated_time_to_regain_access":`...), minutes(q.regain(r, b.now)), 10)
			if q.key.Kind.ads() {
				dst = append(append(append(dst, `,"ads_api_access_tier":"`...), r.Tier...), '"')
			}
			dst = append(dst, '}')
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

// told reports whether an earlier pool is of the same business as that of i.
func (b *Bill) told(i int) bool {
	name, _ := b.pools[i].names()
	for _, q := range b.pools[:i] {
		if of, _ := q.names(); of == name && q.row.header == businessUsage {
			return true
		}
	}
	return false
}

// appendAccount writes x-ad-account-usage. [doc rate-limiting]
func (p *Pool) appendAccount(b []byte, r *Rules, now int64) []byte {
	most := max(p.most.Load(), 1)
	hundredths := p.sum[calls].Load() * 10_000 / most
	b = strconv.AppendFloat(append(b, `{"acc_id_util_pct":`...), float64(hundredths)/100, 'f', -1, 64)
	b = strconv.AppendInt(append(b, `,"reset_time_duration":`...), int64((p.empty(now)+time.Second-1)/time.Second), 10)
	b = append(append(append(b, `,"ads_api_access_tier":"`...), r.Tier...), '"')
	return append(b, '}')
}

// minutes rounds up.
func minutes(d time.Duration) int64 { return int64((d + time.Minute - 1) / time.Minute) }
