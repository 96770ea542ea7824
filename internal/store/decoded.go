package store

import (
	"fmt"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A Record is a decoded object or association as the cache holds it. It is
// shared: nobody changes it.
type Record struct {
	// ID is the object's, or the To of the association.
	ID      ID
	Kind    Kind
	Version int64
	// Time of an association.
	Time int64
	// Value is what the decoder of the kind made.
	Value any
}

// entryOverhead estimates an entry without its data: key, node and structs.
const entryOverhead = 256

func (db *DB) value(id ID, k Kind, data []byte, version int64) (any, error) {
	d := db.decode[k]
	if d == nil {
		return data, nil
	}
	v, err := d(id, version, data)
	if err != nil {
		return nil, fmt.Errorf("decode record of kind %d, version %d: %w", k, version, err)
	}
	return v, nil
}

func (db *DB) objectEntry(o *driver.Object) (*entry, error) {
	if o == nil {
		return &entry{size: entryOverhead}, nil
	}
	v, err := db.value(o.ID, o.Kind, o.Data, o.Version)
	if err != nil {
		return nil, err
	}
	return &entry{
		rec:   Record{ID: o.ID, Kind: o.Kind, Version: o.Version, Value: v},
		found: true,
		size:  weigh(len(o.Data)),
	}, nil
}

func (db *DB) assocEntry(a *driver.Assoc) (*entry, error) {
	if a == nil {
		return &entry{size: entryOverhead}, nil
	}
	rec, err := db.assocRecord(a)
	if err != nil {
		return nil, err
	}
	return &entry{rec: rec, found: true, size: weigh(len(a.Data))}, nil
}

func (db *DB) assocRecord(a *driver.Assoc) (Record, error) {
	v, err := db.value(a.To, a.Kind, a.Data, a.Version)
	return Record{ID: a.To, Kind: a.Kind, Version: a.Version, Time: a.Time, Value: v}, err
}

// weigh guesses that a decoded record takes twice its bytes.
func weigh(data int) uint32 {
	return uint32(min(entryOverhead+2*data, 1<<30))
}
