package cli

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
)

func (r *Run) world() *cobra.Command {
	cmd := &cobra.Command{Use: "world", Short: "Check, import, export and generate worlds", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(r.checkWorld(), r.importWorld(), r.exportWorld(), r.generateWorld())
	return cmd
}

func (r *Run) checkWorld() *cobra.Command {
	return &cobra.Command{
		Use:   "check [FILE]",
		Short: "Say what is wrong with a world file, or what is in it; without one, what the demo world is for",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if len(args) == 0 {
				return r.checkDemo(cmd.Context())
			}
			file, err := r.openWorld(args[0])
			if err != nil {
				return err
			}
			defer func() { _ = file.close() }()
			g, err := scratch(cmd.Context(), file.beside())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, g.Close()) }()
			if err := file.into(cmd.Context(), g, nil); err != nil {
				return err
			}
			return r.printWorld(cmd.Context(), "ok", g)
		},
	}
}

func (r *Run) importWorld() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Add a world file to a running server, or with --data to a database that is not in use",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			file, err := r.openWorld(args[0])
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, file.close()) }()
			if cmd.Flags().Changed("data") {
				return r.importInto(cmd, file)
			}
			return r.upload(cmd, file)
		},
	}
	clientFlags(cmd)
	config.Flags(cmd.Flags(), "mode", "key_file")
	return cmd
}

// upload sends the file to a running server.
func (r *Run) upload(cmd *cobra.Command, file *worldFile) error {
	c, err := r.client(cmd)
	if err != nil {
		return err
	}
	bar := r.bar(file.size, "importing")
	body := progressbar.NewReader(file.body, bar)
	path := "/_/api/import?name=" + url.QueryEscape(filepath.Base(file.name))
	err = c.call(cmd.Context(), http.MethodPost, path, file.mediaType(), struct{ io.Reader }{&body}, nil)
	_ = bar.Finish()
	if err != nil {
		return err
	}
	return r.imported(file)
}

func (r *Run) imported(file *worldFile) error {
	if r.json {
		r.print(map[string]any{"imported": file.name})
		return nil
	}
	r.say("imported %s", file.name)
	return nil
}

// importInto writes the file straight into the database of --data.
func (r *Run) importInto(cmd *cobra.Command, file *worldFile) (err error) {
	cfg, err := r.settings(cmd)
	if err != nil {
		return err
	}
	g, err := database(cmd.Context(), cfg, app.Settings{Files: file.beside()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	bar := r.bar(-1, "importing people")
	err = file.into(cmd.Context(), g, func(n int) { _ = bar.Set(n) })
	_ = bar.Finish()
	if err != nil {
		return err
	}
	return r.imported(file)
}

func (r *Run) exportWorld() *cobra.Command {
	var out, person string
	cmd := &cobra.Command{
		Use:   "export [-o FILE]",
		Short: "Write the whole world as JSON Lines: people, IDs, contacts, histories; or all there is about one person",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client(cmd)
			if err != nil {
				return err
			}
			path := "/_/api/export"
			if person != "" {
				path = "/_/api/people/" + url.PathEscape(person) + "/export"
			}
			resp, err := c.open(cmd.Context(), http.MethodGet, path, "", nil)
			if err != nil {
				return err
			}
			defer func() { _ = resp.Body.Close() }()
			return r.writeTo(out, func(w io.Writer) error {
				_, err := io.Copy(w, resp.Body)
				return err
			})
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write (default standard output)")
	cmd.Flags().StringVar(&person, "person", "", "handle of the one person to write everything about, as JSON")
	clientFlags(cmd)
	return cmd
}

// writeTo lets f write a file, which appears under its name only when it is
// whole, or standard output.
func (r *Run) writeTo(path string, f func(io.Writer) error) error {
	if path == "" || path == "-" {
		return f(r.Out)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".kith-*")
	if err != nil {
		return err
	}
	bar := r.bar(-1, "writing")
	err = f(io.MultiWriter(tmp, bar))
	_ = bar.Finish()
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
