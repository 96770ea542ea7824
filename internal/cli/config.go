package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kithgraph/kith/internal/config"
)

func (r *Run) config() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Look at the settings", Args: cobra.NoArgs, RunE: group}
	show := &cobra.Command{
		Use:   "show",
		Short: "Print every setting, its value and where that came from",
		Args:  cobra.NoArgs,
		RunE:  r.showConfig,
	}
	config.Flags(show.Flags())
	cmd.AddCommand(show)
	return cmd
}

func (r *Run) showConfig(cmd *cobra.Command, _ []string) error {
	// --json is how this command prints, not a setting that it shows.
	flags := pflag.NewFlagSet("settings", pflag.ContinueOnError)
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "json" {
			flags.AddFlag(f)
		}
	})
	cfg, err := config.Load(config.Sources{File: r.cfgFile, Environ: r.Environ, Flags: flags})
	if err != nil {
		return err
	}
	shown := cfg.Show()
	if r.json {
		r.print(map[string]any{"settings": shown})
		return nil
	}
	rows := [][]string{{"KEY", "VALUE", "ORIGIN"}}
	for _, s := range shown {
		value := s.Value
		if value == "" {
			value = "-"
		}
		rows = append(rows, []string{s.Key, value, string(s.Origin)})
	}
	r.table(rows)
	return nil
}
