package wire

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/limits"
)

// maxBatch is how many operations a batch has at most. [seen]
const maxBatch = 50

// An operation is one request of a batch.
type operation struct {
	Method  string          `json:"method"`
	URL     string          `json:"relative_url"`
	Body    json.RawMessage `json:"body"` // a form, or an object [guess]
	Headers []headerLine    `json:"headers"`
	Name    label           `json:"name"`
	After   label           `json:"depends_on"`
	Omit    *truth          `json:"omit_response_on_success"`
	Files   string          `json:"attached_files"` // names of parts, with commas

	wrong error // why it cannot be read
	files []graph.Param
	needs []int // earlier operations
	used  bool  // a later one needs it
}

// A label is a name, which some clients write as a number. [code]
type label string

func (l *label) UnmarshalJSON(text []byte) error {
	var n json.Number
	if json.Unmarshal(text, &n) == nil {
		*l = label(n)
		return nil
	}
	return json.Unmarshal(text, (*string)(l))
}

// A truth is a boolean, which comes as a text or a number where a form has the
// batch in brackets. [guess]
type truth bool

func (t *truth) UnmarshalJSON(text []byte) error {
	*t = truth(isTrue(strings.Trim(string(text), `"`)))
	return nil
}

// A headerLine is "Name: value" [code PHPSDK] or {"name","value"} [code BIZPY].
type headerLine struct{ name, value string }

func (h *headerLine) UnmarshalJSON(text []byte) error {
	var line string
	if json.Unmarshal(text, &line) == nil {
		h.name, h.value, _ = strings.Cut(line, ":")
		h.value = strings.TrimSpace(h.value)
		return nil
	}
	var pair struct{ Name, Value string }
	err := json.Unmarshal(text, &pair)
	h.name, h.value = pair.Name, pair.Value
	return err
}

// A batch is many calls in one. Reads that follow each other come from one state
// of the store; a write is on its own.
type batch struct {
	x    *exchange
	ops  []operation
	bare bool // no headers in the answer
	most int  // bytes of a text that references are filled into
	// next is the operation that comes next, out what is written so far.
	next      int
	out, body []byte
	spent     engine.Spent
	// Of the operations so far: those that answered well, and bodies that others
	// refer to.
	good     [maxBatch]bool
	bodies   [maxBatch][]byte
	outcomes [maxBatch]outcome
	entries  []journal.Entry // if the journal keeps the call
	// bills are of the operations, however often a state of the store is left; none
	// without limits.
	bills []limits.Bill
	// alone says that the next operation turned out to be a write.
	alone bool
}

// An outcome is what metrics hear of an operation.
type outcome struct {
	node         string
	status, code int
}

// batch answers a list of operations in their order. Each stands for itself: it
// is authorised by its own token and its errors are its own. [doc batch-requests]
func (c *Core) batch(ctx context.Context, x *exchange, p graph.Param, b []byte) ([]byte, error) {
	if x.outer != nil {
		return b, graph.ErrBatchNested
	}
	if err := c.openBatch(ctx, x); err != nil {
		return b, err
	}
	bt := &batch{x: x, out: append(b, '['), most: c.opt.Sizes.Target}
	if err := bt.read(p.Value); err != nil {
		return b, err
	}
	if c.opt.Limits != nil {
		bt.bills = make([]limits.Bill, len(bt.ops))
		for i := range bt.bills {
			bt.bills[i].Open(c.opt.Limits, x.call.Now)
		}
	}
	headers, _ := x.param.find("include_headers")
	bt.bare = headers.Value == "false" || headers.Value == "0" // [doc batch-requests]
	for bt.next < len(bt.ops) {
		if late(ctx.Err()) {
			bt.leave()
		} else if bt.alone || bt.ops[bt.next].Method != "GET" {
			bt.alone = false
			_ = c.operate(ctx, bt, nil) // alone it always answers
		} else if err := c.readTogether(ctx, bt); err != nil {
			c.failRest(bt, err)
		}
	}
	c.tell(bt)
	x.call.Ladder.Pass(journal.Project, "")
	return append(bt.out, ']'), nil
}

// openBatch lets a batch in by its token, or by the app that batch_app_id names, whose
// operations bring their own then. [code ANDROID]
func (c *Core) openBatch(ctx context.Context, x *exchange) error {
	if err := c.credentials(x); err != nil {
		return err
	}
	if id, named := x.param.find("batch_app_id"); named && x.call.Cred.Text() == "" {
		return c.opt.Engine.AdmitApp(ctx, &x.call, single(id))
	}
	return c.opt.Engine.Admit(ctx, &x.call)
}

// read takes the list apart and settles who depends on whom.
func (bt *batch) read(text string) error {
	if err := bt.list(text); err != nil {
		return err
	}
	var names map[label]int
	for i := range bt.ops {
		op := &bt.ops[i]
		if op.Method = strings.ToUpper(op.Method); op.Method == "" {
			op.Method = "GET" // [guess]
		}
		var err error
		if op.files, err = bt.attached(op.Files); err != nil {
			return err
		}
		for _, name := range op.needed() {
			at, ok := names[name]
			if !ok {
				return graph.ErrBatchName.Args(strconv.Itoa(i), string(name))
			}
			op.needs = append(op.needs, at)
			bt.ops[at].used = true
		}
		if op.Name != "" {
			if names == nil {
				names = map[label]int{}
			}
			names[op.Name] = i
		}
	}
	return nil
}

