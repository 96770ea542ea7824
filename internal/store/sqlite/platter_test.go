package sqlite

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sector is what a disk writes whole or not at all.
const sector = 512

// A platter is a folder on a disk that keeps what was synced and, of all else,
// whatever a power cut happens to leave: each sector as it was at some moment
// since the last sync, in any order, names and lengths likewise. A sync that
// failed made nothing durable, and no later sync does that for the sectors it
// was to cover unless they are written again.
type platter struct {
	dir     string
	names   map[string]*inode // as the process sees them
	durable map[string]*inode // as they were when the folder was synced
	pending []func(map[string]*inode)
	clock   int // counts writes
}

// An inode is one file: its bytes as the process sees them, and its sectors
// that may be lost.
type inode struct {
	data  []byte
	size  int64 // synced length
	sizes []version
	dirty map[int64]*dirtySector
}

type dirtySector struct {
	synced   []byte // nil for a hole
	versions []version
	lost     bool // a sync that was to cover it has failed
}

// A version of a sector or a length, and the write it came from.
type version struct {
	clock int
	bytes []byte
	size  int64
}

func newPlatter(dir string) *platter {
	return &platter{dir: dir, names: map[string]*inode{}, durable: map[string]*inode{}}
}

// apply has the platter undergo a call that has begun and, if ended, ended.
func (p *platter) apply(c *call, ended bool) error {
	name, inside := p.name(c.path)
	if !inside || c.failed && ended && c.name != "fsync" && c.name != "fdatasync" {
		return nil
	}
	ino := p.names[name]
	switch c.name {
	case "open":
		if strings.Contains(c.flags, "O_TRUNC") {
			return fmt.Errorf("%s is truncated as it is opened, which this disk does not know", name)
		}
		if ino == nil && strings.Contains(c.flags, "O_CREAT") {
			fresh := &inode{dirty: map[int64]*dirtySector{}}
			p.rename(func(names map[string]*inode) { names[name] = fresh })
		}
	case "unlink":
		if ino != nil {
			p.rename(func(names map[string]*inode) { delete(names, name) })
		}
	case "rename":
		if to, ok := p.name(c.to); ok && ino != nil {
			p.rename(func(names map[string]*inode) { delete(names, name); names[to] = ino })
		}
	case "pwrite64":
		if ino != nil {
			p.clock++
			ino.write(c.data, c.off, p.clock)
		}
	case "ftruncate":
		if ino != nil {
			p.clock++
			ino.truncate(c.off, p.clock)
		}
	case "fsync", "fdatasync":
		if ended {
			p.sync(name, ino, c.failed)
		}
	}
	return nil
}

// name is what a path is called in the folder; the folder itself is "".
func (p *platter) name(path string) (name string, inside bool) {
	if path == p.dir {
		return "", true
	}
	name, inside = strings.CutPrefix(path, p.dir+"/")
	return name, inside && !strings.Contains(name, "/")
}

// rename changes names, durably only with the next sync of the folder.
func (p *platter) rename(change func(map[string]*inode)) {
	change(p.names)
	p.pending = append(p.pending, change)
}

func (p *platter) sync(name string, ino *inode, failed bool) {
	switch {
	case name == "" && !failed:
		p.durable, p.pending = maps.Clone(p.names), nil
	case ino != nil:
		ino.sync(failed)
	}
}

func (i *inode) sync(failed bool) {
	for at, d := range i.dirty {
		switch {
		case failed:
			d.lost = true
		case !d.lost:
			delete(i.dirty, at)
		}
	}
	if !failed {
		i.size, i.sizes = int64(len(i.data)), nil
	}
}

func (i *inode) write(b []byte, off int64, clock int) {
	i.resize(max(int64(len(i.data)), off+int64(len(b))), clock)
	for at := off / sector; at*sector < off+int64(len(b)); at++ {
		d := i.sector(at)
		d.lost = false
		lo, hi := max(at*sector, off), min((at+1)*sector, off+int64(len(b)))
		copy(i.data[lo:hi], b[lo-off:hi-off])
		d.versions = append(d.versions, version{clock: clock, bytes: slices.Clone(i.at(at))})
	}
}

