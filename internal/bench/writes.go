package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

// A folded is three rows of the same write: by one client, by many, and how many times
// more those do together.
type folded struct {
	one, many, gain string
	note            string
	write           ask
}

// writes has people block their Pages and take them back, and write to them, in this
// process, each write durable before the next of its client begins.
func (l *lab) writes(ctx context.Context) error {
	small, err := l.smallPlace(ctx)
	if err != nil {
		return err
	}
	p, err := small.copyTo(l.path("writes"))
	if err != nil {
		return err
	}
	g, err := l.opt.Open(ctx, p.database(), []byte(master))
	if err != nil {
		return err
	}
	defer g.Close()
	defer l.opt.Tune()()
	people := uint64(len(p.crowd.PSIDs))
	rows := []folded{
		{writesOne, writesMany, writesGain, "people block Pages and take them back, in process: contact and history", func(n uint64) error {
			i, again := int(n*stride%people), n/people%2 == 1
			return g.Block(ctx, p.crowd.Handle(i), p.crowd.PageHandle(i), !again)
		}},
		{messageWritesOne, messageWritesMany, messageWritesGain, "messages to Pages, in process: conversation, contact and history", func(n uint64) error {
			i := int(n * stride % people)
			return g.Act(ctx, p.crowd.Handle(i), p.crowd.PageHandle(i))
		}},
	}
	for i := range rows {
		if err := l.folded(ctx, &rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// folded measures the rows of one write.
func (l *lab) folded(ctx context.Context, g *folded) error {
	together := make([]ask, clients)
	for i := range together {
		together[i] = g.write
	}
	one, many := 200, 3000
	if l.opt.Quick {
		one, many = 50, 500
	}
	var ones, manys, gains []float64
	next := uint64(0)
	for range l.opt.Rounds {
		a, err := drive(ctx, []ask{g.write}, next, one)
		if err != nil {
			return err
		}
		b, err := drive(ctx, together, next+uint64(one), many)
		if err != nil {
			return err
		}
		next += uint64(one + many)
		ones, manys = append(ones, a.throughput), append(manys, b.throughput)
		gains = append(gains, b.throughput/a.throughput)
	}
	l.set(g.one, g.note, ones...)
	l.set(g.many, "the same", manys...)
	l.set(g.gain, "group commit", gains...)
	return nil
}

// imports brings an export of a crowd into new databases.
func (l *lab) imports(ctx context.Context) error {
	people := 20_000
	if l.opt.Quick {
		people = 5000
	}
	lines, err := l.export(ctx, people)
	if err != nil {
		return err
	}
	var speeds, sizes []float64
	for r := range l.opt.Rounds {
		path := l.path("import-" + strconv.Itoa(r) + ".db")
		speed, err := l.importOnce(ctx, path, lines, people)
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		speeds, sizes = append(speeds, speed), append(sizes, float64(info.Size())/float64(people))
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	note := fmt.Sprintf("%d people, JSON Lines: profile, handle, PSID, one contact", people)
	l.set(importSpeed, note, speeds...)
	l.set(importBytes, note, sizes...)
	return nil
}

// export is the crowd as JSON Lines.
func (l *lab) export(ctx context.Context, people int) ([]byte, error) {
	g, err := l.opt.Open(ctx, "", []byte(master))
	if err != nil {
		return nil, err
	}
	defer g.Close()
	if _, err := Populate(ctx, g.DB, g.Keys, Size{People: people, Pages: pages}, nil); err != nil {
		return nil, err
	}
	var lines bytes.Buffer
	err = g.Export(ctx, &lines)
	return lines.Bytes(), err
}

// importOnce imports into a new file and returns people a second; the time
// ends when the file is closed.
func (l *lab) importOnce(ctx context.Context, path string, lines []byte, people int) (float64, error) {
	g, err := l.opt.Open(ctx, path, []byte(master))
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	err = g.Import(ctx, io.NewSectionReader(bytes.NewReader(lines), 0, int64(len(lines))))
	if cerr := g.Close(); err == nil {
		err = cerr
	}
	return float64(people) / time.Since(begin).Seconds(), err
}
