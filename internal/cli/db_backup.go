package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/store/sqlite"
)

func (r *Run) backupDB() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the embedded database to a new file, while it is in use",
		Long: "backup writes one state of the database to FILE, which must not be there. The file appears under\n" +
			"its name only when it is whole, verified and on disk. The master key is not in it: keep master.key\n" +
			"of the data folder, or the file given by --key-file, somewhere else.",
		Args: cobra.ExactArgs(1),
		RunE: interruptible(func(cmd *cobra.Command, args []string) error {
			path, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			if _, err := os.Lstat(path); err == nil {
				return fmt.Errorf("%s is there already, and a backup overwrites nothing", args[0])
			}
			err = r.onDB(cmd,
				func(c *client) error { return r.fetchBackup(cmd.Context(), c, path) },
				func(ctx context.Context, g *app.Graph) error { return g.Backup(ctx, path) })
			if err != nil {
				return err
			}
			return r.backedUp(path)
		}),
	}
	dbFlags(cmd)
	return cmd
}

func (r *Run) backedUp(path string) error {
	f, err := sqlite.Look(path, nil)
	if err != nil {
		return err
	}
	if r.json {
		r.print(f)
		return nil
	}
	r.say("backed up to %s, %d bytes", path, f.Bytes)
	return nil
}

// fetchBackup takes the copy that a running server made and verified.
func (r *Run) fetchBackup(ctx context.Context, c *client, path string) error {
	resp, err := c.open(ctx, http.MethodGet, "/_/api/db/backup", "", nil)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	partial := fmt.Sprintf("%s.%d.partial", path, os.Getpid())
	defer sqlite.Discard(partial)
	bar := r.bar(resp.ContentLength, "receiving")
	err = writeWhole(partial, io.TeeReader(resp.Body, bar), resp.ContentLength)
	_ = bar.Finish()
	if err != nil {
		return fmt.Errorf("receive the backup: %w", err)
	}
	if err := sqlite.CheckFile(partial, nil); err != nil {
		return err
	}
	return sqlite.Place(partial, path)
}

// writeWhole writes a new file of a known size and syncs it.
func writeWhole(path string, from io.Reader, size int64) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, from)
	if err == nil && n != size {
		err = fmt.Errorf("%d of %d bytes came", n, size)
	}
	return errors.Join(err, f.Sync(), f.Close())
}

func (r *Run) restoreDB() *cobra.Command {
	var replace bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup into a data folder that no server uses",
		Long: "restore verifies FILE and copies it into the data folder. A database that is there already stays\n" +
			"unless --replace is given, and is then kept aside. The master key is not in a backup: put it into\n" +
			"the folder first, or give --key-file.",
		Args: cobra.ExactArgs(1),
		RunE: interruptible(func(cmd *cobra.Command, args []string) error {
			cfg, err := r.settings(cmd)
			if err != nil {
				return err
			}
			aside, err := r.restore(cmd.Context(), cfg, args[0], replace)
			if err != nil {
				return err
			}
			if r.json {
				r.print(map[string]string{"restored": cfg.Database(), "aside": aside})
				return nil
			}
			r.say("restored %s", cfg.Database())
			if aside != "" {
				r.say("the database that was there is %s", aside)
			}
			return nil
		}),
	}
	config.Flags(cmd.Flags(), "data", "mode", "key_file")
	cmd.Flags().BoolVar(&replace, "replace", false, "replace the database of the folder, which is kept aside")
	return cmd
}

func (r *Run) restore(ctx context.Context, cfg *config.Config, file string, replace bool) (aside string, err error) {
	target := cfg.Database()
	if _, err := os.Stat(target); err == nil && !replace {
		return "", fmt.Errorf("%s has a database already; choose another folder with --data, or --replace it (it is kept aside)", cfg.Data)
	}
	if f, ok := readRunFile(cfg.RunFile()); ok && alive(f.PID) {
		return "", fmt.Errorf("a server uses %s; stop it first", cfg.Data)
	}
	look, err := sqlite.Look(file, nil)
	switch {
	case err != nil:
		return "", err
	case look == nil:
		return "", fmt.Errorf("%s is not there or empty", file)
	case look.Log > 0:
		return "", fmt.Errorf("%s is no backup: it has a write-ahead log beside it, so it is in use or was cut off; make one with: kith db backup", file)
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return "", fmt.Errorf("make data folder: %w", err)
	}
	fresh := fmt.Sprintf("%s.%d.partial", target, os.Getpid())
	defer sqlite.Discard(fresh)
	if err := r.copyFile(ctx, file, fresh); err != nil {
		return "", fmt.Errorf("copy %s: %w", file, err)
	}
	if err := sqlite.CheckFile(fresh, nil); err != nil {
		return "", err
	}
	if err := r.tryOut(ctx, cfg, fresh); err != nil {
		return "", err
	}
	return sqlite.Replace(target, fresh)
}

func (r *Run) copyFile(ctx context.Context, from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	bar := r.bar(st.Size(), "copying")
	defer func() { _ = bar.Finish() }()
	return writeWhole(to, io.TeeReader(ending{ctx, f}, bar), st.Size())
}

// ending is a reader that fails when its context has ended.
type ending struct {
	ctx context.Context
	io.Reader
}

func (e ending) Read(b []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	return e.Reader.Read(b)
}

// tryOut opens a copy as a server would, with the key of the folder, and
// verifies it.
func (r *Run) tryOut(ctx context.Context, cfg *config.Config, path string) (err error) {
	master, err := cfg.MasterKey(nil)
	if err != nil {
		return fmt.Errorf("%w; the backup needs the key it was made with: put master.key into %s, or give --key-file", err, cfg.Data)
	}
	g, err := app.Open(ctx, app.Settings{Server: cfg.IsServer(), Path: path, Master: master})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	bar := r.bar(-1, "verifying rows")
	report, err := g.Verify(ctx, func(n int64) { _ = bar.Set64(n) })
	_ = bar.Finish()
	if err == nil && !report.OK() {
		err = fmt.Errorf("the backup has %d mistakes, the first: %s; nothing was changed", report.Found, report.Problems[0])
	}
	return err
}
