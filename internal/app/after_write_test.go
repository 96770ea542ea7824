package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/clock"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/world"
)

// mute answers so many Views less once an Update was committed.
type mute struct {
	driver.Store
	committed bool
	left      int
}

func (m *mute) Update(ctx context.Context, f func(driver.Writer) error) error {
	err := m.Store.Update(ctx, f)
	m.committed = m.committed || err == nil
	return err
}

func (m *mute) View(ctx context.Context, f func(driver.Reader) error) error {
	if m.committed && m.left > 0 {
		m.left--
		return driver.ErrUnavailable
	}
	return m.Store.View(ctx, f)
}

// A write that happened, and of which the store then gives no fields at all, is
// answered without them: an error that is to be tried again would have the
// client write twice. An error that no second try mends stays the answer.
// [doc read-after-write]
func TestAWriteIsNotCalledUndone(t *testing.T) {
	l := openLab(t, Settings{}, readTestdata(t, "writes.yaml"))
	if a := l.write("POST", "ana", "photos", "url=https://example.com/1.jpg&fields=nonsense", l.writers()["ana"]); a.status != 400 || !a.is(100, 0) {
		t.Errorf("fields that are none: %s", a)
	}
	tests := []struct {
		edge, params string
		fails        int
		want         string
	}{
		{"photos", "url=https://example.com/1.jpg&fields=source", 1 << 30, `{"id":"`},
		{"photos", "url=https://example.com/1.jpg&fields=source", 1, `{"source":"https:\/\/example.com\/1.jpg","id":"`},
		{"", "firstname=Anna&fields=first_name", 1 << 30, `{"success":true}`},
		{"", "firstname=Anna&fields=first_name", 1, `{"first_name":"Anna"`},
	}
	for _, tt := range tests {
		m := &mute{Store: l.memory, left: tt.fails}
		l.DB = store.Open(m, store.Options{Shared: true, Machine: clock.System(time.Now), Decode: world.Decoders(l.Keys)})
		l.wire()
		a := l.write("POST", "ana", tt.edge, tt.params, l.writers()["ana"])
		if !m.committed || m.left == tt.fails {
			t.Fatalf("%s: nothing was written, or read: %s", tt.params, a)
		}
		if a.status != 200 || !strings.HasPrefix(a.body, tt.want) {
			t.Errorf("%s, the store fails %d times\n got %s\nwant 200 %s", tt.params, tt.fails, a, tt.want)
		}
	}
}
