package world

import (
	"context"
	"runtime"
	"sync"
)

// inOrder makes n things by several goroutines, which all have ended when it
// returns, and hands them out in order. Only a few wait to be taken.
func inOrder[T any](ctx context.Context, n int, produce func(i int) (T, error), take func(T) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	defer wait.Wait()
	defer cancel()
	type result struct {
		v   T
		err error
	}
	workers := min(max(runtime.GOMAXPROCS(0), 1), 8)
	waiting := make(chan chan result, workers)
	free := make(chan struct{}, workers)
	wait.Go(func() {
		defer close(waiting)
		for i := range n {
			out := make(chan result, 1)
			select {
			case waiting <- out:
			case <-ctx.Done():
				return
			}
			select {
			case free <- struct{}{}:
			case <-ctx.Done():
				return
			}
			wait.Go(func() {
				v, err := produce(i)
				out <- result{v, err} // has room for it
				<-free
			})
		}
	})
	for out := range waiting {
		select {
		case r := <-out:
			if r.err != nil {
				return r.err
			}
			if err := take(r.v); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}
