package world

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// SetPerson changes fields of a profile: attributes by name, with null to clear
// one, and account, picture (generated or none), default_shape, region and
// instagram (true or false). Either all are changed or none.
func (b *Builder) SetPerson(ctx context.Context, handle string, attrs map[string]json.RawMessage) error {
	return b.changePerson(ctx, handle, func(ctx context.Context, tx *store.Tx, rec *people.Person) error {
		for _, name := range sortedKeys(attrs) {
			if err := b.setField(ctx, tx, rec, name, attrs[name]); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetAudience says who may see fields of a person: public, friends or only_me.
func (b *Builder) SetAudience(ctx context.Context, person string, audiences map[string]string) error {
	return b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		p, err := findPerson(ctx, &tx.Reader, person, nil, nil)
		if err != nil {
			return err
		}
		return b.changeAudience(ctx, tx, p, audiences, b.opt.Now())
	})
}

func (b *Builder) changeAudience(ctx context.Context, tx *store.Tx, p *people.Person, audiences map[string]string, now time.Time) error {
	rec := p.Clone()
	for _, name := range sortedKeys(audiences) {
		a, ok := people.ParseAttr(name)
		if !ok {
			return bad(didYouMean(name, attrNames()), "unknown field %q", name)
		}
		who, err := graph.ParseAudience(audiences[name])
		if err != nil {
			return bad("", "%v", err)
		}
		if !setAudience(rec, a, who) {
			return bad("", "person %s has no %s", p.Handle, a)
		}
	}
	rec.Updated = now.Unix()
	return tx.Put(ctx, personObject(rec))
}

func (b *Builder) changePerson(ctx context.Context, handle string, f func(context.Context, *store.Tx, *people.Person) error) error {
	var after func()
	err := b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		p, err := findPerson(ctx, &tx.Reader, handle, nil, nil)
		if err != nil {
			return err
		}
		rec := p.Clone()
		if err := f(ctx, tx, rec); err != nil {
			return err
		}
		rec.Updated = b.opt.Now().Unix()
		if err := audience.Retrace(ctx, tx, p, rec); err != nil {
			return err
		}
		if after, err = b.PersonChanged(ctx, tx, p, rec); err != nil {
			return err
		}
		return tx.Put(ctx, personObject(rec))
	})
	if err == nil && after != nil {
		after()
	}
	return err
}

func (b *Builder) setField(ctx context.Context, tx *store.Tx, rec *people.Person, name string, raw json.RawMessage) error {
	var text string
	isText := json.Unmarshal(raw, &text) == nil
	switch name {
	case "account":
		kind, ok := people.ParseAccount(text)
		if !ok {
			return bad(didYouMeanOr(text, names(people.Account.String, int(people.Deactivated)+1)), "unknown account %q", text)
		}
		rec.Account = kind
	case "picture":
		switch text {
		case "generated":
			rec.Picture = people.PictureGenerated
		case "none":
			rec.Picture = people.PictureNone
		default:
			return bad("use generated or none", "unknown picture %q", text)
		}
	case "default_shape":
		i := slices.Index(shapeNames(), text)
		if i < 0 {
			return bad(didYouMeanOr(text, shapeNames()), "unknown default_shape %q", text)
		}
		rec.Shape = people.Shape(i)
	case "region":
		i := slices.Index(regionNames(), text)
		if i < 0 {
			return bad(didYouMeanOr(text, regionNames()), "unknown region %q", text)
		}
		rec.Europe = i == 0
	case "instagram":
		switch string(raw) {
		case "true":
			hasInstagram(rec)
		case "false":
			rec.Instagram, rec.InstagramPicture = false, people.PictureNone
		default:
			return bad("", "instagram must be true or false")
		}
	case people.SignificantOther.String():
		return b.setPartner(ctx, tx, rec, raw, text)
	default:
		return setAttr(rec, name, raw, text, isText)
	}
	return nil
}

func (b *Builder) setPartner(ctx context.Context, tx *store.Tx, rec *people.Person, raw json.RawMessage, handle string) error {
	if string(raw) == "null" {
		rec.Clear(people.SignificantOther)
		return nil
	}
	other, err := findPerson(ctx, &tx.Reader, handle, nil, nil)
	if err != nil {
		return err
	}
	if other.ID == rec.ID {
		return bad("", "%s cannot be their own significant other", rec.Handle)
	}
	rec.Set(people.SignificantOther, strconv.FormatInt(int64(other.ID), 10), rec.Audience(people.SignificantOther))
	return nil
}

// setAttr sets an attribute from JSON and keeps its audience.
func setAttr(rec *people.Person, name string, raw json.RawMessage, text string, isText bool) error {
	a, ok := people.ParseAttr(name)
	if !ok {
		return bad(didYouMean(name, attrNames()), "unknown field %q", name)
	}
	if string(raw) == "null" {
		rec.Clear(a)
		return nil
	}
	switch a.Type() {
	case people.Bool, people.Integer, people.Strings, people.Struct, people.Structs:
		if isText {
			return bad("", "%s is no text", a)
		}
		text = strings.TrimSpace(string(raw))
	case people.Zone, people.Date:
		if !isText {
			text = strings.TrimSpace(string(raw))
		}
	default:
		if !isText {
			return bad("", "%s must be text", a)
		}
	}
	if err := a.Check(text); err != nil {
		return bad("", "%v", err)
	}
	rec.Set(a, text, rec.Audience(a))
	return nil
}
