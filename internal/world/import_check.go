package world

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// maxProblems ends a check: nobody reads more.
const maxProblems = 100

// checking is the first walk over the input. It remembers hashes of what must
// be unique and of the people that are named, 16 bytes each.
type checking struct {
	b        *Builder
	dir      directory
	known    bool // the store has something already
	header   header
	zones    *zoneSet
	stage    int
	body     int // the line of the first person
	problems Problems

	unique  []mark // handles, IDs, tokens
	named   []mark // people and things named by others
	kinds   []mark // things with their types
	wanted  []mark // things with the types that they must have
	session string // the latest one
	open    openFile
	ask     store.ReadSet
	asked   []question
}

// A mark is the hash of a name with its line. A line of zero is in the store.
type mark struct {
	hash uint64
	line int
}

type question struct {
	line int
	what string // for a clash
	// space and name are those of somebody who should be there.
	space store.Space
	name  string
}

func (c *checking) run(ctx context.Context, src *source) error {
	body, err := c.headers(ctx, src)
	if err == nil {
		c.body = body
		c.begin()
		err = src.parallel(ctx, body, c.parse, func(list []result) error { return c.take(ctx, list) })
	}
	var ps Problems
	switch {
	case errors.As(err, &ps):
		c.problems = append(c.problems, ps...)
	case err != nil && !errors.Is(err, errEnough):
		return fmt.Errorf("import: %w", err)
	}
	if err := c.flush(ctx); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	if c.open.left > 0 {
		c.problem(c.body, fmt.Errorf("file %s has %d more pieces", c.open.number, c.open.left))
	}
	if len(c.problems) == 0 {
		c.twice()
		c.missing()
	}
	if len(c.problems) == 0 {
		c.mistaken()
	}
	if len(c.problems) > 0 {
		c.problems.sort()
		return c.problems[:min(len(c.problems), maxProblems)]
	}
	return nil
}

// headers reads all lines before the first person or tombstone and returns the
// number of that.
func (c *checking) headers(ctx context.Context, src *source) (body int, err error) {
	last := 0
	err = src.each(func(n int, data []byte) error {
		last = n
		if err := ctx.Err(); err != nil {
			return err
		}
		l, err := parseLine(data)
		if err != nil {
			c.problem(n, err)
			if len(c.problems) >= maxProblems {
				return errEnough
			}
			return nil
		}
		if l.Person != nil || l.Thing != nil || l.Edge != nil || l.Audience != nil || l.Tombstone != nil || l.File != nil || l.Piece != nil {
			body = n
			return errEnough
		}
		c.head(numbered{n, l})
		return nil
	})
	if errors.Is(err, errEnough) && body > 0 {
		err = nil
	}
	if body == 0 {
		body = last + 1
	}
	return body, err
}

func (c *checking) head(l numbered) {
	kind, handle, id := l.name()
	c.header.lines = append(c.header.lines, l)
	c.dir[kind+"/"+handle] = entryOf{id: store.ID(-len(c.header.lines)), public: id}
	c.key(l.n, store.SpaceHandle, kind+"/"+handle, kind+" "+handle)
	c.key(l.n, store.SpaceNode, id, "ID "+id)
	if p := l.Page; p != nil && p.Username != "" {
		if key := people.AliasKey(p.Username); key != "" {
			c.key(l.n, store.SpaceAlias, key, "username "+p.Username)
		}
	}
}

// begin checks the header once all of it is there.
func (c *checking) begin() {
	for _, l := range c.header.lines {
		c.problem(l.n, c.place(l))
	}
}

// parse reads a line of the body; it runs in several goroutines and changes
// nothing.
func (c *checking) parse(n int, data []byte) result { return c.dir.parse(c.b, n, data, c.zones) }

func (c *checking) take(ctx context.Context, list []result) error {
	for _, r := range list {
		err := r.err
		if err == nil {
			err = c.line(r)
		}
		c.problem(r.n, err)
		if len(c.problems) >= maxProblems {
			return errEnough
		}
	}
	if len(c.asked) >= importChunk {
		return c.flush(ctx)
	}
	return nil
}

