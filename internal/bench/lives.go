package bench

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"time"
)

// Generate makes people up in an empty Graph, with their lives or as profiles,
// and returns how many rows that were.
type Generate func(ctx context.Context, people int, profile bool) (rows int64, err error)

// generated makes people up in new databases.
func (l *lab) generated(ctx context.Context) error {
	for _, of := range []struct {
		key     string
		people  int
		profile bool
		note    string
	}{
		{generateProfile, 40_000, true, "e-mail, phone and name traced, handle, PSID, one contact"},
		{generateLife, 3000, false, "full lives; objects, associations both ways, and keys"},
	} {
		if l.opt.Quick {
			of.people /= 8
		}
		if !l.wants(of.key) {
			continue
		}
		var speeds []float64
		var rows int64
		for r := range l.opt.Rounds {
			path := l.path(of.key + "-" + strconv.Itoa(r) + ".db")
			n, took, err := l.generateOnce(ctx, path, of.people, of.profile)
			if err != nil {
				return err
			}
			what := float64(n)
			if of.profile {
				what = float64(of.people)
			}
			rows, speeds = n, append(speeds, what/took.Seconds())
			if err := os.Remove(path); err != nil {
				return err
			}
		}
		l.set(of.key, fmt.Sprintf("%d people, %d rows: %s", of.people, rows, of.note), speeds...)
	}
	return nil
}

// generateOnce generates into a new file; the time ends when that is closed.
func (l *lab) generateOnce(ctx context.Context, path string, people int, profile bool) (rows int64, took time.Duration, err error) {
	g, err := l.opt.Open(ctx, path, []byte(master))
	if err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	rows, err = g.Generate(ctx, people, profile)
	if cerr := g.Close(); err == nil {
		err = cerr
	}
	return rows, time.Since(begin), err
}

// pageOf is how many items an edge page has.
const pageOf = 25

// authors is a world of people who use one app and have written more than a page
// each.
func authors(people int) []byte {
	var b bytes.Buffer
	b.WriteString("apps: {reader: {}}\npeople:\n")
	for i := range people {
		given, family := names(i)
		fmt.Fprintf(&b, "  a%03d:\n    first_name: %q\n    last_name: %q\n    apps: {reader: [public_profile, user_posts]}\n    feed:\n", i, given, family)
		for k := range pageOf + 5 {
			fmt.Fprintf(&b, "      - {message: Post %d of a day like any other., from: a%03d, type: status, at: 2017-%02d-%02dT12:00:00Z}\n", k, i, 1+k%12, 1+k%28)
		}
	}
	return b.Bytes()
}

// edgePages reads a page of posts with who wrote each, and the profiles of the
// same people with the same tokens.
func (l *lab) edgePages(ctx context.Context) error {
	const people = 32
	p := &place{dir: l.path("authors"), crowd: &Crowd{}}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return err
	}
	var pages, profiles []string
	if err := l.inside(ctx, p, func(g *Graph) error {
		if err := g.Load(ctx, authors(people)); err != nil {
			return err
		}
		for i := range people {
			token, err := g.Token(ctx, fmt.Sprintf("a%03d", i), "reader")
			if err != nil {
				return err
			}
			ask := "&access_token=" + url.QueryEscape(token)
			pages = append(pages, "/v2.10/me/feed?limit="+strconv.Itoa(pageOf)+"&fields=id,message,created_time,type,from{id,first_name,last_name}"+ask)
			profiles = append(profiles, "/v2.10/me?fields=first_name,last_name,picture"+ask)
		}
		return nil
	}); err != nil {
		return err
	}
	kith, err := l.serve(ctx, modeServer, p.dir)
	if err != nil {
		return err
	}
	many, err := l.target(ctx, "edge pages", kith, &script{lines: pages, host: kith.addr, status: 200, prefix: `{"data":[{"id":`, item: `"created_time":`, items: pageOf})
	if err != nil {
		return err
	}
	one, err := l.target(ctx, "profiles", kith, &script{lines: profiles, host: kith.addr, status: 200, prefix: `{"first_name":`})
	if err != nil {
		return err
	}
	many.requests /= 4
	if err := contest(ctx, l.opt.Rounds, people, one, many); err != nil {
		return err
	}
	l.compare(edgePage, many, one, cpu)
	return nil
}

// inside opens the database of a place in this process.
func (l *lab) inside(ctx context.Context, p *place, f func(*Graph) error) error {
	g, err := l.opt.Open(ctx, p.database(), []byte(master))
	if err != nil {
		return err
	}
	err = f(g)
	if cerr := g.Close(); err == nil {
		err = cerr
	}
	return err
}
