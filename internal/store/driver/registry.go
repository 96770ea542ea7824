package driver

import (
	"errors"
	"fmt"
)

// Freshness says how a shared store may serve a kind from memory.
type Freshness uint8

// Live records are read at every request, Leased ones within a lease,
// Immutable ones for ever once found. On a store with one owner all three are
// cached under the generation rule.
const (
	Live Freshness = iota
	Leased
	Immutable
)

// A KindInfo is one row of the registry. Rows are only ever appended.
type KindInfo struct {
	Kind    Kind
	Name    string
	Assoc   bool // an association kind; otherwise an object kind
	Inverse Kind // written by Link in the same transaction; zero for none
	Counted bool
	// Once is an inverse that nobody asks for by time: Link writes it when it is new,
	// without a time, and then leaves it alone. It is not linked itself.
	Once  bool
	Fresh Freshness
}

// A SpaceInfo is one row of the registry of key spaces.
type SpaceInfo struct {
	Space Space
	Name  string
	Fresh Freshness
}

// A Registry is the closed list of kinds and spaces a database may hold.
type Registry struct {
	Kinds  []KindInfo
	Spaces []SpaceInfo
}

// Kind returns the row of k, or nil.
func (r *Registry) Kind(k Kind) *KindInfo {
	if int(k) < len(r.Kinds) && r.Kinds[k].Kind == k {
		return &r.Kinds[k]
	}
	for i := range r.Kinds {
		if r.Kinds[i].Kind == k {
			return &r.Kinds[i]
		}
	}
	return nil
}

// Space returns the row of s, or nil.
func (r *Registry) Space(s Space) *SpaceInfo {
	for i := range r.Spaces {
		if r.Spaces[i].Space == s {
			return &r.Spaces[i]
		}
	}
	return nil
}

// Apart reports whether the rows of a kind and of its inverse have times and versions
// of their own: one of the two is written once.
func (r *Registry) Apart(k *KindInfo) bool {
	inv := r.Kind(k.Inverse)
	return k.Once || inv != nil && inv.Once
}

// Check reports a broken registry: numbers or names used twice, inverses that do not
// name each other, or kinds written once that something else counts on.
func (r *Registry) Check() error {
	names := map[string]bool{}
	seen := map[Kind]bool{}
	for _, k := range r.Kinds {
		if k.Kind == 0 || seen[k.Kind] || names["k/"+k.Name] {
			return fmt.Errorf("registry: kind %d %q is zero or twice there", k.Kind, k.Name)
		}
		seen[k.Kind], names["k/"+k.Name] = true, true
		// A copy takes the row with the lower number for the one that is linked.
		if k.Once && (k.Counted || k.Inverse == 0 || k.Inverse >= k.Kind) {
			return fmt.Errorf("registry: kind %q cannot be written once", k.Name)
		}
		if k.Inverse == 0 {
			continue
		}
		if inv := r.Kind(k.Inverse); inv == nil || !k.Assoc || !inv.Assoc || inv.Inverse != k.Kind {
			return fmt.Errorf("registry: kind %q and its inverse do not name each other", k.Name)
		}
	}
	for _, s := range r.Spaces {
		if s.Space == 0 || names["s/"+s.Name] {
			return fmt.Errorf("registry: space %d %q is zero or twice there", s.Space, s.Name)
		}
		names["s/"+s.Name] = true
	}
	return nil
}

// Errors of a backend. Everything else a backend returns is its own.
var (
	// ErrAmbiguous: the commit was sent but its outcome is unknown.
	ErrAmbiguous = errors.New("store: outcome of the commit is unknown")
	// ErrUnavailable: the store cannot be used now; the call may be retried.
	ErrUnavailable = errors.New("store: unavailable")
	// ErrFenced: the host the transaction ran on is no primary any more, as far
	// as anybody can tell. It goes with ErrUnavailable; a backend that gets it
	// from a function it ran drops the connection, so that the next call finds
	// another host.
	ErrFenced = errors.New("store: host is fenced")
	// ErrClosed: the store has been closed.
	ErrClosed = errors.New("store: closed")
)
