package pgproxy

import "sync"

// A reply is what the server still owes for one message sent to it.
type reply struct {
	to      byte   // type of the message: P B D E C S Q, or 0 for the start
	commit  bool   // it may commit
	swallow bool   // the client did not ask for it
	code    string // if set, the client gets this error instead
}

// ends is true if a message of the server is the last of the reply.
func (r reply) ends(typ byte) bool {
	switch r.to {
	case 'P':
		return typ == '1'
	case 'B':
		return typ == '2'
	case 'D':
		return typ == 'T' || typ == 'n'
	case 'E':
		return typ == 'C' || typ == 'I' || typ == 's'
	case 'C':
		return typ == '3'
	default: // Sync, Query, start
		return typ == 'Z'
	}
}

// closes is true for messages that the server answers even after an error.
func (r reply) closes() bool { return r.to == 'S' || r.to == 'Q' || r.to == 0 }

// replies are owed in the order of the messages. After an error nothing is
// owed for what follows, up to the next Sync.
type replies struct {
	mu       sync.Mutex
	owed     []reply
	skipping bool
}

func (q *replies) push(r reply) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.skipping && !r.closes() {
		return
	}
	q.skipping = false
	q.owed = append(q.owed, r)
}

// head is the reply that is under way.
func (q *replies) head() reply {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.owed) == 0 {
		return reply{to: 0}
	}
	return q.owed[0]
}

func (q *replies) pop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.owed) > 0 {
		q.owed = q.owed[1:]
	}
}

// fail drops what is no longer owed after an error.
func (q *replies) fail() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.owed) > 0 && !q.owed[0].closes() {
		q.owed = q.owed[1:]
	}
	q.skipping = len(q.owed) == 0
}