func (c *checking) problem(line int, err error) {
	if err != nil {
		c.problems = append(c.problems, Problem{Line: line, Text: err.Error()})
	}
}

func (c *checking) line(r result) error {
	stage := stageOf(r.l)
	if stage < c.stage {
		return errors.New("it comes too late: people, then things, then edges, then audiences, then files")
	}
	switch c.stage = stage; {
	case r.l.Tombstone != nil:
		return c.tombstone(numbered{r.n, r.l})
	case r.l.Thing != nil:
		return c.thing(r.n, r.l.Thing)
	case r.l.Edge != nil:
		return c.edge(r.n, r.l.Edge)
	case r.l.Audience != nil:
		return c.audience(r.n, r.l.Audience)
	case r.l.File != nil:
		return c.file(r.n, r.l.File)
	case r.l.Piece != nil:
		return c.piece(r.l.Piece)
	}
	return c.person(numbered{r.n, r.l}, r.d)
}

func (c *checking) place(l numbered) (err error) {
	var tokens []tokenLine
	kind := access.PageToken
	switch {
	case l.Business != nil:
		_, err = c.dir.business(l.Business)
		err = cmp.Or(err, c.parts(l.n, businessKind, l.Business.Parts))
	case l.App != nil:
		_, err = c.dir.app(l.App)
		for _, r := range l.App.Roles {
			c.name(l.n, r.Person)
			_, bad := roleOf(r)
			err = cmp.Or(err, bad)
		}
		err = cmp.Or(err, c.parts(l.n, appKind, l.App.Parts))
	case l.Page != nil:
		_, err = c.dir.page(l.Page)
		err = cmp.Or(err, c.parts(l.n, pageKind, l.Page.Parts))
		tokens = l.Page.Tokens
		for _, t := range l.Page.Tasks {
			c.name(l.n, t.Person)
			_, bad := tasksOf(t)
			err = cmp.Or(err, bad)
		}
	case l.Instagram != nil:
		_, err = c.dir.instagram(l.Instagram)
		err = cmp.Or(err, c.parts(l.n, instagramKind, l.Instagram.Parts))
		tokens, kind = l.Instagram.Tokens, access.InstagramToken
	}
	for i := range tokens {
		_, hash, bad := c.dir.token(&tokens[i], kind)
		if bad != nil {
			return bad
		}
		c.key(l.n, store.SpaceToken, hash, "token "+tokens[i].Hash)
		c.name(l.n, tokens[i].Person)
	}
	return err
}

func (c *checking) person(l numbered, d *draft) error {
	p := l.Person
	c.key(l.n, store.SpaceHandle, personKind+"/"+p.Handle, "person "+p.Handle)
	for i := range d.scoped {
		if s := &d.scoped[i]; s.given != "" {
			k := scopedid.Key(s.space, s.owner, s.given)
			c.key(l.n, k.Space, k.Key, "ID "+s.given)
		}
	}
	for _, t := range d.tokens {
		c.key(l.n, store.SpaceToken, t.hash, "a token")
	}
	c.name(l.n, p.Partner)
	for _, f := range p.Friends {
		if f.Person == "" {
			return errors.New("a friend has no name")
		}
		c.name(l.n, f.Person)
	}
	return nil
}

func (c *checking) tombstone(l numbered) error {
	for _, id := range l.Tombstone.IDs {
		space, owner, err := c.dir.scope(id)
		if err != nil {
			return err
		}
		k := scopedid.Key(space, owner.id, id.ID)
		c.key(l.n, k.Space, k.Key, "ID "+id.ID)
	}
	if g := l.Tombstone.Grave; g != "" {
		if raw, err := hex.DecodeString(g); err != nil || len(raw) != 16 {
			return fmt.Errorf("grave %q is not 32 hexadecimal digits", g)
		}
		c.key(l.n, store.SpaceHandle, "grave/"+g, "grave "+g)
	}
	return nil
}

