package app

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/webhook"
)

// Attachments are the bounds of what is sent along with messages; zero ones have their
// defaults.
type Attachments struct {
	Most, MostImage int64
	Sendable        int64
	TTL, Lasts      time.Duration
	// Fetch is one of the values of schema.Files; empty is targets in an emulator and
	// always in a server.
	Fetch string
}

// Defaults of Attachments: 25 MB, pictures by address 8 MB, and 90 days for an ID. [doc
// saving assets; how long an address works guess]
const (
	mostFile   = 25_000_000
	mostImage  = 8_000_000
	mostSends  = 10_000
	fileTTL    = 720 * time.Hour
	fileLasts  = 90 * 24 * time.Hour
	fetchFor   = 10 * time.Second
	fetchVideo = 75 * time.Second
)

// AttachmentsOf are the bounds that settings say.
func AttachmentsOf(c *config.Attachments) Attachments {
	return Attachments{Most: int64(c.MaxSize), MostImage: int64(c.MaxImage), Sendable: int64(c.Sendable), TTL: c.TTL, Lasts: c.Lasts, Fetch: c.Fetch}
}

func (s *Settings) files() schema.Files {
	a := s.Attachments
	f := schema.Files{Signer: attachment.NewSigner(s.Master), TTL: cmp.Or(a.TTL, fileTTL), Lasts: cmp.Or(a.Lasts, fileLasts),
		Most: cmp.Or(a.Most, mostFile), MostImage: cmp.Or(a.MostImage, mostImage), Sendable: cmp.Or(a.Sendable, mostSends), Fetch: a.Fetch}
	if f.Fetch == "" && s.Server {
		f.Fetch = schema.FetchAlways
	}
	f.Fetch = cmp.Or(f.Fetch, schema.FetchTargets)
	return f
}

// fetch brings a file that is named by its address. A picture or sound has 10 seconds, a
// film 75, as far as the call itself may take so long. [doc saving assets; the 10 seconds guess]
func (g *Graph) fetch(ctx context.Context, f schema.Fetch) (*graph.File, error) {
	how, within := g.env.Files.Fetch, fetchFor
	if f.Type == "video" {
		within = fetchVideo
	}
	if how == schema.FetchNever {
		return nil, nil
	}
	got, err := g.Outbox.Fetch(ctx, f.Address, f.Most, within, f.Hold)
	switch {
	case err == nil:
		return &graph.File{Name: got.Name, Type: got.Type, Data: got.Data}, nil
	case errors.Is(err, webhook.ErrNoTarget) && how == schema.FetchTargets:
		return nil, nil
	case errors.Is(err, graph.ErrUnavailable):
		return nil, err // there is no memory for it now
	case errors.Is(err, webhook.ErrTooMuch):
		return nil, graph.ErrLargeFile.With(err)
	case f.Type == "video" && errors.Is(err, context.DeadlineExceeded):
		return nil, graph.ErrBrokenVideo.With(err)
	}
	return nil, graph.ErrFetch.With(err)
}

// attachment answers the address of a file that was sent along: its bytes, 403 once the
// address is too old, and nothing for any other text or for what is gone. [as of pictures;
// guess]
func (g *Graph) attachment(ctx context.Context, in *graph.In, out *graph.Out) {
	number, until, ok := g.env.Files.Signer.Open(in.Target)
	switch {
	case !ok:
		plainText(out, 404, "Not found")
		return
	case in.Method != "GET":
		plainText(out, 405, "Method not allowed")
		return
	case g.Clock.Now().Unix() >= until:
		plainText(out, 403, "URL signature expired")
		return
	}
	f, err := g.openFile(ctx, number)
	switch {
	case err != nil:
		g.set.Log.Error("attachment failed", "err", err)
		plainText(out, 503, "Service temporarily unavailable")
	case f == nil:
		plainText(out, 404, "Not found")
	default:
		g.sendFile(ctx, in, out, f)
	}
}

