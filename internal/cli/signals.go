package cli

import (
	"os"
	"os/signal"
	"sync"
)

// A watch takes the signals that are for a program, from before it runs until it
// is gone.
type watch struct {
	got  chan os.Signal
	done chan struct{}
	busy sync.WaitGroup
}

func watchSignals() *watch {
	w := &watch{got: make(chan os.Signal, 16), done: make(chan struct{})}
	signal.Notify(w.got, passed()...)
	return w
}

// early is a signal that came before the program began, or nil.
func (w *watch) early() os.Signal {
	select {
	case sig := <-w.got:
		return sig
	default:
		return nil
	}
}

// passTo hands the signals on, also when the program does not end by them.
func (w *watch) passTo(p *os.Process) {
	w.busy.Go(func() {
		for {
			select {
			case sig := <-w.got:
				if !typed(sig) {
					_ = p.Signal(sig)
				}
			case <-w.done:
				return
			}
		}
	})
}

func (w *watch) stop() {
	signal.Stop(w.got)
	close(w.done)
	w.busy.Wait()
}
