//go:build unix

package failover

import (
	"slices"
	"syscall"
	"testing"
	"time"
)

const (
	// resumeWithin is how long nodes may need after there is a new leader, and
	// moveWithin how long there may be none. Both are patience: what it took is
	// logged.
	resumeWithin = 90 * time.Second
	moveWithin   = 3 * time.Minute
	// standstill is how long a leader stands still: longer than its key lives.
	standstill = 40 * time.Second
)

// TestLeadersDieAndReturn is T-AVL-04 and T-CON-11 on a replicated database.
// Three nodes work while the leader is killed, and again while the next leader
// stands still together with the node that is nearest to it. When both go on,
// the leader is none any more and does not know it.
func TestLeadersDieAndReturn(t *testing.T) {
	asked(t)
	t.Parallel() // it waits most of the time
	f := openFleet(t)
	w := f.town(build(t))
	l := w.newLoad()
	l.pause = 10 * time.Millisecond // there is more on these processors than the load
	l.run(3)
	l.reach(1000)

	first := f.anyLeader()
	t.Logf("kill -9 of %s", first.name)
	begin := time.Now()
	signalAll(first.processes(), syscall.SIGKILL)
	second := f.awaitLeader(first, moveWithin)
	t.Logf("%s leads after %v", second.name, time.Since(begin).Round(time.Millisecond))
	t.Logf("all nodes answer %v later", l.awaitAnswers(resumeWithin, l.nodes...).Round(time.Millisecond))
	<-first.patroni.ended
	f.start(first)
	f.await("the killed host to follow", moveWithin, func() bool { return f.healthy(members) })

	blind := l.standStill(f, f.anyLeader())
	l.finish()
	l.caught(t, "fence off", blind.ops)
}

// town starts a node for each host, with that host first in its DSN.
func (f *fleet) town(w *town) *town {
	f.Helper()
	f.createDB("kith")
	var dsns []string
	for i := range f.hosts {
		dsns = append(dsns, f.dsn(i, "kith"))
	}
	w.open(people(), dsns...)
	return w
}

// standStill stops a leader and its node, and lets them go on after others have
// taken over: first PostgreSQL and the node, a while later Patroni, which ends
// what is left of the old leader. Beside the node stands a witness without the
// fence, which has to believe what the others must not.
func (l *load) standStill(f *fleet, old *host) (blind *load) {
	l.Helper()
	i := slices.Index(f.hosts, old)
	near := l.nodes[i]
	others := slices.DeleteFunc(slices.Clone(l.nodes), func(n *node) bool { return n == near })
	blind = l.witness()
	seer := l.start(len(l.nodes), f.dsn(i, "kith"), "--fence", "0s")
	l.settle(others[0])
	blind.stare(seer, time.Second)
	patroni, database := []int{old.patroni.cmd.Process.Pid}, old.postgres()
	l.Logf("%s and node %d stand still", old.name, near.number)
	begin := time.Now()
	signalAll(patroni, syscall.SIGSTOP)
	signalAll(database, syscall.SIGSTOP)
	for _, n := range []*node{near, seer} {
		n.signal(l.T, syscall.SIGSTOP)
	}
	next := f.awaitLeader(old, moveWithin)
	l.Logf("%s leads after %v", next.name, time.Since(begin).Round(time.Millisecond))
	l.Logf("the other nodes answer %v later", l.awaitAnswers(resumeWithin, others...).Round(time.Millisecond))
	time.Sleep(standstill - time.Since(begin))
	l.withdraw(others[0])
	signalAll(database, syscall.SIGCONT)
	for _, n := range []*node{near, seer} {
		n.signal(l.T, syscall.SIGCONT)
	}
	blind.stare(seer, zombieLife/4)
	l.stare(near, zombieLife)
	signalAll(patroni, syscall.SIGCONT)
	l.Logf("node %d answers %v after its database lost the lead for good", near.number, l.awaitAnswers(resumeWithin, near).Round(time.Millisecond))
	return blind
}

// zombieLife is how long the old leader runs on before its Patroni does.
const zombieLife = 4 * time.Second

// witness is a load whose reads nobody has to believe: they come from a node
// with a planted bug.
func (l *load) witness() *load {
	w := &load{town: l.town, history: newHistory(), psids: l.psids, stable: l.stable, pictures: map[int]string{}}
	w.clock = l.clock
	return w
}

// settle lets those whom only the test touches consent.
func (l *load) settle(n *node) {
	l.Helper()
	for key := range still {
		await(l.T, "a grant to be acknowledged", resumeWithin, func() bool { return l.act(n, move{firstStill + key, 'm'}) })
	}
}

// withdraw takes back the consent of everybody who stays, so that an old leader
// or an old cache has profiles to show that nobody may see. That of those who
// are still it takes back for certain, and nobody gives it again.
func (l *load) withdraw(n *node) {
	l.Helper()
	for key := range lasting {
		l.act(n, move{key, 'w'})
	}
	for key := range still {
		await(l.T, "a withdrawal to be acknowledged", resumeWithin, func() bool { return l.act(n, move{firstStill + key, 'w'}) })
	}
}

// stare reads everybody who stays through a node again and again.
func (l *load) stare(n *node, d time.Duration) {
	answers, shown := 0, l.shown()
	for begin := time.Now(); time.Since(begin) < d; {
		for key := range still {
			if l.look(n, firstStill+key, l.stable) {
				answers++
			}
		}
		for key := range lasting {
			if l.look(n, key, l.stable) {
				answers++
			}
		}
	}
	l.Logf("node %d gave %d answers to this, %d profiles were shown meanwhile", n.number, answers, l.shown()-shown)
}
