package access

import (
	"regexp"
	"strings"
	"testing"
)

// Only what Cursor made for a scope opens in it, and opens to what it was made of. [F-07]
func FuzzOpenCursor(f *testing.F) {
	k, err := NewKeys([]byte(DemoKey))
	if err != nil {
		f.Fatal(err)
	}
	good := k.Cursor("page 1 feed", 1501588800, 42)
	for _, text := range []string{good, "", "MAZDZD", "MTAyMTE1OTQwNDc2MDAxNDkZD", good[1:], good + "=", strings.Replace(good, "Z", "ZA", 1), strings.ToLower(good), "AQH" + good} {
		f.Add("page 1 feed", text, int64(1501588800), int64(42))
	}
	f.Fuzz(func(t *testing.T, scope, text string, time, to int64) {
		if at, id, ok := k.OpenCursor(scope, text); ok && k.Cursor(scope, at, id) != text {
			t.Errorf("%q opens in %q and is not what was made of %d, %d", text, scope, at, id)
		}
		made := k.Cursor(scope, time, to)
		at, id, ok := k.OpenCursor(scope, made)
		if !ok || at != time || id != to {
			t.Errorf("%d, %d became %q and that %d, %d, %v", time, to, made, at, id, ok)
		}
		if _, _, ok := k.OpenCursor(scope+"x", made); ok {
			t.Errorf("%q opens in another scope", made)
		}
		if strings.Trim(made, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") != "" {
			t.Errorf("%q is no plain text", made)
		}
	})
}

// Cursors are letters and digits, which stand in a URL as they are: of base64 the Z is ZA,
// the padding ZD, plus and slash ZB and ZC. [own, from recordings]
func TestCursorsAreLetters(t *testing.T) {
	k, err := NewKeys([]byte(DemoKey))
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^([A-Ya-z0-9]|Z[ABC])+ZD$`)
	for i := range int64(1000) {
		if text := k.Cursor("page 1 feed", i*977, i); !form.MatchString(text) {
			t.Fatalf("%s has another form", text)
		}
	}
}
