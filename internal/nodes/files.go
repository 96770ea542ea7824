package nodes

import (
	"context"
	"encoding/json"
	"path"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/picture"
	"github.com/kithgraph/kith/internal/schema"
)

// mostPhoto bounds the file of a photo. [seen php-graph-sdk#711]
const mostPhoto = 4 << 20

// newPhoto takes a file, of which its size in pixels is kept, or the URL of one,
// which is not fetched.
func newPhoto(_ context.Context, c *schema.Call, m *making) error {
	file, source := c.Args.File("source"), m.parts.Find("source")
	switch {
	case file != nil:
		width, height, err := picture.Size(file.Data)
		if err != nil || len(file.Data) > mostPhoto {
			return graph.ErrUnreadableFile.With(err)
		}
		m.say("width", strconv.Itoa(width))
		m.say("height", strconv.Itoa(height))
		m.say("images", `[{"height":`+strconv.Itoa(height)+`,"width":`+strconv.Itoa(width)+`}]`)
	case source == nil:
		return graph.ErrNeedsFile
	}
	if source != nil {
		m.say("picture", source.Text)
	}
	m.say("can_delete", "true")
	m.say("updated_time", strconv.FormatInt(c.Now.Unix(), 10))
	return nil
}

// videoNames are the names that files of films end with. A name with another end,
// or none, is what the recorded refusals had in common. [seen restfb#242, koala#262]
const videoNames = " .3g2 .3gp .3gpp .asf .avi .dat .divx .dv .f4v .flv .gif .m2ts .m4v .mkv .mod .mov .mp4 .mpe .mpeg .mpeg4 .mpg .mts .nsv .ogm .ogv .qt .tod .ts .vob .webm .wmv "

// newVideo takes a file that is named as a film, and no larger than the person's
// video_upload_limits, or the URL of one. [doc user v2.10; error of the size guess]
func newVideo(_ context.Context, c *schema.Call, m *making) error {
	file := c.Args.File("source")
	switch {
	case file == nil && m.parts.Find("source") == nil:
		return graph.ErrNeedsParam.Args("file_url")
	case file != nil && (len(file.Data) == 0 || !isVideo(file.Name) || isPhoto(file)):
		return graph.ErrVideoFormat
	case file != nil:
		if most := mostVideo(c.Row.Person); most > 0 && len(file.Data) > most {
			return graph.ErrParamKind.Args("source", "a film of at most "+strconv.Itoa(most)+" bytes")
		}
	}
	return nil
}

// isPhoto reports whether a file that is named as a film is a photo; a GIF may be
// either. [guess]
func isPhoto(file *graph.File) bool {
	_, _, err := picture.Size(file.Data)
	return err == nil && !strings.HasPrefix(string(file.Data[:min(len(file.Data), 3)]), "GIF")
}

// mostVideo is how many bytes a film of a person may have, zero where nothing is said.
func mostVideo(p *people.Person) int {
	var limits struct{ Size int }
	if text := p.Text(people.VideoUploadLimits); text == "" || json.Unmarshal([]byte(text), &limits) != nil {
		return 0
	}
	return limits.Size
}

func isVideo(name string) bool {
	end := strings.ToLower(path.Ext(name))
	return end != "" && strings.Contains(videoNames, " "+end+" ")
}
