package world

import (
	"context"
	"runtime"
	"sync"
)

// A result is what became of one line of people or tombstones.
type result struct {
	n    int
	size int // of the line
	l    *line
	d    *draft // of a person
	err  error
}

// batchLines is how many lines go to a worker at a time, at most, and batchBytes
// after how many bytes they go.
const (
	batchLines = 256
	batchBytes = 64 << 10
)

type batch struct {
	lines [][]byte
	nums  []int
	size  int
	out   chan []result
}

// parallel parses the lines from number from on by several goroutines, which all
// have ended when it returns, and hands out what became of them in order.
func (s *source) parallel(ctx context.Context, from int, parse func(n int, data []byte) result, take func([]result) error) error {
	ctx, cancel := context.WithCancel(ctx)
	workers := min(max(runtime.GOMAXPROCS(0), 1), 8)
	jobs, order := make(chan *batch), make(chan *batch, 2*workers)
	var wait sync.WaitGroup
	defer wait.Wait()
	defer cancel()
	for range workers {
		wait.Go(func() {
			for b := range jobs {
				out := make([]result, len(b.lines))
				for i, data := range b.lines {
					out[i] = parse(b.nums[i], data)
				}
				b.out <- out // has room for it
			}
		})
	}
	var readErr error // read after order is closed
	wait.Go(func() {
		defer close(order)
		defer close(jobs)
		readErr = s.batches(from, func(b *batch) error {
			for _, to := range []chan *batch{order, jobs} {
				select {
				case to <- b:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
	})
	for b := range order {
		select {
		case out := <-b.out:
			if err := take(out); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return readErr
}

// batches copies lines together.
func (s *source) batches(from int, f func(*batch) error) error {
	b := &batch{}
	send := func() error {
		full := b
		full.out = make(chan []result, 1)
		b = &batch{}
		return f(full)
	}
	err := s.each(func(n int, data []byte) error {
		if n < from {
			return nil
		}
		b.lines, b.nums = append(b.lines, append([]byte(nil), data...)), append(b.nums, n)
		if b.size += len(data); len(b.lines) < batchLines && b.size < batchBytes {
			return nil
		}
		return send()
	})
	if len(b.lines) > 0 {
		if last := send(); last != nil {
			return last
		}
	}
	return err
}
