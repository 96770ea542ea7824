package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/store/pgtest"
)

func TestCheckDB(t *testing.T) {
	ctx := context.Background()
	c, err := pgtest.Open(ctx, pgtest.Options{Durable: true})
	if errors.Is(err, pgtest.ErrUnavailable) {
		t.Skipf("SKIPPED: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	dsn, err := c.CreateDB(ctx, "check")
	if err != nil {
		t.Fatal(err)
	}
	exec := func(dsn string, args ...string) (int, string) {
		t.Helper()
		var out, errs bytes.Buffer
		r := &Run{Args: append([]string{"db", "check", "--dsn", dsn, "--seconds", "1", "--clients", "2"}, args...), In: strings.NewReader(""),
			Out: &out, Err: &errs, Environ: []string{"HOME=" + t.TempDir()}}
		code := r.Exec(ctx)
		return code, out.String() + errs.String()
	}
	run := func(args ...string) string {
		t.Helper()
		code, text := exec(dsn, args...)
		if code != exitOK {
			t.Fatalf("exit %d: %s", code, text)
		}
		return text
	}
	text := run()
	for _, want := range []string{"ok          read any mix", "lost        0\n", "torn        0\n", "verdict     the database kept its word\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	var got app.Checkup
	if err := json.Unmarshal([]byte(run("--json")), &got); err != nil || !got.OK() || got.Load.Acknowledged == 0 {
		t.Errorf("as JSON: %+v, %v", got, err)
	}
	code, text := exec(dsn + "&options=-c%20synchronous_commit%3Doff")
	if code == exitOK || !strings.Contains(text, "FAILED      settings that keep what was acknowledged: synchronous_commit is off") {
		t.Errorf("a database that forgets: exit %d\n%s", code, text)
	}
}
