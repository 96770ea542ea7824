package postgres

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/store/trial"
)

func TestScratchSchema(t *testing.T) {
	dsn := pgtest.DB(t)
	kept := openAt(t, Options{DSN: dsn})
	if err := kept.Drop(bg); !errors.Is(err, errNotScratch) {
		t.Errorf("a schema in use is dropped: %v", err)
	}
	s := openAt(t, Options{DSN: dsn, Schema: ScratchPrefix + "1"})
	if refused, err := s.Accepts(bg); err != nil || len(refused) > 0 {
		t.Errorf("refused %v, %v", refused, err)
	}
	s.sql.list = append(s.sql.list, newStatement("SELECT nothing FROM nowhere", ""))
	if refused, err := s.Accepts(bg); err != nil || len(refused) != 1 {
		t.Errorf("a statement that cannot work: refused %v, %v", refused, err)
	}
	if err := s.Drop(bg); err != nil {
		t.Fatal(err)
	}
	if refused, err := s.Accepts(bg); err != nil || len(refused) < 10 {
		t.Errorf("without tables: %d refused, %v", len(refused), err)
	}
}

// PostgreSQL passes what kith db check asks of a database.
func TestTrial(t *testing.T) {
	s, err := Open(bg, Options{DSN: pgtest.DB(t), Registry: trial.Registry(), Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	steps, err := trial.Contract(bg, s)
	if err != nil || len(steps) == 0 {
		t.Fatal(len(steps), err)
	}
	for _, step := range steps {
		if step.Error != "" {
			t.Errorf("%s: %s", step.Name, step.Error)
		}
	}
}
