package app

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/world"
)

const (
	uploadBatches = 6
	uploadRows    = 1700 // of a batch: four transactions
	uploadAlike   = 200  // rows that the batch before had, too
	uploadBad     = 3    // entries of a batch that are no hash
)

// uploadedBy is how many different rows the first batches bring.
func uploadedBy(batches int) int64 {
	if batches == 0 {
		return 0
	}
	return int64(batches*(uploadRows-uploadAlike) + uploadAlike)
}

// An uploader is a client that uploads a long list to an audience of a victim.
type uploader struct {
	*testing.T
	*victim
	path string
}

func newUploader(t *testing.T) *uploader {
	t.Helper()
	v := newVictim(t, filepath.Join(t.TempDir(), "data"), "apps: {app: {}}\npeople:\n  ann: {first_name: Ann, "+
		"apps: {app: [public_profile, ads_read, ads_management]}, adaccounts: [{handle: account, customaudiences: [{handle: list}]}]}\n")
	v.start(t)
	status, text, err := v.call("POST", "/_/api/tokens", `{"user":"ann","app":"app"}`)
	var got struct{ Token string }
	if err != nil || status != 200 || json.Unmarshal([]byte(text), &got) != nil {
		t.Fatalf("a token: %d %s %v", status, text, err)
	}
	_, text, err = v.call("GET", "/v2.10/me/adaccounts?fields=customaudiences&access_token="+url.QueryEscape(got.Token), "")
	var accounts struct {
		Data []struct {
			CustomAudiences struct{ Data []struct{ ID string } }
		}
	}
	if err != nil || json.Unmarshal([]byte(text), &accounts) != nil || len(accounts.Data) != 1 || len(accounts.Data[0].CustomAudiences.Data) != 1 {
		t.Fatalf("the audience: %s %v", text, err)
	}
	return &uploader{t, v, "/v2.10/" + accounts.Data[0].CustomAudiences.Data[0].ID + "/users?access_token=" + url.QueryEscape(got.Token)}
}

// batch is the body of a batch, from 1 on.
func (u *uploader) batch(n int) string {
	var data []string
	for i := range uploadRows {
		sum := sha256.Sum256(fmt.Appendf(nil, "p%d@example.com", (n-1)*(uploadRows-uploadAlike)+i))
		data = append(data, fmt.Sprintf("%x", sum))
	}
	for range uploadBad {
		data = append(data, "not a hash")
	}
	body := map[string]any{"payload": map[string]any{"schema": "EMAIL_SHA256", "data": data},
		"session": map[string]any{"session_id": 77, "batch_seq": n, "last_batch_flag": n == uploadBatches}}
	text, err := json.Marshal(body)
	if err != nil {
		u.Error(err)
	}
	return string(text)
}

// send sends a batch and checks what is answered, if anything is.
func (u *uploader) send(n int) (answered bool) {
	u.Helper()
	status, text, err := u.call("POST", u.path, u.batch(n))
	if err != nil {
		return false
	}
	want := fmt.Sprintf(`"session_id":"77","num_received":%d,"num_invalid_entries":%d,`, uploadRows+uploadBad, uploadBad)
	if status != 200 || !strings.Contains(text, want) {
		u.Errorf("batch %d: %d %.300s, want %s", n, status, text, want)
	}
	return true
}

// seen is what the server says that it has.
func (u *uploader) seen() (v world.AudienceView) {
	u.Helper()
	if err := u.get("/_/api/things/list/members", &v); err != nil {
		u.Fatal(err)
	}
	return v
}

// part checks what a kill has left of a batch: none of it, all of it, or some
// whole transactions.
func (u *uploader) part(n int) (what string) {
	u.Helper()
	v := u.seen()
	grown := v.Rows - uploadedBy(n-1)
	if n > 1 && grown > 0 {
		grown += uploadAlike
	}
	whole, batches := n-1, 0
	if len(v.Sessions) == 1 {
		batches = len(v.Sessions[0].Batches)
	}
	switch {
	case grown == 0 && batches == n-1:
		what = "nothing"
	case grown == uploadRows && batches == n:
		what, whole = "all", n
	case (grown == 500 || grown == 1000 || grown == 1500) && batches == n-1:
		what = "a part"
	default:
		u.Errorf("of batch %d there are %d rows, of %d whole batches in %+v", n, grown, batches, v)
	}
	if len(v.Sessions) == 1 && v.Sessions[0].Received != int64(whole*(uploadRows+uploadBad)) {
		u.Errorf("%d batches are whole, and %d entries were received", whole, v.Sessions[0].Received)
	}
	return what
}

// moment waits for the time to kill in the middle of a batch: at once, at a random
// moment of about as long as one takes, or when its first rows are there. It
// reports false if the answer was faster.
func (u *uploader) moment(n int, wait time.Duration, answered <-chan bool) bool {
	u.Helper()
	switch n % 3 {
	case 2:
		return true
	case 1:
		select {
		case <-answered:
			return false
		case <-time.After(wait):
			return true
		}
	}
	for before := uploadedBy(n - 1); u.seen().Rows == before; {
		select {
		case <-answered:
			return false
		default:
		}
	}
	return true
}

// T-DUR-08: a session of uploads is killed in the middle of its batches. Each
// transaction is there whole or not, the client sends again what was not answered,
// and in the end everything was counted once.
func TestUploadSurvivesKills(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	u, seed := newUploader(t), uint64(time.Now().UnixNano())
	rng, left := rand.New(rand.NewPCG(seed, 1)), map[string]int{}
	begin := time.Now()
	u.send(1)
	for took, n := time.Since(begin), 2; n <= uploadBatches; n++ {
		answered := make(chan bool, 1)
		go func() { answered <- u.send(n) }()
		if u.moment(n, time.Duration(rng.Int64N(int64(took))), answered) {
			u.kill()
			<-answered
			u.start(t)
			left[u.part(n)]++
			if !u.send(n) {
				t.Fatalf("seed %d: batch %d has no answer", seed, n)
			}
		}
		if v := u.seen(); v.Rows != uploadedBy(n) {
			t.Fatalf("seed %d: %d rows after batch %d, want %d", seed, v.Rows, n, uploadedBy(n))
		}
	}
	for n := uploadBatches; n >= 1; n-- { // an anxious client
		u.send(n)
	}
	v := u.seen()
	if v.Rows != uploadedBy(uploadBatches) || len(v.Sessions) != 1 || v.Sessions[0].Ended == nil || len(v.Sessions[0].Batches) != uploadBatches ||
		v.Sessions[0].Received != uploadBatches*(uploadRows+uploadBad) || v.Sessions[0].Invalid != uploadBatches*uploadBad {
		t.Errorf("seed %d: in the end there is %+v", seed, v)
	}
	if status, text, err := u.call("GET", "/_/api/db/verify", ""); err != nil || status != 200 || !strings.Contains(text, `"found":0`) {
		t.Errorf("seed %d: %d %s %v", seed, status, text, err)
	}
	if t.Logf("seed %d: kills left %v of their batches", seed, left); len(left) == 0 {
		t.Error("no kill met a batch")
	}
}
