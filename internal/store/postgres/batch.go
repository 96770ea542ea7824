package postgres

import (
	"context"

	"github.com/jackc/pgx/v5/pgconn"
)

// A batch is statements that are sent in one piece, with one Sync behind.
type batch struct {
	arena
	queries []query
}

// A query is one statement of a batch; each, if set, gets its rows, which are
// valid during the call only.
type query struct {
	st   *statement
	args [][]byte
	each func(*row)
}

func (b *batch) add(st *statement, each func(*row), args ...[]byte) {
	b.queries = append(b.queries, query{st, args, each})
}

// run sends the batch and reads all answers. It reports how many statements
// were done before the first that failed. A context that ends cuts the
// connection.
func (c *conn) run(ctx context.Context, b *batch) (done int, err error) {
	c.doubt = ""
	p := c.pg.StartPipeline(ctx)
	named := c.send(p, b)
	if err := p.Sync(); err != nil {
		return 0, err
	}
	for i := range b.queries {
		if named[i] {
			if err = c.learn(p, b.queries[i].st); err != nil {
				break
			}
		}
		if err = c.answer(p, &b.queries[i]); err != nil {
			break
		}
		done++
	}
	if end := p.Close(); err == nil {
		err = end
	}
	return done, err
}

// send queues the statements; it reports which of them are given their name in
// this batch.
func (c *conn) send(p *pgconn.Pipeline, b *batch) (named []bool) {
	named = make([]bool, len(b.queries))
	format := []int16{1} // everything in binary
	var fresh map[*statement]bool
	for i := range b.queries {
		q := &b.queries[i]
		known := c.known[q.st]
		switch {
		case c.simple:
			p.SendQueryParams(q.st.text, q.args, q.st.oids, format, format)
			continue
		case known != nil:
			p.SendQueryStatement(known, q.args, format, format)
			continue
		case !fresh[q.st]:
			p.SendPrepare(q.st.name, q.st.text, q.st.oids)
			named[i] = true
			if fresh == nil {
				fresh = map[*statement]bool{}
			}
			fresh[q.st] = true
		}
		p.SendQueryPrepared(q.st.name, q.args, format, format)
	}
	return named
}

// learn reads the answer to a Prepare.
func (c *conn) learn(p *pgconn.Pipeline, st *statement) error {
	got, err := p.GetResults()
	if err != nil {
		return err
	}
	sd, ok := got.(*pgconn.StatementDescription)
	if !ok {
		return errProtocol
	}
	sd.Name = st.name
	c.known[st] = sd
	return nil
}

// answer reads the rows of one statement.
func (c *conn) answer(p *pgconn.Pipeline, q *query) error {
	got, err := p.GetResults()
	if err != nil {
		return err
	}
	rows, ok := got.(*pgconn.ResultReader)
	if !ok {
		return errProtocol
	}
	var r row
	for rows.NextRow() {
		if r.cols = rows.Values(); q.each != nil {
			q.each(&r)
		}
	}
	tag, err := rows.Close()
	c.tag = tag.String()
	if err == nil {
		err = r.err
	}
	return err
}
