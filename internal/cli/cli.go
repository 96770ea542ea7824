package cli

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/store/sqltext"
)

// A Run is one command line with its streams.
type Run struct {
	Args    []string // without the program's name
	In      io.Reader
	Out     io.Writer
	Err     io.Writer
	Environ []string // NAME=value; nil is that of the process
	// Migrations are those of the schema that db works with; nil means this kith's.
	Migrations []sqltext.Migration

	asked   bool // the command line was understood
	json    bool
	cfgFile string
}

// Main runs the command line of the process and returns its exit code.
func Main() int {
	r := &Run{Args: os.Args[1:], In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	return r.Exec(context.Background())
}

// Exec runs the command until it is done, or, for serve, until ctx ends or the
// process is told to stop. It returns the exit code.
func (r *Run) Exec(ctx context.Context) int {
	root := r.root()
	root.SetArgs(r.Args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	r.complain(err)
	return r.code(err)
}

func (r *Run) root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "kith",
		Short: "The people side of the Graph API, on your machine",
		Long: "kith serves the people side of the Graph API: Messenger, Instagram and User profiles,\n" +
			"with scoped IDs, consent and permissions as documented.",
		Version:       app.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          group,
		PersistentPreRun: func(*cobra.Command, []string) {
			r.asked = true
		},
	}
	cmd.SetIn(r.In)
	cmd.SetOut(r.Out)
	cmd.SetErr(r.Err)
	flags := cmd.PersistentFlags()
	flags.BoolVar(&r.json, "json", false, "print JSON")
	flags.StringVar(&r.cfgFile, "config", "", "settings file (default kith.yaml, when there is one)")
	cmd.AddCommand(r.serve(), r.exec(), r.trust(), r.world(), r.act(), r.link(), r.unlink(), r.remove(), r.set(), r.call(), r.token(), r.deliveries(), r.why(), r.clock(), r.fault(), r.limits(), r.schema(), r.config(), r.story(), r.db(), r.version())
	cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usagef("%v; %s --help lists the flags", err, c.CommandPath())
	})
	explainArgs(cmd)
	return cmd
}

// explainArgs has commands that are given too many or too few words say what they take.
func explainArgs(cmd *cobra.Command) {
	for _, c := range cmd.Commands() {
		explainArgs(c)
	}
	check := cmd.Args
	if check == nil || cmd.HasSubCommands() {
		return // it says which words it does not know
	}
	cmd.Args = func(c *cobra.Command, args []string) error {
		err := check(c, args)
		if _, told := errors.AsType[*usageError](err); err == nil || told {
			return err
		}
		return usagef("%s was given %s; it goes: %s", c.CommandPath(), many(len(args), "word"), c.UseLine())
	}
}

// group is a command that only has others below it.
func group(cmd *cobra.Command, _ []string) error {
	cmd.SetOut(cmd.ErrOrStderr())
	_ = cmd.Help()
	return usagef("%s needs a command", cmd.CommandPath())
}

// settings loads the settings that a command's flags may change.
func (r *Run) settings(cmd *cobra.Command) (*config.Config, error) {
	cfg, err := config.Load(config.Sources{File: r.cfgFile, Environ: r.Environ, Flags: cmd.Flags()})
	if err == nil {
		r.json = r.json || cfg.JSON
	}
	return cfg, err
}
