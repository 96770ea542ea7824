package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/store/audit"
	"github.com/kithgraph/kith/internal/world"
)

func (r *Run) db() *cobra.Command {
	cmd := &cobra.Command{
		Use: "db", Short: "Look after the database: back up, restore, verify, count, upgrade, move",
		Long: "db works on the database of a running server through its control plane, and on a data folder\n" +
			"that no server uses directly. Interrupt at any time: nothing is half done, and a move goes on.",
		Args: cobra.NoArgs, RunE: group,
	}
	cmd.AddCommand(r.backupDB(), r.restoreDB(), r.verifyDB(), r.statsDB(), r.migrateDB(), r.moveDB(), r.checkDB(), r.jobsDB())
	return cmd
}

// dbFlags are what a command has that finds a database, in a running server or
// in a folder.
func dbFlags(cmd *cobra.Command) {
	config.Flags(cmd.Flags(), "url", "data", "store", "mode", "key_file")
}

// interruptible ends the context when the user does not want to wait longer.
func interruptible(f func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		cmd.SetContext(ctx)
		err := f(cmd, args)
		if err != nil && ctx.Err() != nil && cmd.Name() == "move" {
			return errors.New("interrupted; run it again, and it goes on")
		}
		if err != nil && ctx.Err() != nil {
			return errors.New("interrupted; nothing is half done")
		}
		return err
	}
}

// onDB runs one of two: through the server that owns the database, or on the
// database that nobody uses.
func (r *Run) onDB(cmd *cobra.Command, through func(*client) error, direct func(context.Context, *app.Graph) error) (err error) {
	cfg, err := r.settings(cmd)
	if err != nil {
		return err
	}
	if _, alive := running(cfg); alive || cfg.URL != "" {
		c, err := r.client(cmd)
		if err != nil {
			return err
		}
		return through(c)
	}
	g, err := r.openDB(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	return direct(cmd.Context(), g)
}

// openDB opens the database of a data folder, which must be there, or a shared
// one.
func (r *Run) openDB(ctx context.Context, cfg *config.Config) (*app.Graph, error) {
	if _, err := os.Stat(cfg.Database()); err != nil && cfg.Store == "" {
		return nil, fmt.Errorf("no database: %w; name its folder with --data, a running server with --url, or a shared database with --store", err)
	}
	return database(ctx, cfg, app.Settings{Migrations: r.Migrations})
}

func (r *Run) verifyDB() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Look through the whole database for what must never be wrong; exits with 1 if anything is",
		Args:  cobra.NoArgs,
		RunE: interruptible(func(cmd *cobra.Command, _ []string) error {
			var report *audit.Report
			err := r.onDB(cmd,
				func(c *client) error { return c.get(cmd.Context(), "/_/api/db/verify", &report) },
				func(ctx context.Context, g *app.Graph) (err error) {
					bar := r.bar(-1, "verifying rows")
					report, err = g.Verify(ctx, func(n int64) { _ = bar.Set64(n) })
					_ = bar.Finish()
					return err
				})
			if err != nil {
				return err
			}
			return r.verdict(report)
		}),
	}
	dbFlags(cmd)
	return cmd
}

func (r *Run) verdict(report *audit.Report) error {
	if r.json {
		r.print(report)
	} else {
		for _, p := range report.Problems {
			r.say("%s", p)
		}
		if report.OK() {
			r.say("ok: %d rows", report.Rows)
		} else {
			r.say("%d mistakes in %d rows; restore a backup that verifies", report.Found, report.Rows)
		}
	}
	if !report.OK() {
		return errSilent
	}
	return nil
}

func (r *Run) statsDB() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "stats",
		Short: "Count rows and bytes by kind and space, and say how large the file is",
		Args:  cobra.NoArgs,
		RunE: interruptible(func(cmd *cobra.Command, _ []string) error {
			var stats *app.DatabaseStats
			err := r.onDB(cmd,
				func(c *client) error { return c.get(cmd.Context(), "/_/api/db/stats", &stats) },
				func(ctx context.Context, g *app.Graph) (err error) {
					bar := r.bar(-1, "counting rows")
					stats, err = g.Stats(ctx, func(n int64) { _ = bar.Set64(n) })
					_ = bar.Finish()
					return err
				})
			if err != nil {
				return err
			}
			if r.json {
				r.print(stats)
			} else {
				r.printStats(stats)
			}
			return nil
		}),
	}
	dbFlags(cmd)
	return cmd
}

func (r *Run) printStats(s *app.DatabaseStats) {
	r.say("store   %s", s.Store)
	if f := s.File; f != nil {
		r.say("schema  %d of %d", f.Schema, f.Newest)
		r.say("file    %d bytes, log %d bytes", f.Bytes, f.Log)
	}
	rows := [][]string{{"TABLE", "KIND", "ROWS", "BYTES"}}
	for _, part := range []struct {
		table string
		of    map[string]audit.Tally
	}{{"objects", s.Objects}, {"assocs", s.Assocs}, {"keys", s.Keys}} {
		for _, name := range slices.Sorted(maps.Keys(part.of)) {
			n := part.of[name]
			rows = append(rows, []string{part.table, name, fmt.Sprint(n.Rows), fmt.Sprint(n.Bytes)})
		}
	}
	r.table(append(rows, []string{"counts", "", fmt.Sprint(s.Counts), ""}))
}

func (r *Run) jobsDB() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "jobs",
		Short: "List the erasures that are not finished; what they erase shows nowhere any more",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var list struct {
				Jobs []world.Job `json:"jobs"`
			}
			err := r.onDB(cmd,
				func(c *client) error { return c.get(cmd.Context(), "/_/api/jobs", &list) },
				func(ctx context.Context, g *app.Graph) (err error) {
					list.Jobs, err = g.World.Jobs(ctx)
					return err
				})
			if err != nil {
				return err
			}
			if r.json {
				r.print(list)
				return nil
			}
			rows := [][]string{{"JOB", "STATE", "BEGAN", "ROWS"}}
			for _, j := range list.Jobs {
				rows = append(rows, []string{j.Kind, j.State, j.Began.Format("2006-01-02 15:04:05"), fmt.Sprint(j.Rows)})
			}
			r.table(rows)
			return nil
		},
	}
	dbFlags(cmd)
	return cmd
}
