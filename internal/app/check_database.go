package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/kithgraph/kith/internal/store/postgres"
	"github.com/kithgraph/kith/internal/store/trial"
)

// A Checkup is what CheckDatabase found out.
type Checkup struct {
	Database   string         `json:"database"` // without secrets
	Statements int            `json:"statements"`
	Refused    []string       `json:"refused,omitempty"`
	Steps      []trial.Step   `json:"steps"`
	Load       *trial.Verdict `json:"load,omitempty"`
}

// OK reports whether kith can stand on the database.
func (c *Checkup) OK() bool {
	for _, s := range c.Steps {
		if s.Error != "" {
			return false
		}
	}
	return len(c.Refused) == 0 && c.Load != nil && c.Load.OK()
}

// recovery is how long a database may need after a load to be read again.
const recovery = 2 * time.Minute

// CheckDatabase puts a database through its paces in a schema of its own, which
// is removed at the end: every statement, the contract, then acknowledged writes
// by some clients for a while, during which somebody may kill a node. When load
// ends early the verdict is about what was written by then.
func CheckDatabase(ctx, load context.Context, dsn string, clients int, d time.Duration, progress func(elapsed time.Duration, good, bad int64)) (c *Checkup, err error) {
	var name [8]byte
	fill(name[:])
	opt := postgres.Options{DSN: dsn, Schema: postgres.ScratchPrefix + hex.EncodeToString(name[:]), Registry: trial.Registry(),
		WriteConns: clients, Unsafe: true, Now: time.Now, Rand: rand.Reader}
	s, err := postgres.Open(ctx, opt)
	if err != nil {
		return nil, err
	}
	defer func() {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), recovery)
		defer cancel()
		if derr := s.Drop(late); derr != nil {
			err = errors.Join(err, fmt.Errorf("drop schema %s, which is left: %w", opt.Schema, derr))
		}
		err = errors.Join(err, s.Close())
	}()
	c = &Checkup{Database: postgres.Address(dsn), Statements: s.Statements()}
	refused, err := s.Accepts(ctx)
	if err != nil {
		return c, err
	}
	for _, r := range refused {
		c.Refused = append(c.Refused, r.Error())
	}
	settings := trial.Step{Name: "settings that keep what was acknowledged"}
	if settings.Error, err = s.Forgets(ctx); err != nil {
		return c, err
	}
	c.Steps, err = trial.Contract(ctx, s)
	if c.Steps = append([]trial.Step{settings}, c.Steps...); err != nil {
		return c, err
	}
	began := time.Now()
	l := trial.Load{Store: s, Clients: clients, For: d, Now: time.Now, Progress: func(good, bad int64) {
		progress(time.Since(began), good, bad)
	}}
	book := l.Run(load)
	late, cancel := context.WithTimeout(ctx, recovery)
	defer cancel()
	for {
		if c.Load, err = book.Verify(late, s); err == nil || late.Err() != nil {
			return c, err
		}
		select { // the database may still be on its way back
		case <-time.After(time.Second):
		case <-late.Done():
		}
	}
}
