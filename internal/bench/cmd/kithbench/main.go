// Command kithbench prints every budget of kith with its figure:
//
//	go run ./internal/bench/cmd/kithbench [--rows warm-http,cold] [--rounds 9] [--quick] [--json] [--kith FILE]
//
// Called as "kithbench bare" it is the handler that the others are compared with.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "kithbench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "bare" {
		return bare(ctx, args[1:], stderr)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	opt := bench.Options{Open: open, Tune: app.TuneMemory, Self: self, Progress: stderr}
	flags := flag.NewFlagSet("kithbench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	rows := flags.String("rows", "", "rows to measure, separated by commas; all unless given")
	asJSON := flags.Bool("json", false, "print a line of JSON for each row")
	flags.IntVar(&opt.Rounds, "rounds", 9, "rounds of each measurement; the figure is their median")
	flags.BoolVar(&opt.Quick, "quick", false, "smaller crowds and loads: for a look, not for a verdict")
	flags.IntVar(&opt.People, "people", 0, "measure a crowd of so many people, and nothing else")
	flags.StringVar(&opt.Dir, "dir", "", "folder in which the temporary one is made; the system's unless given")
	flags.StringVar(&opt.Kith, "kith", "", "binary to measure; built from -source unless given")
	flags.StringVar(&opt.Source, "source", ".", "folder of the module")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if term.IsTerminal(int(os.Stderr.Fd())) {
		opt.Bar = bar
	}
	if flags.NArg() > 0 || opt.People < 0 || opt.Rounds < 1 {
		return errors.New("unknown arguments: see kithbench -h")
	}
	if *rows != "" {
		opt.Rows = strings.Split(*rows, ",")
	}
	got, err := bench.Run(ctx, opt)
	if err != nil {
		return err
	}
	show := bench.Print
	if *asJSON {
		show = bench.PrintJSON
	}
	if err := show(stdout, got); err != nil {
		return err
	}
	for i := range got {
		if got[i].Verdict == bench.Failed {
			return errors.New("not every row could be measured")
		}
	}
	return nil
}

// bar shows progress to who watches.
func bar(total int, what string) func(done int) {
	b := progressbar.NewOptions(total, progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionClearOnFinish(), progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(100*time.Millisecond))
	return func(done int) { _ = b.Set(done) }
}

func bare(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("kithbench bare", flag.ContinueOnError)
	flags.SetOutput(stderr)
	plain := flags.String("listen", "127.0.0.1:0", "address for HTTP")
	secure := flags.String("tls", "127.0.0.1:0", "address for HTTP over TLS")
	file := flags.String("body", "", "file with the body of every answer")
	if err := flags.Parse(args); err != nil {
		return err
	}
	body, err := os.ReadFile(*file)
	if err != nil {
		return err
	}
	return bench.Bare(ctx, *plain, *secure, body)
}