func (i *inode) truncate(size int64, clock int) {
	i.resize(size, clock)
	if size%sector != 0 { // the rest of its last sector reads as zeros
		d := i.sector(size / sector)
		d.versions = append(d.versions, version{clock: clock, bytes: slices.Clone(i.at(size / sector))})
	}
}

func (i *inode) resize(size int64, clock int) {
	if size == int64(len(i.data)) {
		return
	}
	i.sizes = append(i.sizes, version{clock: clock, size: size})
	if size < int64(len(i.data)) {
		i.data = i.data[:size:size]
		return
	}
	i.data = append(i.data, make([]byte, size-int64(len(i.data)))...)
}

// sector makes a sector dirty, remembering what is synced of it.
func (i *inode) sector(at int64) *dirtySector {
	d := i.dirty[at]
	if d == nil {
		d = &dirtySector{}
		if at*sector < i.size {
			d.synced = slices.Clone(i.at(at))
		}
		i.dirty[at] = d
	}
	return d
}

func (i *inode) at(at int64) []byte {
	return i.data[min(at*sector, int64(len(i.data))):min((at+1)*sector, int64(len(i.data)))]
}

// A mood is how a power cut chooses among the versions of a thing; a version
// of clock 0 is what was synced.
type mood func(rng *rand.Rand, from, to int) func(clock int) bool

// moods: each returns which writes reached the disk, of those from to to.
var moods = [...]mood{
	// nothing but what was synced
	func(*rand.Rand, int, int) func(int) bool { return func(int) bool { return false } },
	// everything
	func(*rand.Rand, int, int) func(int) bool { return func(int) bool { return true } },
	// the first few writes, the last of them torn
	func(rng *rand.Rand, from, to int) func(int) bool {
		last := from + rng.IntN(to-from+1)
		return func(clock int) bool { return clock < last || clock == last && rng.IntN(2) == 0 }
	},
	// the last few writes, the first of them torn
	func(rng *rand.Rand, from, to int) func(int) bool {
		first := from + rng.IntN(to-from+1)
		return func(clock int) bool { return clock > first || clock == first && rng.IntN(2) == 0 }
	},
	// some writes whole, others not at all
	func(rng *rand.Rand, _, _ int) func(int) bool {
		there := map[int]bool{}
		return func(clock int) bool {
			if _, known := there[clock]; !known {
				there[clock] = rng.IntN(2) == 0
			}
			return there[clock]
		}
	},
	// each sector for itself, mostly there or mostly not
	func(rng *rand.Rand, _, _ int) func(int) bool {
		odds := []int{1, 5, 9}[rng.IntN(3)]
		return func(int) bool { return rng.IntN(10) < odds }
	},
}

// leave writes what a power cut leaves of the platter into a folder.
func (p *platter) leave(to string, seed uint64) error {
	rng := rand.New(rand.NewPCG(seed, 1))
	reached := moods[seed%uint64(len(moods))](rng, p.oldest(), p.clock)
	names := maps.Clone(p.durable)
	for _, change := range p.pending[:rng.IntN(len(p.pending)+1)] {
		change(names)
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if err := os.WriteFile(filepath.Join(to, name), names[name].left(reached), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// oldest is the first write that is not synced.
func (p *platter) oldest() int {
	first := p.clock
	for _, ino := range p.names {
		for _, d := range ino.dirty {
			first = min(first, d.versions[0].clock)
		}
	}
	return first
}

// left is the content of a file after the cut.
func (i *inode) left(reached func(clock int) bool) []byte {
	size := i.size
	for _, v := range i.sizes {
		if reached(v.clock) {
			size = v.size
		}
	}
	b := make([]byte, size)
	copy(b, i.data)
	for _, at := range slices.Sorted(maps.Keys(i.dirty)) {
		d := i.dirty[at]
		have := d.synced
		for _, v := range d.versions {
			if reached(v.clock) {
				have = v.bytes
			}
		}
		if at*sector < size {
			clear(b[at*sector : min((at+1)*sector, size)])
			copy(b[at*sector:], have)
		}
	}
	return b
}
