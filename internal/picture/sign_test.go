package picture

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const base = "http://127.0.0.1:8080"

func testSigner() *Signer { return NewSigner(bytes.Repeat([]byte{7}, MasterSize)) }

func ana() Claim {
	return Claim{Space: PSID, Owner: 42, Scoped: "4012345678901234", Width: 200, Expires: 1_800_000_000}
}

// verify splits a full URL as a server would and asks the signer.
func verify(s *Signer, url string) (Claim, bool) {
	path, query, _ := strings.Cut(strings.TrimPrefix(url, base), "?")
	l, ok := ParseURL(path, query)
	if !ok {
		return Claim{}, false
	}
	return s.Verify(&l)
}

// forms are the two ways to write a claim.
func forms(s *Signer) map[string]func([]byte, string, *Claim) []byte {
	return map[string]func([]byte, string, *Claim) []byte{"modern": s.AppendModern, "legacy": s.AppendLegacy}
}

func TestURLShapes(t *testing.T) {
	s := testSigner()
	c := ana()
	tests := []struct{ name, got, want string }{
		{"modern", string(s.AppendModern([]byte("> "), base, &c)),
			"> " + base + "/platform/profilepic/?psid=4012345678901234&width=200&ext=1800000000&hash="},
		{"legacy", string(s.AppendLegacy(nil, base, &c)), base + "/v/t1.0-1/p200x200/"},
	}
	for _, tt := range tests {
		if !strings.HasPrefix(tt.got, tt.want) {
			t.Errorf("%s:\n got %s\nwant %s...", tt.name, tt.got, tt.want)
		}
	}
	if got := tests[1].got; !strings.Contains(got, "_4012345678901234_") || !strings.HasSuffix(got, "&oe=6B49D200") {
		t.Errorf("legacy: %s, want the scoped ID in the middle and oe=6B49D200 at the end", got)
	}
	for space, want := range map[uint8]string{PSID: "?psid=", IGSID: "?igsid=", ASID: "?asid=", Friend: "?friend_of=", Page: "?page_id="} {
		c.Space = space
		if got := string(s.AppendModern(nil, base, &c)); !strings.Contains(got, want) {
			t.Errorf("space %d: %s, want %s", space, got, want)
		}
	}
}

func TestOwnURLsVerify(t *testing.T) {
	s := testSigner()
	rapid.Check(t, func(t *rapid.T) {
		want := Claim{
			Space:   rapid.Uint8Range(PSID, Page).Draw(t, "space"),
			Owner:   rapid.Int64Range(1, math.MaxInt64).Draw(t, "owner"),
			Scoped:  fmt.Sprint(rapid.Int64Range(1, math.MaxInt64).Draw(t, "scoped")),
			Width:   rapid.IntRange(1, MaxWidth).Draw(t, "width"),
			Expires: rapid.Int64Range(1, math.MaxInt64).Draw(t, "expires"),
		}
		for name, write := range forms(s) {
			url := string(write(nil, base, &want))
			got, ok := verify(s, url)
			if !ok {
				t.Fatalf("%s: own URL refused: %s", name, url)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("%s: %s\n%s", name, url, d)
			}
		}
	})
}

func TestEveryChangedCharacterIsRefused(t *testing.T) {
	s := testSigner()
	c := ana()
	for name, write := range forms(s) {
		url := string(write(nil, base, &c))
		for i := len(base); i < len(url); i++ {
			for r := byte(1); r < 128; r++ {
				if url[i] == r {
					continue
				}
				bad := url[:i] + string(r) + url[i+1:]
				if _, ok := verify(s, bad); ok {
					t.Fatalf("%s: accepted %s\n    for %s", name, bad, url)
				}
			}
			if _, ok := verify(s, url[:i]+url[i+1:]); ok {
				t.Errorf("%s: accepted with character %d left out", name, i)
			}
			if _, ok := verify(s, url[:i]+"0"+url[i:]); ok {
				t.Errorf("%s: accepted with a zero put in at %d", name, i)
			}
		}
		for _, more := range []string{"&", "&a=b", "#", "?", " ", "%00", "&hash="} {
			if _, ok := verify(s, url+more); ok {
				t.Errorf("%s: accepted with %q behind it", name, more)
			}
		}
	}
}

