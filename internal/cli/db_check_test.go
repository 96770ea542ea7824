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
	c, err := pgtest.Open(ctx, pgtest.Options{})
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
	run := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		r := &Run{Args: append([]string{"db", "check", "--dsn", dsn, "--seconds", "1", "--clients", "2"}, args...), In: strings.NewReader(""),
			Out: &out, Err: &errs, Environ: []string{"HOME=" + t.TempDir()}}
		if code := r.Exec(ctx); code != exitOK {
			t.Fatalf("exit %d: %s%s", code, out.String(), errs.String())
		}
		return out.String()
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
}
