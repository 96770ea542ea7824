// Package scopedid mints and resolves the IDs by which one Page, app or
// Instagram account knows a person. It refuses to know what a person is: it
// maps (owner, seed) to digits and keeps the bindings.
//
// Stored by this package:
//
//	key  psid/<Page> + <digits>        -> person
//	key  asid/<app> + <digits>         -> person
//	key  igsid/<Instagram> + <digits>  -> person
//	key  any_asid/<digits>             -> person, for who names an app-scoped ID and no app
//
// Of two people with the same recorded ID in two apps the last one leads to whoever had it
// first. Who follows it looks whether the person has that ID in some app.
//
// An ID, once minted, belongs to that person for ever; after an erasure it
// leads to a tombstone, and the next attempt of the PRF is used for whoever
// comes next. [doc DESIGN section 4]
package scopedid

import (
	"context"
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/zeebo/xxh3"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// Digits of every scoped ID: 16, as in captures since 2018. [seen]
const (
	low  = 1_000_000_000_000_000
	span = 9 * low
)

// Candidate returns the ID of attempt n for a person's seed in a scope. The
// scope is a space and the public ID of its owner. IDs of one person in two
// scopes cannot be linked without the key.
func Candidate(keys *access.Keys, space store.Space, owner string, seed uint64, n uint8) string {
	var in [16]byte
	binary.BigEndian.PutUint64(in[:], seed)
	binary.BigEndian.PutUint64(in[8:], xxh3.HashStringSeed(owner, uint64(space)))
	in[15] = n
	out := keys.PRF(in)
	return strconv.FormatUint(low+binary.BigEndian.Uint64(out[:])%span, 10)
}

// Key is where a scoped ID is bound.
func Key(space store.Space, owner store.ID, digits string) driver.Key {
	var b [8 + 20]byte
	binary.BigEndian.PutUint64(b[:], uint64(owner))
	return driver.Key{Space: space, Key: string(append(b[:8], digits...))}
}

// AnyASID is where an app-scoped ID is found that comes without its app.
func AnyASID(digits string) driver.Key { return driver.Key{Space: store.SpaceAnyASID, Key: digits} }

// Digits returns the ID that a bound key holds, with false if the key is
// another owner's.
func Digits(key string, owner store.ID) (string, bool) {
	if len(key) < 9 || binary.BigEndian.Uint64([]byte(key)) != uint64(owner) {
		return "", false
	}
	return key[8:], true
}

// Owners returns those in whose scope bound keys hold these digits.
func Owners(keys []string, digits string) (list []store.ID) {
	for _, k := range keys {
		if len(k) > 8 && k[8:] == digits {
			list = append(list, store.ID(binary.BigEndian.Uint64([]byte(k))))
		}
	}
	return list
}

// Of returns the ID a person has in a scope, empty if none was minted yet.
func Of(ctx context.Context, r *store.Reader, space store.Space, owner, person store.ID) (string, error) {
	var rs store.ReadSet
	i := rs.Owned(driver.Owned{ID: person, Space: space})
	if err := r.Load(ctx, &rs); err != nil {
		return "", err
	}
	for _, k := range rs.GotOwned(i) {
		if d, ok := Digits(k, owner); ok {
			return d, nil
		}
	}
	return "", nil
}

// maxAttempts is far beyond what 9*10^15 digits ever need.
const maxAttempts = 64

// Mint returns the ID a person has in a scope and binds one if there is none.
// given asks for a recorded ID; it is refused if another person has it.
func Mint(ctx context.Context, tx *store.Tx, keys *access.Keys, space store.Space, owner store.ID, ownerPublic string, person store.ID, seed uint64, given string) (string, error) {
	have, err := Of(ctx, &tx.Reader, space, owner, person)
	if err != nil {
		return "", err
	}
	if have != "" && (given == "" || given == have) {
		return have, found(ctx, tx, space, have, person)
	}
	if given != "" {
		return given, bindGiven(ctx, tx, space, owner, person, given)
	}
	for n := range uint8(maxAttempts) {
		digits := Candidate(keys, space, ownerPublic, seed, n)
		got, err := tx.Bind(ctx, driver.Binding{Key: Key(space, owner, digits), ID: person})
		if err != nil {
			return "", fmt.Errorf("bind scoped id: %w", err)
		}
		if got[0] == person {
			return digits, found(ctx, tx, space, digits, person)
		}
	}
	return "", fmt.Errorf("mint scoped id: no free one in %d attempts", maxAttempts)
}

func bindGiven(ctx context.Context, tx *store.Tx, space store.Space, owner, person store.ID, given string) error {
	got, err := tx.Bind(ctx, driver.Binding{Key: Key(space, owner, given), ID: person})
	if err != nil {
		return fmt.Errorf("bind scoped id: %w", err)
	}
	if got[0] != person {
		return fmt.Errorf("scoped id %s is another person's", given)
	}
	return found(ctx, tx, space, given, person)
}

// found sees to it that an app-scoped ID is found without its app, also one that a server
// minted which knew nothing of that.
func found(ctx context.Context, tx *store.Tx, space store.Space, digits string, person store.ID) error {
	if space != store.SpaceASID {
		return nil
	}
	if _, err := tx.Bind(ctx, driver.Binding{Key: AnyASID(digits), ID: person}); err != nil {
		return fmt.Errorf("bind scoped id: %w", err)
	}
	return nil
}
