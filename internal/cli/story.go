package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
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
			"so it runs in a server of its own, in memory. With --url it runs in the server there, whose world it replaces.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := r.settings(cmd)
			if err != nil {
				return err
			}
			if cfg.URL != "" {
				return r.tell(cmd.Context(), cfg.URL, args, update)
			}
			return r.tellOwn(cmd.Context(), cfg, args, update)
		},
	}
	cmd.Flags().BoolVar(&update, "update", false, "rewrite the expected answers; read the diff as you would read code")
	config.Flags(cmd.Flags(), "url", "profile.no_consent", "profile.no_feature", "profile.ig_blocked", "profile.development", "block_withdraws",
		"send_to_messenger_2018", "token_conflict", "default_version")
	return cmd
}

// tellOwn starts a server in memory for the stories alone.
func (r *Run) tellOwn(ctx context.Context, cfg *config.Config, files []string, update bool) (err error) {
	own := *cfg
	own.Mode, own.Memory, own.Listen, own.World, own.PublicURL = config.Emulator, true, "127.0.0.1:0", "", ""
	s, err := app.Start(ctx, &own, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		err = errors.Join(err, s.Shutdown(late))
	}()
	return r.tell(ctx, s.URL, files, update)
}

func (r *Run) tell(ctx context.Context, url string, files []string, update bool) error {
	out := r.Out
	var report bytes.Buffer
	if r.json {
		out = io.Writer(&report)
	}
	failed, err := story.RunURL(ctx, url, files, update, out)
	if err != nil {
		return unreached(url, err)
	}
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
