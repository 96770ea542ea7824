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

// circle is a world of people who are all friends and use one app. The posts of
// each are by all others in turn, and all like the same Pages; the posts of an
// author are by nobody else.
func circle(people int) []byte {
	var b bytes.Buffer
	b.WriteString("apps: {reader: {}}\npages:\n")
	for k := range pageOf + 5 {
		fmt.Fprintf(&b, "  p%02d: {name: Page %d, category: Cafe}\n", k, k)
	}
	b.WriteString("people:\n")
	for i := range 2 * people {
		given, family := names(i)
		fmt.Fprintf(&b, "  a%03d:\n    first_name: %q\n    last_name: %q\n    apps: {reader: [public_profile, user_posts, user_friends, user_likes]}\n", i, given, family)
		author := func(k int) int { return (i + k) % people }
		if i >= people {
			author = func(int) int { return i }
		} else {
			b.WriteString("    friends: [")
			for j := range people {
				if j != i {
					fmt.Fprintf(&b, "a%03d, ", j)
				}
			}
			b.WriteString("]\n    likes: [")
			for k := range pageOf + 5 {
				fmt.Fprintf(&b, "p%02d, ", k)
			}
			b.WriteString("]\n")
		}
		b.WriteString("    feed:\n")
		for k := range pageOf + 5 {
			fmt.Fprintf(&b, "      - {message: Post %d of a day like any other., owner: a%03d, from: a%03d, type: status, at: 2017-%02d-%02dT12:00:00Z}\n",
				k, author(k), author(k), 1+k%12, 1+k%28)
		}
	}
	return b.Bytes()
}

// edgePages reads pages of edges with what hangs on their items, and the profiles
// of the same people with the same tokens. Mixed are posts of different people
// with who wrote each, friends with their pictures, and liked Pages, in turn; the
// best case is the posts of one author.
func (l *lab) edgePages(ctx context.Context) error {
	const people = 32
	p := &place{dir: l.path("circle"), crowd: &Crowd{}}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return err
	}
	limit := "?limit=" + strconv.Itoa(pageOf) + "&fields=id,"
	posts := "/v2.10/me/feed" + limit + "message,created_time,type,from{first_name,last_name,id}"
	mixed := []string{posts, "/v2.10/me/friends" + limit + "first_name,last_name,picture", "/v2.10/me/likes" + limit + "name,category,created_time"}
	var mix, own, profiles []string
	if err := l.inside(ctx, p, func(g *Graph) error {
		if err := g.Load(ctx, circle(people)); err != nil {
			return err
		}
		for i := range 2 * people {
			token, err := g.Token(ctx, fmt.Sprintf("a%03d", i), "reader")
			if err != nil {
				return err
			}
			ask := "&access_token=" + url.QueryEscape(token)
			if profiles = append(profiles, "/v2.10/me?fields=first_name,last_name,picture"+ask); i >= people {
				own = append(own, posts+ask)
				continue
			}
			for _, m := range mixed {
				mix = append(mix, m+ask)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	kith, err := l.serve(ctx, modeServer, p.dir)
	if err != nil {
		return err
	}
	load := func(name string, lines []string, prefix string, items int) (*target, error) {
		return l.target(ctx, name, kith, &script{lines: lines, host: kith.addr, status: 200, prefix: prefix, item: `{"id":`, items: items})
	}
	many, err := load("edge pages", mix, `{"data":[{"id":`, pageOf)
	if err != nil {
		return err
	}
	best, err := load("pages of one author", own, `{"data":[{"id":`, pageOf)
	if err != nil {
		return err
	}
	one, err := load("profiles", profiles, `{"first_name":`, 0)
	if err != nil {
		return err
	}
	many.requests, best.requests = many.requests/4, best.requests/4
	if err := contest(ctx, l.opt.Rounds, 2*people, one, many, best); err != nil {
		return err
	}
	l.compare(edgePage, many, one, cpu)
	l.compare(edgePageBest, best, one, cpu)
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
