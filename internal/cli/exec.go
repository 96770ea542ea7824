package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/port"
	"github.com/kithgraph/kith/internal/proxy"
)

// Where links begin in a kith that a program takes for the Graph. [seen]
const (
	graphURL   = "https://graph.facebook.com"
	pictureURL = "https://platform-lookaside.fbsbx.com"
)

// execFlags are the flags of exec itself.
type execFlags struct {
	offline, hook bool
}

func (r *Run) exec() *cobra.Command {
	var f execFlags
	cmd := &cobra.Command{
		Use:   "exec [FLAGS] -- COMMAND [ARGUMENT...]",
		Short: "Run a program for which kith is graph.facebook.com",
		Long: "exec runs a program, unchanged, and answers it for graph.facebook.com, graph.instagram.com and\n" +
			"the other hosts of the Graph, over https, with the demo world or that of --world. This is a kith of its own\n" +
			"in memory, unless --url names one that runs.\n\n" +
			"The program gets the address of a proxy on this machine, and a bundle of certificates with that of a local CA,\n" +
			"in the variables that programs look for them in. The CA is made once, its key is for you alone, it is good for the\n" +
			"hosts of the Graph and for nothing else, and nothing is installed. KITH_URL and GRAPH_API_BASE_URL are where kith\n" +
			"is, and KITH_PAGE_TOKEN_SHOP is a token of the Page shop.\n\n" +
			"Other hosts are passed through, for the program alone; where CI is set, or with --offline, they are refused. Hosts\n" +
			"of Meta that kith does not serve are always refused. Signals go to the program, and its exit code is that of exec.",
		Example: "  kith exec -- npm test\n" +
			"  kith exec --world world.yaml --offline -- ./bot\n" +
			"  kith exec -- sh -c 'curl \"https://graph.facebook.com/me?access_token=$KITH_PAGE_TOKEN_SHOP\"'",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("exec needs a command, as in: kith exec -- npm test")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := r.settings(cmd)
			if err != nil {
				return err
			}
			if !cmd.Flags().Changed("offline") {
				f.offline = cfg.CI()
			}
			if cfg.URL != "" {
				if err := onlyFor(cmd.Flags(), "url", "data", "offline", "node-hook", "json", "config"); err != nil {
					return err
				}
			}
			return r.doExec(cmd.Context(), cfg, f, args)
		},
	}
	cmd.Flags().SetInterspersed(false)
	cmd.Flags().BoolVar(&f.offline, "offline", false, "refuse hosts that are not the Graph's (default where CI is set)")
	cmd.Flags().BoolVar(&f.hook, "node-hook", true, "lead Node programs that ignore proxies, by a module loaded before them")
	config.Flags(cmd.Flags(), "url")
	config.FlagsBut(cmd.Flags(), "url", "json", "mode", "listen", "control_listen", "tls_listen", "public_url", "hosts", "http", "insecure_listen", "store", "memory",
		"key_file", "key", "admin_token", "drain_delay", "lease", "fence")
	return cmd
}

// onlyFor refuses flags that say how a kith of exec's own is to be.
func onlyFor(fs *pflag.FlagSet, allowed ...string) (err error) {
	fs.Visit(func(f *pflag.Flag) {
		for _, name := range allowed {
			if f.Name == name {
				return
			}
		}
		err = usagef("--%s is for a kith of exec's own, not for one that runs already", f.Name)
	})
	return err
}

// doExec brings up what the program needs, runs it, and takes all of it down.
func (r *Run) doExec(ctx context.Context, cfg *config.Config, f execFlags, args []string) (err error) {
	w := watchSignals()
	defer w.stop()
	ca, note, err := app.LocalCA(cfg.CAFolder())
	if err != nil {
		return err
	}
	if note != "" {
		fmt.Fprintln(r.Err, "kith: "+note)
	}
	k, err := r.answering(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() {
		if serr := k.stop(); serr != nil {
			err = errors.Join(err, serr)
		}
	}()
	dir, err := os.MkdirTemp("", "kith-exec-")
	if err != nil {
		return fmt.Errorf("make folder for the command: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	front, place, err := r.front(ctx, cfg, f, ca, k, dir)
	if err != nil {
		return err
	}
	defer front.Close()
	if r.json {
		r.printTo(r.Err, map[string]any{"url": k.url, "proxy": "http://" + place.Proxy.Host, "ca": proxy.CertFile(cfg.CAFolder()), "offline": f.offline})
	}
	if sig := w.early(); sig != nil {
		return died(sig)
	}
	child := exec.Command(args[0], args[1:]...)
	child.Stdin, child.Stdout, child.Stderr = r.In, r.Out, r.Err
	child.Env = place.Environ(cfg.Environ())
	return runChild(child, w)
}

// front opens the proxy and writes what the program is to find.
func (r *Run) front(ctx context.Context, cfg *config.Config, f execFlags, ca *proxy.CA, k *answering, dir string) (*proxy.Proxy, *proxy.Place, error) {
	l, err := port.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	environ, password := cfg.Environ(), app.Password()
	files, err := proxy.WriteFiles(dir, ca, environ, l.Addr().(*net.TCPAddr).Port, f.offline)
	if err != nil {
		_ = l.Close()
		return nil, nil, err
	}
	p := proxy.New(proxy.Options{
		CA: ca, Dial: k.dial, Offline: f.offline, Secret: password, Outward: proxy.OutwardOf(environ),
		Tell: func(host, why string) { fmt.Fprintf(r.Err, "kith: %s was refused: %s\n", host, why) },
	})
	go func() { _ = p.Serve(l) }()
	place := &proxy.Place{
		Proxy: &url.URL{Scheme: "http", User: url.UserPassword(proxy.User, password), Host: l.Addr().String()},
		URL:   k.url, Tokens: k.tokens, Files: files, NodeHook: f.hook,
	}
	return p, place, nil
}

// exitStatus is how a program ended, which is how exec ends.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// runChild runs a program to its end and passes signals on.
func runChild(child *exec.Cmd, w *watch) error {
	if err := child.Start(); err != nil {
		code := exitStatus(126) // as env and shells have it [doc env]
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) {
			code = 127
		}
		return &notRun{code: code, err: fmt.Errorf("run %s: %w", child.Path, err)}
	}
	w.passTo(child.Process)
	err := child.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return ended(exit.ProcessState)
	}
	return err
}

// notRun is a program that could not be started.
type notRun struct {
	code exitStatus
	err  error
}

func (e *notRun) Error() string { return e.err.Error() }
func (e *notRun) Unwrap() []error {
	return []error{e.code, e.err}
}

// bare is the address of a URL without a path.
func bare(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || strings.Trim(u.Path, "/") != "" {
		return nil, usagef("--url is an address such as http://127.0.0.1:8080, without a path")
	}
	return u, nil
}
