package bench

import (
	"errors"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"
)

// processors is a set of them as the kernel takes it.
type processors [16]uint64

func (p *processors) has(n int) bool { return p[n/64]>>(n%64)&1 == 1 }
func (p *processors) add(n int)      { p[n/64] |= 1 << (n % 64) }

// allowed are the processors of a thread; zero is the one that asks.
func allowed(thread int) (p processors, err error) {
	return p, p.call(syscall.SYS_SCHED_GETAFFINITY, thread)
}

// confine keeps a thread on p.
func (p *processors) confine(thread int) error { return p.call(syscall.SYS_SCHED_SETAFFINITY, thread) }

func (p *processors) call(trap uintptr, thread int) error {
	if _, _, errno := syscall.RawSyscall(trap, uintptr(thread), unsafe.Sizeof(*p), uintptr(unsafe.Pointer(p))); errno != 0 {
		return errno
	}
	return nil
}

// split gives the first half of all to the load and the rest to the servers.
func split(all *processors, of int) (load, servers processors) {
	n := 0
	for i := range len(all) * 64 {
		switch {
		case !all.has(i):
			continue
		case n < of/2:
			load.add(i)
		default:
			servers.add(i)
		}
		n++
	}
	return load, servers
}

// halve keeps this process on one half of its processors and what begin starts
// on the other, until together is called.
func halve() (begin func(start func() error) error, together func(), err error) {
	n := runtime.NumCPU()
	if n < 2 {
		return nil, nil, errors.New("there is one")
	}
	all, err := allowed(0)
	if err != nil {
		return nil, nil, err
	}
	load, servers := split(&all, n)
	before := runtime.GOMAXPROCS(n / 2)
	everyThread(&load)
	begin = func(start func() error) error {
		runtime.LockOSThread() // a process gets the processors of the thread that starts it
		defer runtime.UnlockOSThread()
		if err := servers.confine(0); err != nil {
			return err
		}
		return errors.Join(start(), load.confine(0))
	}
	return begin, func() {
		everyThread(&all)
		runtime.GOMAXPROCS(before)
	}, nil
}

// everyThread confines the threads of this process; those to come follow the
// ones that make them.
func everyThread(to *processors) {
	threads, _ := os.ReadDir("/proc/self/task")
	for _, t := range threads {
		if id, err := strconv.Atoi(t.Name()); err == nil {
			_ = to.confine(id) // it may have ended
		}
	}
}