func TestRearrangedURLsAreRefused(t *testing.T) {
	s := testSigner()
	c := ana()
	m, l := string(s.AppendModern(nil, base, &c)), string(s.AppendLegacy(nil, base, &c))
	oh := l[strings.Index(l, "oh="):strings.Index(l, "&oe=")]
	other := c
	other.Scoped = "4012345678901235"
	m2 := string(s.AppendModern(nil, base, &other))
	hash := func(u string) string { return u[strings.Index(u, "hash="):] }

	tests := []struct{ name, url string }{
		{"reordered", strings.Replace(m, "psid=4012345678901234&width=200", "width=200&psid=4012345678901234", 1)},
		{"doubled", strings.Replace(m, "&width=200", "&width=200&width=200", 1)},
		{"extra first", strings.Replace(m, "?", "?eai=x&", 1)},
		{"escaped", strings.Replace(m, "width", "%77idth", 1)},
		{"other space", strings.Replace(m, "psid=", "asid=", 1)},
		{"hash of another person", strings.Replace(m, hash(m), hash(m2), 1)},
		{"padded hash", m + "="},
		{"upper-case oh", strings.Replace(l, oh, "oh="+strings.ToUpper(oh[3:]), 1)},
		{"lower-case oe", strings.Replace(l, "6B49D200", "6b49d200", 1)},
		{"oe with leading zero", strings.Replace(l, "oe=", "oe=0", 1)},
		{"double slash", strings.Replace(m, "/platform/", "//platform/", 1)},
		{"no query", base + "/platform/profilepic/"},
		{"empty", ""},
	}
	for _, tt := range tests {
		if tt.url == m || tt.url == l {
			t.Fatalf("%s: the case changes nothing", tt.name)
		}
		if _, ok := verify(s, tt.url); ok {
			t.Errorf("%s: accepted %s", tt.name, tt.url)
		}
	}
	if _, ok := verify(NewSigner(make([]byte, MasterSize)), m); ok {
		t.Error("accepted under another master key")
	}
}

// Two people of one Page, or one person under two Pages, have nothing in common
// in their URLs but what is written there in the open.
func TestURLHidesTheOwner(t *testing.T) {
	s := testSigner()
	one := ana()
	person, page := one, one
	person.Scoped = "4012345678901235"
	page.Owner = 43
	opaque := func(c *Claim) (parts []string) {
		_, hash, _ := strings.Cut(string(s.AppendModern(nil, "", c)), "&hash=")
		old := strings.FieldsFunc(string(s.AppendLegacy(nil, "", c)), func(r rune) bool { return strings.ContainsRune("/_=&", r) })
		return append(parts, hash[:20], hash[23:], old[3], old[5], old[7])
	}
	for _, other := range []Claim{person, page} {
		for i, part := range opaque(&other) {
			if part == opaque(&one)[i] {
				t.Errorf("%+v and %+v share the part %q", one, other, part)
			}
		}
	}
	for i, part := range opaque(&one) {
		if i >= 2 && len(part) < 12 {
			t.Errorf("part %d of the old form is %q, want a long number", i, part)
		}
	}
}

func TestInvalidClaimsAddNothing(t *testing.T) {
	tests := []struct {
		name string
		mod  func(*Claim)
	}{
		{"no space", func(c *Claim) { c.Space = 0 }},
		{"unknown space", func(c *Claim) { c.Space = Page + 1 }},
		{"no owner", func(c *Claim) { c.Owner = 0 }},
		{"negative owner", func(c *Claim) { c.Owner = -1 }},
		{"empty id", func(c *Claim) { c.Scoped = "" }},
		{"leading zero", func(c *Claim) { c.Scoped = "01" }},
		{"sign", func(c *Claim) { c.Scoped = "+1" }},
		{"not a number", func(c *Claim) { c.Scoped = "1&width=2" }},
		{"2^63", func(c *Claim) { c.Scoped = "9223372036854775808" }},
		{"no width", func(c *Claim) { c.Width = 0 }},
		{"too wide", func(c *Claim) { c.Width = MaxWidth + 1 }},
		{"no expiry", func(c *Claim) { c.Expires = 0 }},
	}
	for _, tt := range tests {
		c := ana()
		tt.mod(&c)
		for name, write := range forms(testSigner()) {
			if got := string(write([]byte("x"), base, &c)); got != "x" {
				t.Errorf("%s, %s: got %q, want nothing added", tt.name, name, got)
			}
		}
	}
}

func TestAppendDoesNotAllocate(t *testing.T) {
	s := testSigner()
	c := ana()
	b := make([]byte, 0, 512)
	for name, write := range forms(s) {
		if n := testing.AllocsPerRun(100, func() { b = write(b[:0], base, &c) }); n != 0 {
			t.Errorf("%s: %v allocations, want 0", name, n)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	s := testSigner()
	c := ana()
	own := map[string]bool{}
	for _, write := range forms(s) {
		url := string(write(nil, "", &c))
		own[url] = true
		path, query, _ := strings.Cut(url, "?")
		f.Add(path, query)
	}
	f.Add("/platform/profilepic/", "psid=1&width=1&ext=1&hash=")
	f.Add("/v/t1.0-1/p50x50/1_2_3_n.jpg", "oh=0&oe=00000001")
	f.Fuzz(func(t *testing.T, path, query string) {
		l, ok := ParseURL(path, query)
		if !ok {
			return
		}
		if _, ok := s.Verify(&l); ok && !own[path+"?"+query] {
			t.Fatalf("forged %s?%s", path, query)
		}
	})
}

func BenchmarkAppendModern(b *testing.B) {
	s := testSigner()
	c := ana()
	buf := make([]byte, 0, 512)
	b.ReportAllocs()
	for b.Loop() {
		buf = s.AppendModern(buf[:0], base, &c)
	}
}