// key notes something that must be new.
func (c *checking) key(line int, space store.Space, key, what string) {
	c.unique = append(c.unique, mark{xxh3.HashStringSeed(key, uint64(space)), line})
	if c.known {
		c.ask.Key(space, key)
		c.asked = append(c.asked, question{line: line, what: what})
	}
}

// name notes a person who must be there.
func (c *checking) name(line int, handle string) {
	if handle == "" {
		return
	}
	c.mention(line, store.SpaceHandle, personKind+"/"+handle)
}

func (c *checking) mention(line int, space store.Space, key string) {
	c.named = append(c.named, mark{xxh3.HashStringSeed(key, uint64(space)), line})
	if c.known {
		c.ask.Key(space, key)
		c.asked = append(c.asked, question{line: line, space: space, name: key})
	}
}

// flush asks the store about a batch.
func (c *checking) flush(ctx context.Context) error {
	if len(c.asked) == 0 {
		return nil
	}
	if err := c.b.opt.DB.View(ctx, func(r *store.Reader) error { return r.Load(ctx, &c.ask) }); err != nil {
		return err
	}
	if err := c.learn(ctx); err != nil {
		return err
	}
	for i, q := range c.asked {
		switch found := c.ask.GotID(i) != 0; {
		case found && q.name != "":
			c.unique = append(c.unique, mark{xxh3.HashStringSeed(q.name, uint64(q.space)), 0})
		case found:
			c.problem(q.line, fmt.Errorf("%s exists already", q.what))
		}
	}
	c.ask.Reset()
	c.asked = c.asked[:0]
	return nil
}

// learn notes the types of things that the store has and the input names.
func (c *checking) learn(ctx context.Context) error {
	var rs store.ReadSet
	var ids []string
	for i, q := range c.asked {
		if id := c.ask.GotID(i); id != 0 && q.name != "" && q.space == store.SpaceNode {
			rs.Object(id)
			ids = append(ids, q.name)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if err := c.b.opt.DB.View(ctx, func(r *store.Reader) error { return r.Load(ctx, &rs) }); err != nil {
		return err
	}
	for i, id := range ids {
		if t, ok := record[*people.Thing](rs.GotObject(i)); ok {
			c.kinds = append(c.kinds, mark{kindHash(id, t.Type), 0})
		}
	}
	return nil
}

// mistaken reports references to things of another type than the field or edge
// leads to.
func (c *checking) mistaken() {
	slices.SortFunc(c.kinds, func(a, b mark) int { return cmp.Compare(a.hash, b.hash) })
	for _, m := range c.wanted {
		if len(c.problems) >= maxProblems {
			return
		}
		if _, found := slices.BinarySearchFunc(c.kinds, m.hash, func(k mark, h uint64) int { return cmp.Compare(k.hash, h) }); !found {
			c.problem(m.line, errors.New("refers to a thing of another type than the field or edge leads to"))
		}
	}
}

// twice reports what two lines of the input claim.
func (c *checking) twice() {
	slices.SortFunc(c.unique, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.line, b.line))
	})
	for i := 1; i < len(c.unique) && len(c.problems) < maxProblems; i++ {
		a, b := c.unique[i-1], c.unique[i]
		if a.hash == b.hash && a.line != 0 {
			c.problem(b.line, fmt.Errorf("has a handle, ID or token that is already on line %d", a.line))
		}
	}
}

// missing reports people who are named but nowhere.
func (c *checking) missing() {
	for _, m := range c.named {
		if len(c.problems) >= maxProblems {
			return
		}
		if _, found := slices.BinarySearchFunc(c.unique, m.hash, func(u mark, h uint64) int { return cmp.Compare(u.hash, h) }); !found {
			c.problem(m.line, errors.New("names somebody or something that is neither in the input nor in the store"))
		}
	}
}

// publicOf is the public ID of an app, Page, Instagram account or business.
func publicOf(rec *store.Record) string {
	if rec == nil {
		return ""
	}
	switch v := rec.Value.(type) {
	case *people.App:
		return v.PublicID
	case *people.Page:
		return v.PublicID
	case *people.Instagram:
		return v.PublicID
	case *people.Business:
		return v.PublicID
	}
	return ""
}
