package world

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A job is an erasure that was acknowledged and is not finished. Its first
// transaction hides everything; the rest follows in transactions of a bounded
// size, and a process that dies goes on at its next start. Each transaction
// reads the job again and does nothing if it is gone.
//
//	object  meta 3                    the list of jobs
//	assoc   meta -job_of_list-> job   one for each
//	object  job                       deleted when nothing is left to do
type job struct {
	id     store.ID
	kind   jobKind
	state  jobState
	step   int      // of the state remove
	person store.ID // zero once nothing in the store mentions it
	stone  store.ID // what dead keys lead to
	place  store.ID // of an erasure at one place
	// page and at are where a walk over something long goes on.
	page, at store.ID
	began    int64 // unix microseconds
	done     int64 // rows so far

	rest []store.Field
}

type jobKind int64

const (
	eraseJob  jobKind = iota + 1 // a whole person
	forgetJob                    // what happened at one place
)

func (k jobKind) String() string {
	if k == eraseJob {
		return "erase"
	}
	return "erase at one place"
}

// States of a job, in order.
type jobState int64

const (
	removing  jobState = iota + 1 // what hangs on the person
	sweeping                      // what mentions the person
	scrubbing                     // what the storage keeps of deleted rows
)

func (s jobState) String() string {
	return [...]string{"unknown", "removing", "sweeping", "scrubbing"}[max(0, min(s, scrubbing))]
}

const jobList store.ID = 3

// defaultJobRows is how many rows a transaction of a job removes.
const defaultJobRows = 500

// Tags of a job's record: only appended.
const (
	tagJobKind = iota + 1
	tagJobState
	tagJobStep
	tagJobPerson
	tagJobStone
	tagJobPlace
	tagJobPage
	tagJobAt
	tagJobBegan
	tagJobDone
)

func (j *job) numbers() []*int64 {
	return []*int64{(*int64)(&j.kind), (*int64)(&j.state), nil, (*int64)(&j.person), (*int64)(&j.stone),
		(*int64)(&j.place), (*int64)(&j.page), (*int64)(&j.at), &j.began, &j.done}
}

func (j *job) encode() []byte {
	var e people.Encoder
	e.Int(tagJobStep, int64(j.step))
	for i, n := range j.numbers() {
		if n != nil {
			e.Int(uint32(tagJobKind+i), *n)
		}
	}
	e.Keep(j.rest)
	return e.Bytes()
}

func decodeJob(id store.ID, data []byte) (*job, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("job record: %w", err)
	}
	j := &job{id: id}
	numbers := j.numbers()
	for _, f := range fields {
		switch {
		case f.Tag == tagJobStep:
			j.step = int(people.FieldInt(f))
		case f.Tag >= tagJobKind && int(f.Tag-tagJobKind) < len(numbers):
			*numbers[f.Tag-tagJobKind] = people.FieldInt(f)
		default:
			j.rest = append(j.rest, store.Field{Tag: f.Tag, Val: append([]byte(nil), f.Val...)})
		}
	}
	return j, nil
}

// save writes the job.
func (j *job) save(ctx context.Context, tx *store.Tx) error {
	return tx.Put(ctx, store.Object{ID: j.id, Kind: store.KindJob, Data: j.encode()})
}

// add puts a new job on the list.
func (j *job) add(ctx context.Context, tx *store.Tx) error {
	j.id = tx.NewID()
	list := store.Object{ID: jobList, Kind: store.KindMeta, Data: store.AppendRecord(nil, nil)}
	if err := tx.Put(ctx, list); err != nil {
		return err
	}
	if err := j.save(ctx, tx); err != nil {
		return err
	}
	return tx.Link(ctx, store.Assoc{From: jobList, Kind: store.AssocJob, To: j.id})
}

// jobs reads the list.
func jobs(ctx context.Context, r *store.Reader) ([]*job, error) {
	var ids []store.ID
	if err := eachLink(ctx, r, jobList, store.AssocJob, func(rec *store.Record) error {
		ids = append(ids, rec.ID)
		return nil
	}); err != nil {
		return nil, err
	}
	var rs store.ReadSet
	for _, id := range ids {
		rs.Object(id)
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	var list []*job
	for i := range ids {
		if j, ok := record[*job](rs.GotObject(i)); ok {
			list = append(list, j)
		}
	}
	slices.SortStableFunc(list, func(a, b *job) int { return cmp.Compare(a.began, b.began) })
	return list, nil
}

// A Job is an erasure that is not finished yet. Nothing of what it erases shows
// any more.
type Job struct {
	Kind  string    `json:"kind"`
	State string    `json:"state"` // removing, sweeping or scrubbing
	Began time.Time `json:"began"`
	Rows  int64     `json:"rows"` // removed so far
}

// Jobs lists the erasures that are not finished, oldest first.
func (b *Builder) Jobs(ctx context.Context) ([]Job, error) {
	out := []Job{}
	err := b.opt.DB.View(ctx, func(r *store.Reader) error {
		list, err := jobs(ctx, r)
		for _, j := range list {
			out = append(out, Job{j.kind.String(), j.state.String(), time.UnixMicro(j.began).UTC(), j.done})
		}
		return err
	})
	return out, err
}

// errJobGone ends a transaction whose job somebody else has finished.
var errJobGone = errors.New("the job is done")

// onJob runs f in a transaction with the job as it is now, and saves it.
func (b *Builder) onJob(ctx context.Context, id store.ID, f func(tx *store.Tx, j *job) error) error {
	err := b.to.Update(ctx, func(tx *store.Tx) error {
		rec, err := tx.Get(ctx, id)
		if err != nil {
			return err
		}
		had, ok := record[*job](rec)
		if !ok {
			return errJobGone
		}
		j := *had
		if err := f(tx, &j); err != nil {
			return err
		}
		return j.save(ctx, tx)
	})
	if errors.Is(err, errJobGone) {
		return nil
	}
	return err
}
