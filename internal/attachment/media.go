package attachment

import (
	"bytes"
	"mime"
	"path"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/picture"
)

// Types are those of files that can be sent. [doc saving assets]
func Types() []string { return []string{"image", "audio", "video", "file"} }

// A medium is a type of content that is known by how it begins.
type medium struct {
	at     int
	begins string
	mime   string
}

// media are tried one after the other.
var media = [...]medium{
	{0, "\xff\xd8\xff", "image/jpeg"}, {0, "\x89PNG\r\n\x1a\n", "image/png"}, {0, "GIF8", "image/gif"}, {8, "WEBP", "image/webp"},
	{8, "WAVE", "audio/wav"}, {8, "AVI ", "video/x-msvideo"}, {0, "II*\x00", "image/tiff"}, {0, "MM\x00*", "image/tiff"}, {0, "BM", "image/bmp"},
	{0, "ID3", "audio/mpeg"}, {0, "\xff\xfb", "audio/mpeg"}, {0, "\xff\xf3", "audio/mpeg"}, {0, "fLaC", "audio/flac"}, {0, "OggS", "audio/ogg"},
	{4, "ftypM4A", "audio/mp4"}, {4, "ftypqt", "video/quicktime"}, {4, "ftyp", "video/mp4"}, {0, "\x1aE\xdf\xa3", "video/webm"},
	{0, "%PDF-", "application/pdf"}, {0, "PK\x03\x04", "application/zip"},
}

// endings are those of the media that a browser may show; whatever is none of them is
// only downloaded.
var endings = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp",
	"audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/ogg": ".ogg", "audio/wav": ".wav",
	"video/mp4": ".mp4", "video/webm": ".webm", "video/quicktime": ".mov",
}

// Shown reports whether a browser may show content of a type in place.
func Shown(kind string) bool { return endings[kind] != "" }

func ending(kind string) string {
	if e := endings[kind]; e != "" {
		return e
	}
	if kind == "application/pdf" {
		return ".pdf"
	}
	return ".bin"
}

// named are the types of files that say nothing by how they begin.
var named = map[string]string{".txt": "text/plain", ".csv": "text/csv", ".json": "application/json", ".mp3": "audio/mpeg", ".aac": "audio/aac", ".svg": "image/svg+xml",
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".mp4": "video/mp4", ".mov": "video/quicktime", ".htm": "text/html", ".html": "text/html"}

const unknown = "application/octet-stream"

// mimeOf is the type of some content: as it begins, else as whoever brings it says, else
// as its name ends.
func mimeOf(data []byte, said, name string) string {
	for _, m := range media {
		if len(data) >= m.at && bytes.HasPrefix(data[m.at:], []byte(m.begins)) {
			return m.mime
		}
	}
	if begins := strings.ToLower(string(bytes.TrimLeft(data[:min(len(data), 512)], " \t\r\n"))); strings.HasPrefix(begins, "<!doctype html") || strings.HasPrefix(begins, "<html") {
		return "text/html"
	}
	kind, _, err := mime.ParseMediaType(said)
	if err != nil || kind == unknown || !strings.Contains(kind, "/") || len(kind) > mostMime {
		kind = named[strings.ToLower(path.Ext(name))]
	}
	if kind == "" {
		return unknown
	}
	return kind
}

// Bounds of what is kept of a name and a type. [own]
const (
	mostMime = 100
	mostName = 200
)

// Describe says what a file of a type is; errors are *graph.Error. A sound may be in a
// film's container. [doc saving assets, error codes 2026: 2018047; seen
// jgorset/facebook-messenger#221: a page instead of a sound; which of them when, guess]
func Describe(kind, name, said string, data []byte) (Ref, error) {
	r := Ref{Type: kind, Name: plainName(name), Mime: mimeOf(data, said, name), Size: int64(len(data))}
	family, _, _ := strings.Cut(r.Mime, "/")
	switch {
	case len(data) == 0:
		return r, graph.ErrUpload
	case kind == "file", kind == family, kind == "audio" && family == "video" && strings.HasPrefix(said, "audio/"):
	case r.Mime == "text/html":
		return r, graph.ErrFileType
	case kind == "video":
		return r, graph.ErrBrokenVideo
	default:
		return r, graph.ErrUpload
	}
	if family == "image" {
		if width, height, err := picture.Size(data); err == nil {
			r.Width, r.Height = int64(width), int64(height)
		}
	}
	return r, nil
}

// plainName is a name without folders and what cannot be printed.
func plainName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`"<>|*?:;`, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	for len(name) > mostName {
		name = name[:len(name)-1]
		name = strings.ToValidUTF8(name, "")
	}
	return name
}
