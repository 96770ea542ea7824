package sqlite

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A call is one system call of a traced process. Begin and end are its places
// in the order of all beginnings and ends.
type call struct {
	begin, end int
	name       string
	path, to   string // of the file; to is the new name of a rename
	flags      string // of an open
	data       []byte
	off        int64 // of a write; the length of a truncation
	failed     bool
}

// traced are the calls that change files, and write, by which a process tells
// what it has done.
const traced = "open,openat,pwrite64,write,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat"

// strace runs this test binary's script under strace with more options and
// returns what it told and its exit error. It skips the test where there is no
// strace or no right to trace.
func strace(t testing.TB, env, options []string) (told *ledger, stderr string, err error) {
	t.Helper()
	cmd := exec.Command("strace", append(append([]string{"-f", "-qq"}, options...), os.Args[0])...)
	cmd.Env = append(append(os.Environ(), "GODEBUG=asyncpreemptoff=1"), env...)
	var out, noise bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &noise
	err = cmd.Run()
	told = newLedger()
	for line := range strings.Lines(out.String()) {
		told.hear(line)
	}
	return told, noise.String(), err
}

// needStrace skips where tracing cannot work.
func needStrace(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("SKIPPED: no strace here (apt-get install strace)")
	}
	if out, err := exec.Command("strace", "-qq", "-e", "trace=none", "true").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: tracing is refused here: %v %s", err, out)
	}
}

// record traces the script and returns its calls. The script may end early if
// calls of it are made to fail.
func record(t testing.TB, env, options []string) []call {
	t.Helper()
	out := filepath.Join(t.TempDir(), "trace")
	told, noise, err := strace(t, env, append([]string{"-y", "-xx", "-s", "100000", "--seccomp-bpf", "-e", "trace=" + traced, "-o", out}, options...))
	if err != nil && len(options) == 0 || len(told.wrong) > 0 {
		t.Fatalf("the script ends with %v, %v: %s", err, told.wrong, noise)
	}
	f, err := os.Open(out)
	must(t, err)
	defer f.Close()
	calls, err := parseTrace(bufio.NewReaderSize(f, 1<<20))
	must(t, err)
	return calls
}

// parseTrace reads the output of strace -f -y -xx.
func parseTrace(in *bufio.Reader) (calls []call, err error) {
	open := map[string]int{} // by thread: its unfinished call
	at := 0
	scan := bufio.NewScanner(in)
	scan.Buffer(nil, 1<<20)
	for ; scan.Scan(); at++ {
		pid, rest, _ := strings.Cut(scan.Text(), " ")
		rest = strings.TrimLeft(rest, " ")
		switch {
		case strings.HasPrefix(rest, "<... "):
			i, ok := open[pid]
			if !ok {
				return nil, fmt.Errorf("line %d resumes nothing", at+1)
			}
			delete(open, pid)
			_, result := splitResult(rest)
			calls[i].end, calls[i].failed = at, strings.HasPrefix(result, "-1")
		case strings.HasPrefix(rest, "---"), strings.HasPrefix(rest, "+++"), strings.HasSuffix(rest, "<detached ...>"):
			// signals, ends, and calls a thread was in when the process ended
		default:
			text, unfinished := strings.CutSuffix(rest, " <unfinished ...>")
			result := ""
			if !unfinished {
				text, result = splitResult(rest)
			}
			c, err := parseCall(text)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", at+1, err)
			}
			c.begin, c.end, c.failed = at, at, strings.HasPrefix(result, "-1")
			if unfinished {
				open[pid] = len(calls)
				c.end = 1 << 62 // unless it is resumed
			}
			calls = append(calls, c)
		}
	}
	return calls, scan.Err()
}

// splitResult splits "name(arguments) = result" before and after the end of the
// arguments.
func splitResult(line string) (text, result string) {
	i := strings.LastIndex(line, "= ")
	if i < 0 {
		return line, ""
	}
	return strings.TrimSuffix(strings.TrimRight(line[:i], " "), ")"), line[i+2:]
}

// parseCall reads "name(arguments", without what follows.
func parseCall(text string) (c call, err error) {
	name, args, _ := strings.Cut(text, "(")
	c.name = strings.TrimSuffix(strings.TrimSuffix(name, "at2"), "at")
	texts, err := quoted(args)
	if err != nil {
		return c, err
	}
	if i := strings.IndexByte(args, '<'); i >= 0 && c.name != "open" && c.name != "rename" && c.name != "unlink" {
		raw, _, _ := strings.Cut(args[i+1:], ">")
		b, err := unhex(raw)
		if err != nil {
			return c, err
		}
		c.path = string(b)
	}
	switch c.name {
	case "open", "unlink":
		c.path, c.flags = string(texts[0]), args
	case "rename":
		c.path, c.to = string(texts[0]), string(texts[1])
	case "pwrite64", "write":
		c.data = texts[0]
		if c.name == "pwrite64" {
			c.off, err = lastNumber(args)
		}
	case "ftruncate":
		c.off, err = lastNumber(args)
	}
	return c, err
}

// quoted decodes the strings among the arguments.
func quoted(args string) (all [][]byte, err error) {
	for {
		_, rest, found := strings.Cut(args, `"`)
		if !found {
			return all, nil
		}
		text, after, _ := strings.Cut(rest, `"`)
		b, err := unhex(text)
		if err != nil || strings.HasPrefix(after, "...") {
			return nil, fmt.Errorf("a string is cut or broken: %v", err)
		}
		all, args = append(all, b), after
	}
}

func unhex(text string) ([]byte, error) { return hex.DecodeString(strings.ReplaceAll(text, `\x`, "")) }

// lastNumber is the last argument of a call.
func lastNumber(args string) (int64, error) {
	return strconv.ParseInt(strings.TrimSpace(args[strings.LastIndexByte(args, ',')+1:]), 10, 64)
}
