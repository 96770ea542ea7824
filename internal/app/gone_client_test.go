package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/port"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/world"
)

// A held store holds an Update back, before it runs or after it was committed,
// until somebody has left.
type held struct {
	driver.Store
	after   bool
	reached chan struct{} // nil holds nothing back
	release chan struct{}
}

func (h *held) Update(ctx context.Context, f func(driver.Writer) error) error {
	if h.reached == nil {
		return h.Store.Update(ctx, f)
	}
	reached := h.reached
	h.reached = nil
	if h.after {
		err := h.Store.Update(ctx, f)
		close(reached)
		<-h.release
		return err
	}
	close(reached)
	<-h.release
	return h.Store.Update(ctx, f)
}

// A doorway is a Graph behind a port, whose clients may leave.
type doorway struct {
	*testing.T
	*lab
	held *held
	addr string
	done chan struct{} // one for each call that has ended
}

// openDoorway serves a world; strict says which of the two loops reads calls.
func openDoorway(t *testing.T, strict bool) *doorway {
	t.Helper()
	d := &doorway{T: t, lab: openLab(t, Settings{}, readTestdata(t, "writes.yaml")), done: make(chan struct{}, 8)}
	d.receiver = answering(t)
	d.held = &held{Store: d.memory}
	d.DB = store.Open(d.held, store.Options{Decode: world.Decoders(d.Keys)})
	d.lab.wire()
	serve := func(ctx context.Context, in *graph.In, out *graph.Out) {
		d.Serve(ctx, in, out)
		d.done <- struct{}{}
	}
	opt := port.Options{Handler: port.Adapt(t.Context(), port.Bodies{}, serve), Now: time.Now, Rand: rand.Reader}
	if strict {
		opt.Plain = func(in *port.In, out *port.Out) { serve(context.Background(), in, out) }
	}
	l, err := port.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := port.New(opt)
	ended := make(chan error, 1)
	go func() { ended <- p.Serve(l) }()
	t.Cleanup(func() {
		if err := p.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	d.addr = l.Addr().String()
	return d
}

// leave sends a call and is gone while the server works on it.
func (d *doorway) leave(method, target, body string, after bool) {
	d.Helper()
	d.held.after, d.held.reached, d.held.release = after, make(chan struct{}), make(chan struct{})
	reached, release := d.held.reached, d.held.release
	c, err := net.Dial("tcp", d.addr)
	if err != nil {
		d.Fatal(err)
	}
	fmt.Fprintf(c, "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", method, target, len(body), body)
	select {
	case <-reached:
	case <-d.done:
		d.Fatalf("%s %s %s writes nothing", method, target, body)
	}
	if err := c.(*net.TCPConn).SetLinger(0); err != nil { // what comes now is refused
		d.Fatal(err)
	}
	if err := c.Close(); err != nil {
		d.Fatal(err)
	}
	close(release)
	<-d.done
}

// stay sends a call and reads the answer.
func (d *doorway) stay(method, target, body string) (status int, text string) {
	d.Helper()
	req, err := http.NewRequest(method, "http://"+d.addr+target, strings.NewReader(body))
	if err != nil {
		d.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		d.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		d.Fatal(err)
	}
	<-d.done
	return resp.StatusCode, string(data)
}

// holds is all that the world has.
func (d *doorway) holds() string {
	d.Helper()
	var b strings.Builder
	if err := d.World.Export(d.ctx(), &b); err != nil {
		d.Fatal(err)
	}
	return b.String()
}

// addsAnother are the writes that make something new each time: a Graph call has
// no number by which a second one could be known. All others name what they are
// about. [doc user v2.10]
func addsAnother() []string {
	return []string{"Page POST messages", "IGUser POST messages", "Page POST message_attachments", "IGUser POST message_attachments", "Page POST personas", "Page POST custom_labels", "User POST photos", "User POST videos", "User POST albums", "User POST live_videos", "User POST events",
		"User POST notifications", "User POST apprequests", "User POST achievements", "User POST favorite_requests",
		"Application POST accounts/test-users", "Album POST photos", "Post POST comments", "Album POST comments", "Photo POST comments", "Video POST comments", "LiveVideo POST comments", "Event POST comments"}
}

// notedAgain are the writes whose history says how often they were done. What
// stands afterwards is the same.
func notedAgain() []string { return []string{"Page POST blocked", "Page DELETE blocked"} }

// withoutHistory finds what an export says of a history: its events, and their
// numbers.
var withoutHistory = regexp.MustCompile(`"seq":\d+,?|"history":\[(\{"page":"pa","event":"page_(un)?ban","at":\d+,"seq":\d+\},?)*\],?`)

// T-DUR-11: every declared write of a client that is gone before the answer is
// there whole, as if the client had stayed. Sent again it changes nothing more,
// unless it makes something new each time.
func TestWritesOfClientsThatAreGone(t *testing.T) {
	for _, strict := range []bool{true, false} {
		d := openDoorway(t, strict)
		for key, w := range writings() {
			name, _, _ := strings.Cut(key, ":")
			method, edge, _ := strings.Cut(name[strings.IndexByte(name, ' ')+1:], " ")
			who, _, _ := strings.Cut(w.allowed, ",")
			for _, after := range []bool{false, true} {
				d.begin(w)
				target := "/" + w.version() + "/" + d.fillIn(w.on)
				if edge != "" {
					target += "/" + edge
				}
				target, body := withToken(target, d.writers()[who]), d.fillIn(w.params)
				if status, text := d.stay(method, target, body); status != 200 {
					t.Errorf("%s: %d %s", key, status, text)
				}
				want := d.holds()
				d.begin(w)
				d.leave(method, target, body, after)
				got := d.holds()
				if got != want {
					t.Errorf("%s, the client is gone:\n%s\nthe client stays:\n%s", key, got, want)
				}
				status, text := d.stay(method, target, body)
				left := d.holds()
				if slices.Contains(notedAgain(), name) {
					got, left = withoutHistory.ReplaceAllString(got, ""), withoutHistory.ReplaceAllString(left, "")
				}
				if again := left != got; again != slices.Contains(addsAnother(), name) {
					t.Errorf("%s again (%t): %d %s, and it changed something: %t", key, after, status, text, again)
				}
				if status >= 500 {
					t.Errorf("%s again: %d %s", key, status, text)
				}
			}
		}
	}
}

// begin goes back to the first world, with what a writing needs.
func (d *doorway) begin(w writing) {
	d.Helper()
	if err := d.Reset(d.ctx(), nil); err != nil {
		d.Fatal(err)
	}
	d.learn(d.T)
	d.prepare(d.T, w)
}