// openFile finds a file by its number, nil if it is gone or goes with a person who is.
func (g *Graph) openFile(ctx context.Context, number string) (f *attachment.File, err error) {
	err = g.DB.Again(ctx, func(r *store.Reader) error {
		if f, err = attachment.Find(ctx, r, number); err != nil || f == nil || f.Person == 0 {
			return err
		}
		var rs store.ReadSet
		person, contact := rs.Object(f.Person), rs.Pair(f.Owner, store.AssocContact, f.Person)
		if err := r.Load(ctx, &rs); err != nil {
			return err
		}
		alive := false
		if rec := rs.GotObject(person); rec != nil {
			_, alive = rec.Value.(*people.Person)
		}
		if rec := rs.GotPair(contact); rec != nil {
			if c, ok := rec.Value.(*consent.Contact); ok && c.Erased {
				alive = false
			}
		}
		if !alive {
			f = nil
		}
		return nil
	})
	return f, err
}

// sendFile answers the bytes of a file, or the part of them that is asked for.
func (g *Graph) sendFile(ctx context.Context, in *graph.In, out *graph.Out, f *attachment.File) {
	disposition := "attachment"
	if attachment.Shown(f.Mime) {
		disposition = "inline"
	}
	if f.Name != "" {
		disposition += `; filename*=UTF-8''` + escapeName(f.Name)
	}
	out.Header = append(out.Header,
		graph.HeaderPair{Name: "Content-Type", Value: f.Mime},
		graph.HeaderPair{Name: "Content-Disposition", Value: disposition},
		graph.HeaderPair{Name: "Accept-Ranges", Value: "bytes"},
		// Nobody keeps it: it may go before the address is too old.
		graph.HeaderPair{Name: "Cache-Control", Value: "private, no-store"},
		graph.HeaderPair{Name: "Content-Security-Policy", Value: "default-src 'none'; sandbox"},
		graph.HeaderPair{Name: "X-Content-Type-Options", Value: "nosniff"},
		graph.HeaderPair{Name: "Access-Control-Allow-Origin", Value: "*"})
	from, to, asked := byteRange(in.Header("Range"), f.Size)
	out.Status = 200
	switch {
	case asked && from >= to:
		out.Header = append(out.Header, graph.HeaderPair{Name: "Content-Range", Value: "bytes */" + strconv.FormatInt(f.Size, 10)})
		out.Status = 416
		return
	case asked:
		out.Status = 206
		out.Header = append(out.Header, graph.HeaderPair{Name: "Content-Range",
			Value: "bytes " + strconv.FormatInt(from, 10) + "-" + strconv.FormatInt(to-1, 10) + "/" + strconv.FormatInt(f.Size, 10)})
	}
	if from == to {
		return
	}
	r := &fileReader{g: g, f: f, at: from, to: to}
	out.Long = &graph.Long{Size: to - from, Next: r.next}
}

// A fileReader reads a file piece by piece, each from a snapshot of its own: nobody
// writes pieces anew, and of one that is gone nothing more is sent.
type fileReader struct {
	g      *Graph
	f      *attachment.File
	at, to int64
}

var errFileGone = errors.New("the file is gone")

func (r *fileReader) next() (b []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), r.g.set.HandlerTimeout)
	defer cancel()
	n := r.at / attachment.PieceSize
	err = r.g.DB.View(ctx, func(rd *store.Reader) error {
		b, err = r.f.Piece(ctx, rd, int(n))
		return err
	})
	begin := n * attachment.PieceSize
	end := min(r.to-begin, int64(len(b)))
	if err == nil && r.at-begin >= end {
		err = errFileGone
	}
	if err != nil {
		return nil, err
	}
	b = b[r.at-begin : end]
	r.at += int64(len(b))
	return b, nil
}

// byteRange reads a Range header of one run; one that cannot be read is as none, and one
// that has nothing of the file is empty. [RFC 9110]
func byteRange(text string, size int64) (from, to int64, asked bool) {
	run, ok := strings.CutPrefix(text, "bytes=")
	first, last, dash := strings.Cut(run, "-")
	if !ok || !dash {
		return 0, size, false
	}
	a, err := strconv.ParseInt(first, 10, 64)
	b, err2 := strconv.ParseInt(last, 10, 64)
	switch {
	case first == "" && err2 == nil && b >= 0:
		return max(size-b, 0), size, true
	case err != nil || a < 0 || last != "" && (err2 != nil || b < a):
		return 0, size, false
	case a >= size:
		return 0, 0, true
	case last == "":
		return a, size, true
	}
	return a, min(b+1, size), true
}

// escapeName writes a name for filename*. [RFC 8187]
func escapeName(name string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}
