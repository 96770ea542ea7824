package app

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/image/tiff"

	"github.com/kithgraph/kith/internal/wire"
)

const filesWorld = `
people:
  ana: {first_name: Ana, apps: {app: {granted: [public_profile, publish_actions, user_photos, user_videos]}}}
`

// A filePart is one part of a form: a file if it has a file name.
type filePart struct{ name, file, kind, data string }

// upload posts a multipart form as ana.
func (l *lab) upload(t *testing.T, path string, parts ...filePart) answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range append(parts, filePart{name: "access_token", data: l.ids.People["ana"].Tokens["app"]}) {
		h := textproto.MIMEHeader{}
		text := `form-data; name="` + p.name + `"`
		if p.file != "" {
			text += `; filename="` + p.file + `"`
		}
		h.Set("Content-Disposition", text)
		if p.kind != "" {
			h.Set("Content-Type", p.kind)
		}
		part, err := w.CreatePart(h)
		if err == nil {
			_, err = part.Write([]byte(p.data))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return l.put(question{method: "POST", target: path, kind: w.FormDataContentType(), body: body.String()})
}

// painted is a picture in one of the formats.
func painted(t *testing.T, format string, width, height int) string {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.White, color.Black})
	img.SetColorIndex(width/2, height/2, 1)
	var b bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&b, img)
	case "jpeg":
		err = jpeg.Encode(&b, img, nil)
	case "gif":
		err = gif.Encode(&b, img, nil)
	case "tiff":
		err = tiff.Encode(&b, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Files of every kind and under every name that SDKs use; what is kept of them is
// shown.
func TestPhotosAreSentAsFiles(t *testing.T) {
	l := openLab(t, Settings{}, filesWorld)
	for _, tt := range []struct {
		name, format  string
		width, height int
	}{{"source", "png", 720, 480}, {"picture", "jpeg", 33, 1200}, {"photo.gif", "gif", 1, 2}, {"source", "tiff", 640, 3}} {
		a := l.upload(t, "/v2.10/me/photos?fields=name,width,height,source,from",
			filePart{name: "caption", data: "Beach"},
			filePart{name: tt.name, file: "a." + tt.format, kind: "image/" + tt.format, data: painted(t, tt.format, tt.width, tt.height)})
		want := fmt.Sprintf(`{"name":"Beach","width":%d,"height":%d,"from":`, tt.width, tt.height)
		if a.status != 200 || !strings.HasPrefix(a.body, want) {
			t.Errorf("%s as %s: %s", tt.format, tt.name, a)
		}
	}
	id := strings.Trim(string(l.upload(t, "/v2.10/me/albums", filePart{name: "name", data: "Sea"}).members()["id"]), `"`)
	a := l.upload(t, "/v2.10/"+id+"/photos?fields=width,album,images", filePart{name: "source", file: "b.png", data: painted(t, "png", 5, 6)})
	if a.status != 200 || !strings.Contains(string(a.members()["album"]), id) || string(a.members()["width"]) != "5" ||
		string(a.members()["images"]) != `[{"height":6,"width":5}]` {
		t.Errorf("into an album: %s", a)
	}
}

// What is no picture is refused with the recorded errors, and nothing is made.
func TestFilesThatAreRefused(t *testing.T) {
	l := openLab(t, Settings{}, filesWorld)
	before := l.state(t)
	whole := painted(t, "png", 40, 30)
	wide := strings.Replace(painted(t, "gif", 288, 289), "GIF89a\x20\x01\x21\x01", "GIF89a\xff\xff\xff\xff", 1)
	for what, tt := range map[string]struct {
		path      string
		part      filePart
		code, sub int
	}{
		"a text":                    {"photos", filePart{"source", "a.jpg", "image/jpeg", "no picture"}, 100, 1366046},
		"nothing":                   {"photos", filePart{"source", "a.jpg", "image/jpeg", ""}, 100, 1366046},
		"half a head":               {"photos", filePart{"source", "a.png", "image/png", whole[:20]}, 100, 1366046},
		"more pixels than it holds": {"photos", filePart{"source", "a.gif", "image/gif", wide}, 100, 1366046},
		"more than 4 MB":            {"photos", filePart{"source", "a.png", "image/png", whole + strings.Repeat("x", 4<<20)}, 100, 1366046},
		"a picture without a name":  {"photos", filePart{"source", "", "image/png", whole}, 324, 0},
		"a URL instead of a file":   {"photos", filePart{"source", "", "", "https://example.com/a.jpg"}, 324, 0},
		"a film without its end":    {"videos", filePart{"source", "film", "video/mp4", "film"}, 352, 0},
		"a picture as a film":       {"videos", filePart{"source", "a.png", "image/png", whole}, 352, 0},
		"a picture named as a film": {"videos", filePart{"source", "a.mp4", "video/mp4", whole}, 352, 0},
		"half a TIFF":               {"photos", filePart{"source", "a.tiff", "image/tiff", painted(t, "tiff", 9, 9)[:12]}, 100, 1366046},
		"an empty film":             {"videos", filePart{"source", "a.mp4", "video/mp4", ""}, 352, 0},
		"no film":                   {"videos", filePart{"title", "", "", "Waves"}, 100, 0},
	} {
		a := l.upload(t, "/v2.10/me/"+tt.path, tt.part)
		code, sub := a.code()
		if a.status != 400 || code != tt.code || sub != tt.sub {
			t.Errorf("%s: %s, want %d/%d", what, a, tt.code, tt.sub)
		}
		if l.state(t) != before {
			t.Fatalf("%s changed something", what)
		}
	}
	if a := l.upload(t, "/v2.10/me/videos?fields=title", filePart{"title", "", "", "Waves"}, filePart{"waves.mp4", "waves.MP4", "video/mp4", "film"}); a.status != 200 || string(a.members()["title"]) != `"Waves"` {
		t.Errorf("a film: %s", a)
	}
}

// The Android SDK packs the forms that it posts. A body that unpacks to more than
// a body may be, or not at all, is refused.
func TestPackedBodies(t *testing.T) {
	l := openLab(t, Settings{Sizes: wire.Sizes{Body: 4096}}, filesWorld)
	pack := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	form := url.Values{"access_token": {l.ids.People["ana"].Tokens["app"]}, "message": {"Hi"}, "format": {"json"}, "sdk": {"android"}}.Encode()
	post := func(body string) answer {
		return l.put(question{method: "POST", target: "/v2.10/me/feed", kind: "application/x-www-form-urlencoded", body: body,
			header: map[string]string{"Content-Encoding": "gzip"}})
	}
	if a := post(pack(form)); a.status != 200 || a.members()["id"] == nil {
		t.Errorf("packed: %s", a)
	}
	whole := pack(form + "2")
	for what, tt := range map[string]struct {
		body   string
		status int
	}{
		"not packed": {form, 400}, "half": {whole[:len(whole)/2], 400}, "a bomb": {pack(form + strings.Repeat("x", 1<<20)), 413},
	} {
		if a := post(tt.body); a.status != tt.status || !json.Valid([]byte(a.body)) {
			t.Errorf("%s: %s, want %d", what, a, tt.status)
		}
	}
}
