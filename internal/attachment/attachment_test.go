package attachment

import (
	"errors"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
)

// Whoever changes one character of an address, or puts another file into it, has none.
func TestOnlyOwnAddressesOpen(t *testing.T) {
	s := NewSigner([]byte("0123456789abcdef0123456789abcdef"))
	const base = "http://localhost:8080"
	url := strings.TrimPrefix(s.URL(base, &Ref{Number: "1234567890123456", Mime: "image/png"}, 1_800_000_000), base)
	if number, until, ok := s.Open(url); !ok || number != "1234567890123456" || until != 1_800_000_000 || !IsPath(url) {
		t.Errorf("Open(%q) = %s, %d, %t", url, number, until, ok)
	}
	for i := range url {
		for _, c := range "0aZ/?&=_%" {
			if bad := url[:i] + string(c) + url[i+1:]; bad != url {
				if _, _, ok := s.Open(bad); ok {
					t.Fatalf("accepted %s for %s", bad, url)
				}
			}
		}
	}
	for _, bad := range []string{"", folder, url + "&x=1", "?" + url, strings.ToLower(url), strings.ToUpper(url)} {
		if _, _, ok := s.Open(bad); ok && bad != url {
			t.Errorf("accepted %q", bad)
		}
	}
	if _, _, ok := NewSigner(make([]byte, 32)).Open(url); ok {
		t.Error("accepted under another key")
	}
}

func TestDescribe(t *testing.T) {
	tests := []struct {
		kind, name, said, data string
		want                   string // type of content
		err                    error
	}{
		{"image", "a.png", "image/png", "\x89PNG\r\n\x1a\nx", "image/png", nil},
		{"image", "a.bin", "application/octet-stream", "GIF89a", "image/gif", nil},
		{"image", "a.jpg", "", "no picture at all", "image/jpeg", nil},
		{"image", "a.pdf", "image/png", "%PDF-1.7", "", graph.ErrUpload},
		{"image", "a.png", "image/png", " <!DOCTYPE html>", "", graph.ErrFileType},
		{"audio", "a.mp3", "audio/mpeg", "ID3", "audio/mpeg", nil},
		{"audio", "a.mp4", "audio/mp4", "....ftypisom", "video/mp4", nil},
		{"audio", "a.mp4", "video/mp4", "....ftypisom", "", graph.ErrUpload},
		{"video", "a.mp4", "video/mp4", "....ftypisom", "video/mp4", nil},
		{"video", "a.txt", "text/plain", "words", "", graph.ErrBrokenVideo},
		{"file", "a.html", "text/html", "<html>", "text/html", nil},
		{"file", "", "", "\x00\x01", unknown, nil},
		{"file", "a.txt", "", "", "", graph.ErrUpload},
	}
	for _, tt := range tests {
		got, err := Describe(tt.kind, tt.name, tt.said, []byte(tt.data))
		if !errors.Is(err, tt.err) || err == nil && got.Mime != tt.want {
			t.Errorf("Describe(%s, %s, %s, %q)\n got %s, %v\nwant %s, %v", tt.kind, tt.name, tt.said, tt.data, got.Mime, err, tt.want, tt.err)
		}
	}
	for in, want := range map[string]string{`C:\a\b.png`: "b.png", "../../etc/x": "x", "a\r\nb: c.txt": "ab c.txt", strings.Repeat("ä", 150): strings.Repeat("ä", 100)} {
		if got := plainName(in); got != want {
			t.Errorf("plainName(%q) = %q, want %q", in, got, want)
		}
	}
}
