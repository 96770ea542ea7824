package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/story"
)

func (r *Run) story() *cobra.Command {
	cmd := &cobra.Command{Use: "story", Short: "Run wire test files", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(r.runStories())
	return cmd
}

func (r *Run) runStories() *cobra.Command {
	var update bool
	cmd := &cobra.Command{
		Use:   "run FILE|FOLDER...",
		Short: "Run stories against a server of their own, or with --url against that one",
		Long: "run tells a server the requests of each story and compares the answers. A story brings its own world,\n" +
			"so it runs in a server of its own, in memory, with the settings it needs. With --url it runs in the server\n" +
			"there, whose world it replaces, and is skipped where that has other settings.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := r.settings(cmd)
			if err != nil {
				return err
			}
			t := &telling{out: r.Out, update: update}
			var report bytes.Buffer
			if r.json {
				t.out = &report
			}
			if cfg.URL != "" {
				err = t.tell(cmd.Context(), target(cmd.Context(), cfg), args)
			} else {
				err = t.tellOwn(cmd.Context(), cfg, args)
			}
			if err != nil {
				return err
			}
			return r.told(t.failed, &report)
		},
	}
	cmd.Flags().BoolVar(&update, "update", false, "rewrite the expected answers; read the diff as you would read code")
	config.Flags(cmd.Flags(), "url", "data", "profile.no_consent", "profile.no_feature", "profile.ig_blocked", "profile.development",
		"profile.unknown_psid", "profile.unknown_igsid", "profile.no_messaging",
		"block_withdraws", "send_to_messenger_2018", "token_conflict", "token_status", "versions.policy", "pages.public", "pictures.unknown", "sending.recipient_id", "sending.phone_fee",
		"attachments.max_size", "attachments.max_image", "attachments.fetch", "default_version")
	return cmd
}

// told ends the command: with JSON the report is one value.
func (r *Run) told(failed int, report *bytes.Buffer) error {
	if r.json {
		r.print(map[string]any{"failed": failed, "report": strings.Split(strings.TrimSuffix(report.String(), "\n"), "\n")})
	}
	switch {
	case failed > 0 && r.json:
		return errSilent
	case failed > 0:
		return fmt.Errorf("%d of the stories failed", failed)
	}
	return nil
}

// target is the server of --url. One that has left word tells where its two
// halves are and its credential is at hand; else a credential that was given
// says that the URL is that of a control plane, which knows where the Graph is.
func target(ctx context.Context, cfg *config.Config) story.Target {
	to := story.Target{URL: cfg.URL}
	if f, ok := running(cfg); ok && (cfg.URL == f.URL || cfg.URL == f.ControlURL) {
		to.URL, to.Control, to.Admin = f.URL, f.ControlURL, cfg.ClientCredential()
		return to
	}
	if cfg.AdminToken == "" {
		return to
	}
	c := &client{base: cfg.URL, admin: cfg.AdminToken}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if graph, err := c.graphURL(ctx); err == nil { // if not, it may be a Graph all the same
		to.URL, to.Control, to.Admin = graph, cfg.URL, cfg.AdminToken
	}
	return to
}

// A telling is one run of the command.
type telling struct {
	out    io.Writer
	update bool
	failed int
}

func (t *telling) tell(ctx context.Context, to story.Target, files []string) error {
	n, err := story.RunURL(ctx, to, files, t.update, t.out)
	t.failed += n
	if err != nil {
		return unreached(to.URL, err)
	}
	return nil
}

// tellOwn starts a server in memory for the stories alone, one for each
// choice of settings among them.
func (t *telling) tellOwn(ctx context.Context, cfg *config.Config, files []string) error {
	groups, err := story.Groups(files)
	if err != nil {
		return err
	}
	for _, g := range groups {
		own := *cfg
		own.Mode, own.Memory, own.Listen, own.World, own.PublicURL = config.Emulator, true, "127.0.0.1:0", "", ""
		for name, value := range g.Settings {
			if err := choose(&own, name, value); err != nil {
				return fmt.Errorf("%s: %w", g.Files[0], err)
			}
		}
		if err := t.tellGroup(ctx, &own, g); err != nil {
			return err
		}
	}
	return nil
}

func (t *telling) tellGroup(ctx context.Context, cfg *config.Config, g story.Group) (err error) {
	s, err := app.Start(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		err = errors.Join(err, s.Shutdown(late))
	}()
	return t.tell(ctx, story.Target{URL: s.URL, Settings: g.Settings}, g.Files)
}
