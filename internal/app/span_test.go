package app

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store"
)

// A context of a call ends after its time, whoever asks it, and with its parent.
func TestSpan(t *testing.T) {
	p := &span{Context: t.Context(), most: time.Nanosecond}
	if p.Err() != nil {
		t.Error("it ended before anybody waited")
	}
	child, cancel := context.WithCancel(p)
	defer cancel()
	<-child.Done()
	if !errors.Is(child.Err(), context.DeadlineExceeded) || !errors.Is(p.Err(), context.DeadlineExceeded) {
		t.Errorf("errors %v and %v", child.Err(), p.Err())
	}
	parent, quit := context.WithCancel(t.Context())
	p = &span{Context: parent, most: time.Hour}
	defer p.end()
	quit()
	if <-p.Done(); !errors.Is(p.Err(), context.Canceled) {
		t.Errorf("error %v", p.Err())
	}
}

// waits is how long a call waits for its turn: much longer than a write takes that has it.
const waits = 500 * time.Millisecond

// hold keeps everybody else from writing until free is called.
func hold(t *testing.T, l *lab) (free func()) {
	t.Helper()
	holds, ends := make(chan struct{}), make(chan struct{})
	held := make(chan error, 1)
	go func() {
		held <- l.DB.Update(t.Context(), func(*store.Tx) error {
			close(holds)
			<-ends
			return nil
		})
	}()
	<-holds
	return func() {
		close(ends)
		if err := <-held; err != nil {
			t.Fatal(err)
		}
	}
}

// A call that waits for what does not come is answered after limits.handler_timeout
// as one that is to be made again, and did nothing.
func TestACallThatWaitsTooLong(t *testing.T) {
	l := openLab(t, Settings{Path: filepath.Join(t.TempDir(), "kith.db"), HandlerTimeout: waits}, filesWorld)
	post := func() answer {
		return l.put(question{method: "POST", target: "/v2.10/me/feed", kind: "application/x-www-form-urlencoded",
			body: "message=Hi&access_token=" + l.ids.People["ana"].Tokens["app"]})
	}
	before := l.state(t)
	free := hold(t, l)
	a := post()
	free()
	if code, _ := a.code(); code != 2 || !strings.Contains(a.body, `"is_transient":true`) {
		t.Errorf("answered %s", a)
	}
	if l.state(t) != before {
		t.Error("it did something")
	}
	if a := post(); a.status != 200 {
		t.Errorf("then %s", a)
	}
}

// What a batch has no time for is null, so that clients ask for it again; nothing of it
// was done. [doc batch-requests]
func TestABatchThatWaitsTooLong(t *testing.T) {
	l := openLab(t, Settings{Path: filepath.Join(t.TempDir(), "kith.db"), HandlerTimeout: waits}, filesWorld)
	token := l.ids.People["ana"].Tokens["app"]
	before := l.state(t)
	free := hold(t, l)
	a := l.put(question{method: "POST", target: "/v2.10/", kind: "application/x-www-form-urlencoded", body: "include_headers=false&access_token=" + token +
		"&batch=" + url.QueryEscape(`[{"method":"POST","relative_url":"me/feed","body":"message=Hi"},{"relative_url":"me?fields=id"},{"method":"POST","relative_url":"me/feed","body":"message=Ho"}]`)})
	free()
	if a.status != 200 || a.body != "[null,null,null]" {
		t.Errorf("answered %s", a)
	}
	if l.state(t) != before {
		t.Error("it did something")
	}
}
