package port

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A rawCase is one case of the corpus: what a client sends on a connection before it
// ends its side, the statuses that come back, and how many of the calls the
// loop answers.
type rawCase struct {
	name     string
	text     []byte
	statuses string
	loop     int64
}

// corpus reads testdata/raw. In a file "= name" begins a case, "> text" is sent,
// with Go's escapes, and "< 200 404, loop 1" is what comes of it.
func corpus(t testing.TB) (all []rawCase) {
	files, err := filepath.Glob("testdata/raw/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range strings.Split(string(text), "\n") {
			mark, rest, _ := strings.Cut(l, " ")
			c := &rawCase{}
			if len(all) > 0 {
				c = &all[len(all)-1]
			}
			switch mark {
			case "=":
				all = append(all, rawCase{name: filepath.Base(file) + ": " + rest})
			case ">":
				s, err := strconv.Unquote(`"` + strings.ReplaceAll(rest, `"`, `\"`) + `"`)
				if err != nil {
					t.Fatalf("%s:%d: %v", file, i+1, err)
				}
				c.text = append(c.text, expand(s)...)
			case "<":
				var loop string
				c.statuses, loop, _ = strings.Cut(rest, ", loop ")
				if c.loop, err = strconv.ParseInt(loop, 10, 64); err != nil {
					t.Fatalf("%s:%d: %v", file, i+1, err)
				}
			case "", "#":
			default:
				t.Fatalf("%s:%d: what is %q?", file, i+1, l)
			}
		}
	}
	return all
}

// expand writes {a*100} out.
func expand(s string) string {
	for {
		i := strings.Index(s, "{")
		j := strings.Index(s, "}")
		if i < 0 || j < i {
			return s
		}
		what, times, _ := strings.Cut(s[i+1:j], "*")
		n, _ := strconv.Atoi(times)
		s = s[:i] + strings.Repeat(what, n) + s[j+1:]
	}
}

func TestBothWaysAnswerAlike(t *testing.T) {
	all := corpus(t)
	if len(all) < 60 {
		t.Errorf("%d cases, want 60 at least", len(all))
	}
	strict, std := open(t, true), open(t, false)
	for _, c := range all {
		want := answers(std.send(c.text, 0))
		if got := strings.Join(statuses(want), " "); got != c.statuses {
			t.Errorf("%s: net/http answers %q, the file says %q", c.name, got, c.statuses)
		}
		for _, piece := range []int{0, 1, 7, 1000} {
			if piece == 1 && len(c.text) > 5000 {
				continue
			}
			before := strict.loop.Load()
			got := answers(strict.send(c.text, piece))
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s, pieces of %d: (-net/http +loop)\n%s", c.name, piece, d)
			}
			if n := strict.loop.Load() - before; n != c.loop {
				t.Errorf("%s, pieces of %d: the loop answered %d calls, want %d", c.name, piece, n, c.loop)
			}
		}
	}
}

func FuzzBothWaysAnswerAlike(f *testing.F) {
	for _, c := range corpus(f) {
		if len(c.text) < 5000 {
			f.Add(c.text, uint8(len(c.text)))
		}
	}
	strict, std := open(f, true), open(f, false)
	f.Fuzz(func(t *testing.T, text []byte, piece uint8) {
		if len(text) > 100<<10 || len(text) == 0 || text[0] == tlsHello {
			return
		}
		want, got := answers(std.send(text, 0)), answers(strict.send(text, int(piece)))
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q, pieces of %d: (-net/http +loop)\n%s", text, piece, d)
		}
	})
}

// answers takes what a server wrote apart: status line, header lines in order of
// the alphabet, body. What the lengths do not explain is one answer more.
func answers(out []byte) (all []string) {
	for len(out) > 0 {
		top, rest, ok := bytes.Cut(out, []byte("\r\n\r\n"))
		lines := strings.Split(string(top), "\r\n")
		if !ok || !strings.HasPrefix(lines[0], "HTTP/1.") {
			return append(all, fmt.Sprintf("? %q", out))
		}
		body := len(rest) // until the end
		if strings.HasPrefix(lines[0], "HTTP/1.1 304") || strings.HasPrefix(lines[0], "HTTP/1.1 204") || strings.HasPrefix(lines[0], "HTTP/1.1 100") {
			body = 0
		}
		for i, l := range lines {
			name, value, _ := strings.Cut(l, ": ")
			switch name {
			case "Date":
				lines[i] = "Date"
			case "Content-Length":
				if n, err := strconv.Atoi(value); err == nil && body > 0 {
					body = min(n, len(rest))
				}
			}
		}
		slices.Sort(lines[1:])
		if bytes.HasPrefix(rest, []byte("HTTP/1.1 ")) { // of a HEAD
			body = 0
		}
		all = append(all, strings.Join(lines, "\n")+"\n\n"+string(rest[:body]))
		out = rest[body:]
	}
	return all
}

func statuses(answers []string) (s []string) {
	for _, a := range answers {
		s = append(s, strings.Fields(a + " ? ?")[1])
	}
	return s
}
