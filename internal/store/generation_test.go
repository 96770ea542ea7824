package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
)

// A careless driver undoes what the cache notes about pending commits, so that
// fills install whatever they have read: the generation check is off.
type careless struct {
	driver.Store
	cache *cache
	off   bool
}

func (c *careless) forget() {
	if !c.off {
		return
	}
	for i := range c.cache.stripes {
		s := &c.cache.stripes[i]
		s.mu.Lock()
		s.gen, s.pending = 0, 0
		s.mu.Unlock()
	}
}

func (c *careless) View(ctx context.Context, f func(driver.Reader) error) error {
	err := c.Store.View(ctx, f)
	for range rand.IntN(4) { // time for a commit to come between
		_ = c.Store.View(ctx, func(r driver.Reader) error {
			return r.Scan(ctx, Objects, func(*Row) bool { return true })
		})
	}
	c.forget()
	return err
}

func (c *careless) Update(ctx context.Context, f func(driver.Writer) error) error {
	defer c.forget()
	return c.Store.Update(ctx, func(w driver.Writer) error {
		defer c.forget()
		return f(w)
	})
}

// A register is written and read; the history must be one of registers.
type registerOp struct {
	id    ID
	write int64 // 0 reads
	saw   int64
}

func registers() porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			by := map[ID][]porcupine.Operation{}
			for _, op := range history {
				id := op.Input.(registerOp).id
				by[id] = append(by[id], op)
			}
			var parts [][]porcupine.Operation
			for _, ops := range by {
				parts = append(parts, ops)
			}
			return parts
		},
		Init: func() any { return int64(0) },
		Step: func(state, input, _ any) (bool, any) {
			op := input.(registerOp)
			if op.write != 0 {
				return true, op.write
			}
			return op.saw == state.(int64), state
		},
	}
}

// registerHistory has clients write and read a few records through the cache.
func registerHistory(t *testing.T, off bool, ops int) []porcupine.Operation {
	t.Helper()
	ctx := context.Background()
	drv := &careless{Store: memory.Open(Registry()), off: off}
	db := Open(drv, Options{Decode: map[Kind]Decoder{KindPerson: func(_ ID, _ int64, data []byte) (any, error) {
		return strconv.ParseInt(string(data), 10, 64)
	}}})
	drv.cache = db.cache
	defer func() { _ = db.Close() }()
	var clock, next atomic.Int64
	var mu sync.Mutex
	var history []porcupine.Operation
	var wg sync.WaitGroup
	for client := range 8 {
		wg.Go(func() {
			for range ops / 8 {
				op := registerOp{id: ID(1 + rand.IntN(4))}
				if rand.IntN(4) == 0 {
					op.write = next.Add(1)
				}
				call := clock.Add(1)
				if err := op.run(ctx, db); err != nil {
					t.Error(err)
					return
				}
				ret := clock.Add(1)
				mu.Lock()
				history = append(history, porcupine.Operation{ClientId: client, Input: op, Call: call, Return: ret})
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return history
}

func (op *registerOp) run(ctx context.Context, db *DB) error {
	if op.write != 0 {
		return db.Update(ctx, func(tx *Tx) error {
			return tx.Put(ctx, Object{ID: op.id, Kind: KindPerson, Data: fmt.Append(nil, op.write)})
		})
	}
	return db.Snapshot(ctx, func(r *Reader) error {
		rec, err := r.Get(ctx, op.id)
		op.saw = 0
		if rec != nil {
			op.saw = rec.Value.(int64)
		}
		return err
	})
}

// What is read through the cache is linearizable, and the checker finds that
// it is not once the generation check is off.
func TestGenerationCheckMakesRegisters(t *testing.T) {
	if history := registerHistory(t, false, 20_000); !porcupine.CheckOperations(registers(), history) {
		t.Error("a history through the cache is not linearizable")
	}
	for range 50 {
		if !porcupine.CheckOperations(registers(), registerHistory(t, true, 4_000)) {
			return
		}
	}
	t.Error("without the generation check every history is linearizable")
}
