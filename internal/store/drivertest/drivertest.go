// Package drivertest is the contract of driver.Store as tests. Every backend
// runs all of it and no test asks which backend it is.
package drivertest

import (
	"context"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
)

// Kinds and spaces of Registry.
const (
	kindThing   driver.Kind  = 1
	kindOther   driver.Kind  = 2
	follows     driver.Kind  = 20 // Counted, with an inverse that is not
	followedBy  driver.Kind  = 21
	friend      driver.Kind  = 22 // Counted, its own inverse
	note        driver.Kind  = 23 // neither
	fan         driver.Kind  = 24 // inverse pair, both Counted
	fanOf       driver.Kind  = 25
	holds       driver.Kind  = 26 // an inverse pair, of which one is written once
	heldBy      driver.Kind  = 27
	has         driver.Kind  = 28 // the same, Counted
	hadBy       driver.Kind  = 29
	spaceName   driver.Space = 1
	spaceNumber driver.Space = 2
)

// Registry is what a store under test is opened with.
func Registry() *driver.Registry {
	return &driver.Registry{
		Kinds: []driver.KindInfo{
			{Kind: kindThing, Name: "thing"},
			{Kind: kindOther, Name: "other"},
			{Kind: follows, Name: "follows", Assoc: true, Inverse: followedBy, Counted: true},
			{Kind: followedBy, Name: "followed_by", Assoc: true, Inverse: follows},
			{Kind: friend, Name: "friend", Assoc: true, Inverse: friend, Counted: true},
			{Kind: note, Name: "note", Assoc: true},
			{Kind: fan, Name: "fan", Assoc: true, Inverse: fanOf, Counted: true},
			{Kind: fanOf, Name: "fan_of", Assoc: true, Inverse: fan, Counted: true},
			{Kind: holds, Name: "holds", Assoc: true, Inverse: heldBy},
			{Kind: heldBy, Name: "held_by", Assoc: true, Inverse: holds, Once: true},
			{Kind: has, Name: "has", Assoc: true, Inverse: hadBy, Counted: true},
			{Kind: hadBy, Name: "had_by", Assoc: true, Inverse: has, Once: true},
		},
		Spaces: []driver.SpaceInfo{
			{Space: spaceName, Name: "name"},
			{Space: spaceNumber, Name: "number"},
		},
	}
}

// Run runs the whole contract. open returns an empty store with Registry and
// sees to its end.
func Run(t *testing.T, open func(t *testing.T) driver.Store) {
	tests := []struct {
		name string
		run  func(t *testing.T, s driver.Store)
	}{
		{"objects are put, replaced and deleted", testObjects},
		{"missing things are nil and zero", testMissing},
		{"versions rise with each update", testVersions},
		{"answers belong to the caller", testAnswersOwned},
		{"keys are bytes", testBinaryKeys},
		{"the first binding wins", testBind},
		{"the first of many binders wins", testBindConcurrent},
		{"owned keys come in order", testOwned},
		{"ranges are bounded on both sides", testRanges},
		{"ranges by time and All", testRangeTimes},
		{"TimeVersion orders by commit", testTimeVersion},
		{"inverses follow", testInverse},
		{"inverses keep their data", testInverseData},
		{"self-inverses and loops", testSelfInverse},
		{"inverses that are written once", testOnce},
		{"counts follow", testCounts},
		{"counts hold under concurrency", testCountsConcurrent},
		{"a link moves in time and counts once", testMoveTime},
		{"keys outlive their object", testDeadKeys},
		{"purge leaves nothing", testPurge},
		{"a purge that was stopped goes on", testPurgeResumes},
		{"an update reads its writes", testOwnWrites},
		{"an update reads each write", testReadBuffered},
		{"a failed update leaves nothing", testFailedUpdate},
		{"a panic leaves nothing", testPanic},
		{"a view sees one snapshot", testSnapshot},
		{"updates do not interleave", testSerializable},
		{"what a function keeps is of the run that counts", testRetried},
		{"updates that wait together fail alone", testFolded},
		{"scans are ordered and stop", testScan},
		{"a scan sees one snapshot", testScanUnderWrites},
		{"a big read set", testBigReadSet},
		{"wrong rows are refused", testRefusals},
		{"a cancelled context does nothing", testCancelled},
		{"a closed store says so", testClosed},
		{"what belongs together agrees", testVerify},
		{"random operations agree with a model", testModel},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, open(t)) })
	}
}

// update runs f and fails the test if it fails.
func update(t testing.TB, s driver.Store, f func(ctx context.Context, w driver.Writer) error) {
	t.Helper()
	ctx := context.Background()
	if err := s.Update(ctx, func(w driver.Writer) error { return f(ctx, w) }); err != nil {
		t.Fatalf("Update: %v", err)
	}
}

// read answers rs in a View of its own.
func read(t testing.TB, s driver.Store, rs *driver.ReadSet) *driver.ReadSet {
	t.Helper()
	ctx := context.Background()
	if err := s.View(ctx, func(r driver.Reader) error { return r.Read(ctx, rs) }); err != nil {
		t.Fatalf("Read: %v", err)
	}
	return rs
}

func put(t testing.TB, s driver.Store, objs ...driver.Object) {
	t.Helper()
	update(t, s, func(ctx context.Context, w driver.Writer) error { return w.Put(ctx, objs) })
}

func link(t testing.TB, s driver.Store, as ...driver.Assoc) {
	t.Helper()
	update(t, s, func(ctx context.Context, w driver.Writer) error { return w.Link(ctx, as) })
}

func unlink(t testing.TB, s driver.Store, ps ...driver.Pair) {
	t.Helper()
	update(t, s, func(ctx context.Context, w driver.Writer) error { return w.Unlink(ctx, ps) })
}

func bind(t testing.TB, s driver.Store, bs ...driver.Binding) (ids []driver.ID) {
	t.Helper()
	update(t, s, func(ctx context.Context, w driver.Writer) (err error) {
		ids, err = w.Bind(ctx, bs)
		return err
	})
	return ids
}

func object(t testing.TB, s driver.Store, id driver.ID) *driver.Object {
	t.Helper()
	return read(t, s, &driver.ReadSet{Objects: []driver.ID{id}}).GotObjects[0]
}

func pair(t testing.TB, s driver.Store, p driver.Pair) *driver.Assoc {
	t.Helper()
	return read(t, s, &driver.ReadSet{Pairs: []driver.Pair{p}}).GotPairs[0]
}

func counted(t testing.TB, s driver.Store, from driver.ID, k driver.Kind) int64 {
	t.Helper()
	return read(t, s, &driver.ReadSet{Counts: []driver.Count{{From: from, Kind: k}}}).GotCounts[0]
}

// binding makes a Binding.
func binding(s driver.Space, key string, id driver.ID) driver.Binding {
	return driver.Binding{Key: driver.Key{Space: s, Key: key}, ID: id}
}
