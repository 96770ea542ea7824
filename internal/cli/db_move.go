package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/store/driver"
)

func (r *Run) migrateDB() *cobra.Command {
	var dry bool
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the schema of the database up to date, step by step",
		Long: "migrate prints the steps from the schema of the database to the one this kith knows, and runs them. A\n" +
			"server does the same when it starts; make a backup first. In a file each step is one transaction; in a\n" +
			"shared database (--store) one that is cut off goes on when migrate is run again.",
		Args: cobra.NoArgs,
		RunE: interruptible(func(cmd *cobra.Command, _ []string) error {
			cfg, err := r.settings(cmd)
			if err != nil {
				return err
			}
			return r.migrate(cmd.Context(), cfg, dry)
		}),
	}
	config.Flags(cmd.Flags(), "data", "mode", "key_file", "store")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "print the steps only")
	return cmd
}

func (r *Run) migrate(ctx context.Context, cfg *config.Config, dry bool) error {
	at := string(cfg.Store)
	if at == "" {
		at = cfg.Database()
	}
	state, err := app.SchemaOf(ctx, at, r.Migrations)
	if err != nil {
		return err
	}
	if state == nil {
		return fmt.Errorf("no database in %s; name its folder with --data", cfg.Data)
	}
	if !r.json {
		r.say("%s has schema %d, this kith knows %d", state.Database, state.Have, state.Newest)
		for n := state.Have + 1; n <= state.Newest; n++ {
			r.say("step %d: to schema %d", n-state.Have, n)
		}
	}
	behind := state.Have < state.Newest
	if !dry && behind {
		g, err := r.openDB(ctx, cfg)
		if err != nil {
			return err
		}
		if err := g.Close(); err != nil {
			return err
		}
	}
	switch {
	case r.json:
		r.print(map[string]any{"schema": state.Have, "newest": state.Newest, "migrated": !dry && behind})
	case !behind:
		r.say("nothing to do")
	case !dry:
		r.say("done")
	}
	return nil
}

func (r *Run) moveDB() *cobra.Command {
	var from, to string
	cmd := &cobra.Command{
		Use:   "move [--from DATABASE] --to DATABASE",
		Short: "Copy everything into an empty database of another kind: a file or a PostgreSQL URL",
		Long: "move copies ids, keys, records and histories, batch by batch, and compares the canonical export of\n" +
			"both sides at the end. Interrupted, it goes on where it was when it is run again. The source stays as\n" +
			"it is. No server may use either side meanwhile: a file in use is refused, but whether servers run on a\n" +
			"PostgreSQL database only you know. A password is best kept in PGPASSWORD or a password file.",
		Example: "  kith db move --to postgres://kith@db1,db2/kith\n  kith db move --from postgres://kith@db1/kith --to /var/lib/kith/kith.db",
		Args:    cobra.NoArgs,
		RunE: interruptible(func(cmd *cobra.Command, _ []string) error {
			cfg, err := r.settings(cmd)
			if err != nil {
				return err
			}
			if from == "" {
				from = cfg.Database()
			}
			if to == "" || from == to {
				return usagef("say where to: --to postgres://user@host/database, or the path of a new file")
			}
			return r.move(cmd.Context(), cfg, from, to)
		}),
	}
	cmd.Flags().StringVar(&from, "from", "", "file or PostgreSQL URL to copy (default the database of the data folder)")
	cmd.Flags().StringVar(&to, "to", "", "empty file or PostgreSQL database to copy to")
	config.Flags(cmd.Flags(), "data", "mode", "key_file")
	return cmd
}

func (r *Run) move(ctx context.Context, cfg *config.Config, from, to string) (err error) {
	master, err := cfg.MasterKey(nil)
	if err != nil {
		return err
	}
	keys, err := access.NewKeys(master)
	if err != nil {
		return err
	}
	if !app.IsDSN(from) {
		if _, err := os.Stat(from); err != nil {
			return fmt.Errorf("no database to move: %w", err)
		}
	}
	var ends [2]driver.Store
	for i, at := range [...]string{from, to} {
		if ends[i], err = app.OpenDriver(ctx, at); err != nil {
			return err
		}
		defer func(d driver.Store) { err = errors.Join(err, d.Close()) }(ends[i])
	}
	total, err := app.Rows(ctx, ends[0])
	if err != nil {
		return err
	}
	stage, bar := "copying rows", r.bar(total, "copying rows")
	moved, err := app.Move(ctx, ends[0], ends[1], keys, func(now string, n int64) {
		if now != stage {
			_ = bar.Finish()
			stage, bar = now, r.bar(-1, now+", bytes")
		}
		_ = bar.Set64(n)
	})
	_ = bar.Finish()
	if err != nil {
		return err
	}
	if r.json {
		r.print(moved)
		return nil
	}
	r.say("moved %d rows from %s to %s; both export the same %d bytes", moved.Rows, app.Place(from), app.Place(to), moved.Bytes)
	return nil
}
