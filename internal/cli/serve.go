package cli

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
)

// drain is how long calls under way may take once the server is told to stop.
const drain = 20 * time.Second

func (r *Run) serve() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Start the server: a working Graph with a demo world, unless told otherwise",
		Long: "serve starts the Graph and prints where it is, a Page token and a call that works.\n" +
			"The data is kept in the data folder; the demo world, or --world, is loaded once, into an empty store.\n" +
			"Interrupt once to finish what is under way and stop, twice to stop at once.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := r.settings(cmd)
			if err != nil {
				return err
			}
			return r.doServe(cmd.Context(), cfg)
		},
	}
	config.Flags(cmd.Flags())
	return cmd
}

func (r *Run) doServe(ctx context.Context, cfg *config.Config) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := r.logger(cfg)
	r.tuneMemory()
	s, err := app.Start(ctx, cfg, log)
	if err != nil {
		return err
	}
	err = r.attend(ctx, cfg, s, log)
	stop() // from here on a second interrupt ends the process
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), cfg.DrainDelay+drain)
	defer cancel()
	if serr := s.Shutdown(late); err == nil {
		err = serr
	}
	return err
}

// attend tells everybody about the server and stays until it ends.
func (r *Run) attend(ctx context.Context, cfg *config.Config, s *app.Server, log *slog.Logger) error {
	path, pid := cfg.RunFile(), os.Getpid()
	if err := writeRunFile(path, runFile{URL: s.URL, ControlURL: s.ControlURL, PID: pid}); err != nil {
		log.Warn("client commands need --url", "err", err)
	} else {
		defer removeRunFile(path, pid)
	}
	b, err := newBanner(ctx, cfg, s)
	if err != nil {
		return err
	}
	if b.Next != "" && !r.findable(s.URL) {
		b.Next += " --url " + s.URL
	}
	if r.json {
		r.print(b)
	} else {
		b.write(r.Out)
	}
	return s.Wait(ctx)
}

// findable reports whether a client command without flags would find this
// server.
func (r *Run) findable(url string) bool {
	cfg, err := config.Load(config.Sources{File: r.cfgFile, Environ: r.Environ})
	if err != nil {
		return false
	}
	f, ok := running(cfg)
	return ok && f.URL == url && cfg.URL == ""
}

// logger writes the log to standard error, so that standard output has the
// banner only.
func (r *Run) logger(cfg *config.Config) *slog.Logger {
	opt := &slog.HandlerOptions{Level: cfg.Level()}
	if cfg.JSON {
		return slog.New(slog.NewJSONHandler(r.Err, opt))
	}
	return slog.New(slog.NewTextHandler(r.Err, opt))
}
