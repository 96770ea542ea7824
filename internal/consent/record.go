package consent

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/kithgraph/kith/internal/store"
)

// Tags of a contact's record. They are in every database: only appended, never
// used again for something else.
const (
	tagFlags       = 1
	tagWindow      = 2
	tagSeq         = 3
	tagOrigin      = 4
	tagBlocked     = 5
	tagMessagesOff = 6
	tagPageBanned  = 7
	tagDeactivated = 8
	tagRevoked     = 9
	tagSeen        = 10
	tagAdID        = 11
	tagAdSource    = 12
	tagAdType      = 13
	tagGrant       = 14 // once for each app
	tagShut        = 15
)

var errDamaged = errors.New("damaged contact record")

// Encode returns the record of a contact. What is zero takes no room.
func (c *Contact) Encode() []byte {
	var fs []store.Field
	numbers := func(tag uint32, ns ...int64) {
		if slices.ContainsFunc(ns, func(n int64) bool { return n != 0 }) {
			fs = append(fs, store.Field{Tag: tag, Val: pack(ns)})
		}
	}
	text := func(tag uint32, s string) {
		if s != "" {
			fs = append(fs, store.StringField(tag, s))
		}
	}
	numbers(tagFlags, bits(c.PSIDKnown, c.Thread, c.PageFirst, c.Guest, c.Erased))
	numbers(tagWindow, c.WindowUntil)
	numbers(tagSeq, c.Seq)
	numbers(tagOrigin, c.Origin.numbers()...)
	numbers(tagBlocked, c.Blocked.numbers()...)
	numbers(tagMessagesOff, c.MessagesOff.numbers()...)
	numbers(tagPageBanned, c.PageBanned.numbers()...)
	numbers(tagDeactivated, c.Deactivated.numbers()...)
	numbers(tagRevoked, c.Revoked.numbers()...)
	if len(c.seen) > 0 {
		var v []byte
		for _, h := range c.seen {
			v = binary.BigEndian.AppendUint64(v, h)
		}
		fs = append(fs, store.Field{Tag: tagSeen, Val: v})
	}
	text(tagAdID, c.AdReferral.AdID)
	text(tagAdSource, c.AdReferral.Source)
	text(tagAdType, c.AdReferral.Type)
	for i := range c.Grants {
		fs = append(fs, store.Field{Tag: tagGrant, Val: pack(c.Grants[i].numbers())})
	}
	numbers(tagShut, c.Shut.numbers()...)
	return store.AppendRecord(nil, append(fs, c.unknown...))
}

// Decode reads a record that Encode made, here or in another version of kith.
// The contact keeps nothing of data.
func Decode(data []byte) (*Contact, error) {
	fs, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("decode contact: %w", err)
	}
	c := &Contact{}
	for _, f := range fs {
		if err := c.field(f); err != nil {
			return nil, fmt.Errorf("decode contact: tag %d: %w", f.Tag, err)
		}
	}
	return c, nil
}

func (c *Contact) field(f store.Field) error {
	switch f.Tag {
	case tagSeen:
		return c.setSeen(f.Val)
	case tagAdID:
		c.AdReferral.AdID = f.Text()
		return nil
	case tagAdSource:
		c.AdReferral.Source = f.Text()
		return nil
	case tagAdType:
		c.AdReferral.Type = f.Text()
		return nil
	}
	if f.Tag == 0 || f.Tag > tagShut {
		c.unknown = append(c.unknown, store.Field{Tag: f.Tag, Val: slices.Clone(f.Val)})
		return nil
	}
	ns, err := unpack(f.Val)
	if err != nil {
		return err
	}
	return c.setNumbers(f.Tag, ns)
}

func (c *Contact) setNumbers(tag uint32, ns numbers) error {
	switch tag {
	case tagFlags:
		setBits(ns.at(0), &c.PSIDKnown, &c.Thread, &c.PageFirst, &c.Guest, &c.Erased)
	case tagWindow:
		c.WindowUntil = ns.at(0)
	case tagSeq:
		c.Seq = ns.at(0)
	case tagOrigin:
		c.Origin = ns.stamp(0)
	case tagBlocked:
		c.Blocked = ns.toggle()
	case tagMessagesOff:
		c.MessagesOff = ns.toggle()
	case tagPageBanned:
		c.PageBanned = ns.toggle()
	case tagDeactivated:
		c.Deactivated = ns.toggle()
	case tagRevoked:
		c.Revoked = ns.stamp(0)
	case tagShut:
		c.Shut = ns.stamp(0)
	case tagGrant:
		g, err := ns.grant()
		if err != nil {
			return err
		}
		c.Grants = append(c.Grants, g)
	}
	return nil
}

func (c *Contact) setSeen(v []byte) error {
	if len(v)%8 != 0 {
		return errDamaged
	}
	c.seen = nil
	for v = v[max(0, len(v)-8*maxSeen):]; len(v) > 0; v = v[8:] {
		c.seen = append(c.seen, binary.BigEndian.Uint64(v))
	}
	return nil
}
