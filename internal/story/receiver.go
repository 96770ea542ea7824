package story

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/kithgraph/kith/internal/access"
)

// received is the method of a step that is no request to the server but one of
// the server's, to a receiver of the story's.
const received = "RECEIVED"

// patience is how long a step waits for what happens beside it.
const patience = 60 * time.Second

// lookEvery is how often a step looks whether it came so far.
const lookEvery = 5 * time.Millisecond

// A receiver is what an app runs: it answers as it is told, and keeps what it
// gets.
type receiver struct {
	url string
	srv http.Server
	got chan *reply

	mu     sync.Mutex
	status int
	body   string
	echo   string        // the parameter of a request that is the answer, where it has it
	gate   chan struct{} // closed when answers may go out; nil: they may
}

// kept is how many requests a receiver keeps that no step asked for.
const kept = 1024

func newReceiver(ctx context.Context) (*receiver, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &receiver{url: "http://" + l.Addr().String(), got: make(chan *reply, kept)}
	r.srv.Handler = r
	r.srv.ReadHeaderTimeout = patience
	go func() { _ = r.srv.Serve(l) }() // Close ends it
	return r, nil
}

// ServeHTTP keeps a request as if it were an answer: its own has its status.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(io.LimitReader(req.Body, maxAnswer))
	if err != nil {
		return
	}
	r.mu.Lock()
	status, text, gate := r.status, r.body, r.gate
	if v := req.URL.Query(); r.echo != "" && v.Has(r.echo) {
		text = v.Get(r.echo)
	}
	r.mu.Unlock()
	head := req.Header.Clone()
	head.Set("Request", req.Method+" "+req.URL.RequestURI())
	select {
	case r.got <- &reply{status, head, body}:
	default: // nobody asks
	}
	if gate != nil {
		select {
		case <-gate:
		case <-req.Context().Done():
			return
		}
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// receive is the verb that lets a receiver begin, or answer otherwise from now on. What
// it held its answer back from has it then.
func receive(r *runner, ctx context.Context, args []string) error {
	say, err := pairs(args[1:], text)
	if err != nil {
		return err
	}
	status, body, echo := http.StatusOK, "", ""
	var gate chan struct{}
	for key, v := range say {
		switch s := v.(string); key {
		case "status":
			if status, err = strconv.Atoi(s); err != nil || status < 200 || status > 599 {
				return fmt.Errorf("%q is no status", s)
			}
		case "body":
			if body = s; strings.HasPrefix(s, `"`) {
				if body, err = strconv.Unquote(s); err != nil {
					return fmt.Errorf("body %s: %w", s, err)
				}
			}
		case "echo":
			echo = s
		case "hold":
			gate = make(chan struct{})
		default:
			return fmt.Errorf("a receiver has no %q: it takes status, body, echo and hold", key)
		}
	}
	to := r.receivers[args[0]]
	if to == nil {
		if to, err = newReceiver(ctx); err != nil {
			return err
		}
		r.receivers[args[0]] = to
	}
	to.mu.Lock()
	defer to.mu.Unlock()
	if to.gate != nil {
		close(to.gate)
	}
	to.status, to.body, to.echo, to.gate = status, body, echo, gate
	return nil
}

func (r *runner) closeReceivers() {
	for _, to := range r.receivers {
		_ = to.srv.Close()
	}
}

// receivedCall compares the next request that a receiver got, or gets.
func (r *runner) receivedCall(ctx context.Context, step *Step) error {
	c := step.Call
	to := r.receivers[c.Target]
	if to == nil {
		return fmt.Errorf("there is no receiver %q", c.Target)
	}
	select {
	case got := <-to.got:
		text, err := r.compare(ctx, c, got)
		if err != nil {
			return err
		}
		a := Answer{Step: step, Target: c.Target, Status: got.status, Header: got.header, Body: got.body, OK: text == ""}
		if !a.OK {
			a.fresh = r.refresh(ctx, c, got)
			r.res.Failures = append(r.res.Failures, Failure{Line: step.Line, Text: received + " " + c.Target + "\n" + text})
		}
		r.res.Answers = append(r.res.Answers, a)
		return nil
	case <-time.After(patience):
		return fmt.Errorf("receiver %s got nothing", c.Target)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// deliveries waits until so many deliveries are in each state that is named, and
// were tried so often in all.
func deliveries(r *runner, ctx context.Context, args []string) error {
	want := map[string]int{}
	for _, a := range args {
		name, v, _ := strings.Cut(a, "=")
		n, err := strconv.Atoi(v)
		if err != nil {
			return fmt.Errorf("%q: it takes STATE=N", a)
		}
		want[name] = n
	}
	for end := time.After(patience); ; {
		var a struct {
			Deliveries []struct {
				State string
				Tries int
			}
		}
		if err := r.w.control(ctx, http.MethodGet, "deliveries?limit=1000", nil, &a); err != nil {
			return err
		}
		have := map[string]int{}
		for _, d := range a.Deliveries {
			have[d.State]++
			have["tries"] += d.Tries
		}
		same := true
		for name, n := range want {
			same = same && have[name] == n
		}
		if same {
			return nil
		}
		select {
		case <-end:
			return fmt.Errorf("there are %v", have)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}

// signed is the signed_request that tells an app of a person, made now.
func (r *runner) signed(ctx context.Context, app, person string) (string, error) {
	a, err := r.names(ctx)
	if err != nil {
		return "", err
	}
	now, err := r.w.now(ctx)
	if err != nil {
		return "", err
	}
	id := cmp.Or(r.vars[person], a.People[person].ASIDs[app])
	payload := fmt.Sprintf(`{"algorithm":"HMAC-SHA256","issued_at":%d,"user_id":%q}`, now.Unix(), id)
	return access.SignRequest(a.Apps[app].Secret, []byte(payload)), nil
}
