package cli

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kith": func() { os.Exit(Main()) }, "ask": ask, "heed": heed})
}

// TestScripts runs testdata/script. Besides testscript's commands there are
//
//	serve [ARGS]     start kith serve and wait for its banner, kept in banner.txt;
//	                 sets URL, CONTROL and TOKEN
//	halt             interrupt it; it must end well
//	copied N         run the N-th curl of the banner exactly as printed; the
//	                 answer is in answer.txt
//	code N ARGS      run kith, which must exit with N; output as with exec
//	cut FROM TO      copy a file without its second half
//	taken            hold a port, whose address is in TAKEN
//
// and two programs to run by kith exec: ask and heed.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Values[serverKey{}] = new(*server)
			env.Setenv("HOME", env.WorkDir+"/home")
			env.Setenv("XDG_DATA_HOME", env.WorkDir+"/share")
			env.Setenv("XDG_RUNTIME_DIR", env.WorkDir+"/runtime")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": serveCmd, "halt": haltCmd, "copied": copiedCmd, "code": codeCmd, "taken": takenCmd, "cut": cutCmd, "pick": pickCmd,
		},
	})
}

// A running server, kept between the commands of one script.
type server struct {
	cmd  *exec.Cmd
	errs *bytes.Buffer
	rest chan struct{} // closed when its output has ended
}

type serverKey struct{}

func kith(ts *testscript.TestScript, args ...string) *exec.Cmd {
	cmd := exec.Command("kith", args...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "TMPDIR",
		"CI", "HTTPS_PROXY", "SUDO_UID", "KITH_ADMIN_TOKEN", "KITH_KEY", "KITH_MODE", "KITH_URL", "KITH_LISTEN", "KITH_CONFIG"} {
		if v := ts.Getenv(name); v != "" {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	return cmd
}

func serveCmd(ts *testscript.TestScript, _ bool, args []string) {
	s := &server{cmd: kith(ts, append([]string{"serve"}, args...)...), errs: &bytes.Buffer{}, rest: make(chan struct{})}
	s.cmd.Stderr = s.errs
	out, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() { _ = s.cmd.Process.Kill(); _ = s.cmd.Wait() })
	banner, scan := "", bufio.NewScanner(out)
	for scan.Scan() {
		banner += scan.Text() + "\n"
		if scan.Text() == "Ctrl-C stops." || strings.HasPrefix(scan.Text(), "{") {
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out); close(s.rest) }()
	if banner == "" {
		_ = s.cmd.Wait()
		ts.Fatalf("no banner: %s", s.errs)
	}
	ts.Check(os.WriteFile(ts.MkAbs("banner.txt"), []byte(banner), 0o600))
	for name, pattern := range map[string]string{
		"URL": `Graph +(http://\S+)`, "CONTROL": `Control +(http://\S+)/_/`, "TOKEN": `Page token (\S+)`,
	} {
		if m := regexp.MustCompile(pattern).FindStringSubmatch(banner); m != nil {
			ts.Setenv(name, m[1])
		}
	}
	*state(ts) = s
}

func haltCmd(ts *testscript.TestScript, _ bool, _ []string) {
	s := *state(ts)
	ts.Check(s.cmd.Process.Signal(os.Interrupt))
	<-s.rest
	if err := s.cmd.Wait(); err != nil {
		ts.Fatalf("%v: %s", err, s.errs)
	}
}

func state(ts *testscript.TestScript) **server {
	v, ok := ts.Value(serverKey{}).(**server)
	if !ok {
		ts.Fatalf("no server")
	}
	return v
}

// copiedCmd does what a user does who copies a line of the banner. Where there
// is no curl it fetches the URL of the line instead, and says so.
func copiedCmd(ts *testscript.TestScript, _ bool, args []string) {
	lines := regexp.MustCompile(`(?m)^ *(curl '.*')$`).FindAllStringSubmatch(ts.ReadFile("banner.txt"), -1)
	n := int(args[0][0] - '1')
	if n >= len(lines) {
		ts.Fatalf("the banner has %d curls", len(lines))
	}
	line := lines[n][1]
	var answer []byte
	if _, err := exec.LookPath("curl"); err == nil {
		answer, err = exec.Command("sh", "-c", line+" --silent --show-error --fail").Output()
		ts.Check(err)
	} else {
		ts.Logf("no curl here: fetching the URL of the line")
		resp, err := http.Get(strings.Trim(strings.TrimPrefix(line, "curl "), "'"))
		ts.Check(err)
		answer, err = io.ReadAll(resp.Body)
		ts.Check(err)
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			ts.Fatalf("%s: %s", resp.Status, answer)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs("answer.txt"), append(answer, '\n'), 0o600))
}

func codeCmd(ts *testscript.TestScript, _ bool, args []string) {
	cmd := kith(ts, args[1:]...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run()
	ts.Check(os.WriteFile(ts.MkAbs("out.txt"), out.Bytes(), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("err.txt"), errs.Bytes(), 0o600))
	if got := cmd.ProcessState.ExitCode(); args[0] != strconv.Itoa(got) {
		ts.Fatalf("kith %s exits with %d, want %s\n%s%s", strings.Join(args[1:], " "), got, args[0], &out, &errs)
	}
}

func cutCmd(ts *testscript.TestScript, _ bool, args []string) {
	data := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(data[:len(data)/2]), 0o600))
}

// pickCmd is "pick VARIABLE EXPRESSION FILE": what the group matches in a file.
func pickCmd(ts *testscript.TestScript, _ bool, args []string) {
	m := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile(args[2]))
	if m == nil {
		ts.Fatalf("nothing in %s matches %s", args[2], args[1])
	}
	ts.Setenv(args[0], m[1])
}

func takenCmd(ts *testscript.TestScript, _ bool, _ []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv("TAKEN", l.Addr().String())
}