// attached finds files that came beside the list. An operation may have a share in
// one with others. [doc batch-requests]
func (bt *batch) attached(names string) (files []graph.Param, err error) {
	if names == "" {
		return nil, nil
	}
	for name := range strings.SplitSeq(names, ",") {
		name = strings.TrimSpace(name)
		p, _ := bt.x.param.find(name)
		if p.File == nil {
			return nil, graph.ErrBatchFile.Args(name)
		}
		if len(files) < maxParts {
			files = append(files, p)
		}
	}
	return files, nil
}

// list reads the operations. They are counted before anything of them is read; what is
// wrong with one is an error of its own.
func (bt *batch) list(text string) error {
	raw, err := elements([]byte(text), maxBatch)
	switch {
	case errors.Is(err, errMany):
		return graph.ErrBatchSize
	case err != nil:
		return graph.ErrBatchList.With(err)
	}
	bt.ops = make([]operation, 0, len(raw))
	if bt.quickly(raw) || json.Unmarshal([]byte(text), &bt.ops) == nil && len(bt.ops) == len(raw) {
		return nil
	}
	bt.ops = make([]operation, len(raw))
	for i, one := range raw {
		if bt.ops[i], err = patiently(graph.LooseJSON(one)); err != nil {
			return graph.ErrBatchList.With(err)
		}
	}
	return nil
}

// patiently reads an operation that may have lists of one where a text belongs. [guess]
// The error is of what is no JSON at all.
func patiently(text []byte) (op operation, err error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		if !json.Valid(text) {
			return op, err
		}
		return operation{wrong: graph.ErrBadParam.With(err)}, nil
	}
	for name, value := range members {
		var list []json.RawMessage
		if name != "headers" && json.Unmarshal(value, &list) == nil && len(list) == 1 {
			members[name] = list[0]
		}
	}
	if text, err = json.Marshal(members); err != nil {
		return op, err
	}
	if err := json.Unmarshal(text, &op); err != nil {
		return operation{wrong: graph.ErrBadParam.With(err)}, nil
	}
	return op, nil
}

// readTogether does the reads that come next, up to a write.
func (c *Core) readTogether(ctx context.Context, bt *batch) error {
	mark := *bt
	err := c.opt.Engine.Together(ctx, func(g *engine.Glance) error {
		*bt = mark
		for bt.next < len(bt.ops) && bt.ops[bt.next].Method == "GET" {
			err := c.operate(ctx, bt, g)
			if errors.Is(err, engine.ErrWrite) {
				bt.alone = true
				return nil
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		*bt = mark
	}
	return err
}

// operate does the next operation and writes its answer. The error is one that
// is no answer: among reads that share a state, whatever the client is not told.
func (c *Core) operate(ctx context.Context, bt *batch, g *engine.Glance) error {
	op := &bt.ops[bt.next]
	for _, i := range op.needs {
		if !bt.good[i] { // what it depends on failed [doc]
			bt.leave()
			return nil
		}
	}
	y := c.pool.Get().(*exchange)
	defer c.release(y)
	y.outer, y.glance, y.ids = bt.x, g, c.trace.next()
	y.call.Now, y.call.Spent, y.call.Served = bt.x.call.Now, bt.spent, bt.x.call.Served
	if bt.bills != nil {
		y.call.Bill = &bt.bills[bt.next]
	}
	y.in, y.files = op.request(bt.x.in), op.files
	body := bt.body[:0]
	err := op.wrong
	if err == nil {
		err = bt.resolve(op, y.in)
	}
	if err == nil {
		body, err = c.answer(ctx, y, body)
	}
	if _, told := errors.AsType[*graph.Error](err); g != nil && err != nil && !told {
		return err
	}
	if late(err) {
		bt.leave()
		return nil
	}
	y.call.Bill.Settle(y.call.Spent.Nodes-bt.spent.Nodes, y.call.Spent.Bytes-bt.spent.Bytes)
	bt.spent, bt.body = y.call.Spent, body
	c.enter(bt, y, op, body, err)
	return nil
}

// late reports whether an operation was not done for want of time. One that may have
// happened is none of those.
func late(err error) bool { return errors.Is(err, context.DeadlineExceeded) }

// leave says nothing of the next operation: it was not done, and may be asked again.
// [doc batch-requests]
func (bt *batch) leave() {
	bt.out = append(bt.separate(), "null"...)
	bt.next++
}

// failRest gives every read up to the next write the same error.
func (c *Core) failRest(bt *batch, err error) {
	for bt.next < len(bt.ops) && bt.ops[bt.next].Method == "GET" {
		if late(err) {
			bt.leave()
			continue
		}
		y := c.pool.Get().(*exchange)
		y.outer, y.ids = bt.x, c.trace.next()
		y.call.Now, y.call.Served = bt.x.call.Now, bt.x.call.Served
		op := &bt.ops[bt.next]
		y.in = op.request(bt.x.in)
		c.enter(bt, y, op, nil, err)
		c.release(y)
	}
}

// release forgets a call and keeps its memory for another.
func (c *Core) release(x *exchange) {
	*x = exchange{path: x.path[:0]}
	c.pool.Put(x)
}

// unquote reads a JSON string.
func unquote(text []byte) string {
	var s string
	_ = json.Unmarshal(text, &s) // it was read before, as part of the list
	return s
}
