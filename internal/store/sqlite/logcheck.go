package sqlite

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
)

// Layout of a write-ahead log. [doc sqlite.org/walformat.html]
const (
	walMagic       = 0x377f0682 // the lowest bit says that checksums are big-endian
	atWalPageSize  = 8
	atWalChecksum  = 24
	walFrameHeader = 24
	atFrameCommit  = 4
	atFrameSalts   = 8
	atFrameSum     = 16
)

// A walSum is the running checksum of a log.
type walSum [2]uint32

func (s walSum) add(order binary.ByteOrder, b []byte) walSum {
	for ; len(b) >= 8; b = b[8:] {
		s[0] += order.Uint32(b) + s[1]
		s[1] += order.Uint32(b[4:]) + s[0]
	}
	return s
}

func sumAt(b []byte) walSum {
	return walSum{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}

// damagedLog reports whether a log is broken before its end. SQLite stops at
// the first frame whose checksum is wrong and drops the rest, which is right
// for a commit that a crash has cut: that one was not acknowledged. But each
// commit is synced before the next one begins. So if two commits follow a wrong
// frame, by the checksums in their own frames, then what is wrong was whole
// once, and dropping the rest would lose acknowledged changes. Damage to the
// very last commit cannot be told from a cut.
func damagedLog(path string, pageSize int64) (bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<20)
	head := make([]byte, walHeader)
	if _, err := io.ReadFull(in, head); err != nil {
		return false, ignoreEOF(err)
	}
	w := &walWalk{in: in, frame: make([]byte, walFrameHeader+pageSize), next: make([]byte, walFrameHeader+pageSize)}
	if order, sum, ok := readWalHeader(head, pageSize); ok {
		w.order, w.sum, w.salts = order, sum, sumAt(head[atSalts:])
		return w.damaged(2)
	}
	// No commit is written before its header is synced: one is enough. The
	// byte order is that of the magic, or of this machine.
	w.order, w.blind = binary.ByteOrder(binary.LittleEndian), true
	if head[3]&1 == 1 {
		w.order = binary.BigEndian
	}
	return w.damaged(1)
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

func readWalHeader(b []byte, pageSize int64) (order binary.ByteOrder, sum walSum, ok bool) {
	magic := binary.BigEndian.Uint32(b)
	order = binary.LittleEndian
	if magic&1 == 1 {
		order = binary.BigEndian
	}
	sum = walSum{}.add(order, b[:atWalChecksum])
	return order, sum, magic&^1 == walMagic && sum == sumAt(b[atWalChecksum:]) &&
		int64(binary.BigEndian.Uint32(b[atWalPageSize:])) == pageSize
}

// A walWalk goes through the frames of a log.
type walWalk struct {
	in          *bufio.Reader
	order       binary.ByteOrder
	sum         walSum
	salts       walSum
	blind       bool // the header is wrong: nothing is known before the first frame
	frame, next []byte
}

// damaged walks to the first wrong frame and reports whether enough commits
// follow it.
func (w *walWalk) damaged(enough int) (bool, error) {
	for {
		if _, err := io.ReadFull(w.in, w.frame); err != nil {
			return false, ignoreEOF(err)
		}
		if w.blind {
			w.salts = sumAt(w.frame[atFrameSalts:])
			break
		}
		sum := w.of(w.sum, w.frame)
		if sumAt(w.frame[atFrameSalts:]) != w.salts || sum != sumAt(w.frame[atFrameSum:]) {
			break
		}
		w.sum = sum
	}
	return w.chained(enough)
}

// of is the checksum a frame should have after one with sum.
func (w *walWalk) of(sum walSum, frame []byte) walSum {
	return sum.add(w.order, frame[:atFrameSalts]).add(w.order, frame[walFrameHeader:])
}

// chained counts the commits from the wrong frame on whose frames follow each
// other by their own checksums. The wrong frame counts if the next one follows
// it, by the checksum it carries or by the one its content has.
func (w *walWalk) chained(enough int) (bool, error) {
	commits, first := 0, true
	for {
		if _, err := io.ReadFull(w.in, w.next); err != nil {
			return false, ignoreEOF(err)
		}
		stored := sumAt(w.next[atFrameSum:])
		follows := stored == w.of(sumAt(w.frame[atFrameSum:]), w.next) || first && stored == w.of(w.of(w.sum, w.frame), w.next)
		if !follows || sumAt(w.next[atFrameSalts:]) != w.salts {
			return false, nil
		}
		if first && isCommit(w.frame) {
			commits++
		}
		if isCommit(w.next) {
			commits++
		}
		if commits >= enough {
			return true, nil
		}
		w.frame, w.next, first = w.next, w.frame, false
	}
}

func isCommit(frame []byte) bool { return binary.BigEndian.Uint32(frame[atFrameCommit:]) != 0 }
