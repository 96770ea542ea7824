package cli

import (
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// worldClock is the clock as the control plane shows and takes it.
type worldClock struct {
	Mode    string `json:"mode,omitempty"`
	Now     string `json:"now,omitempty"`
	Advance string `json:"advance,omitempty"`
}

func (r *Run) clock() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "clock",
		Short: "Look at the clock of the world, or move it: windows close, tokens end, deliveries are tried again",
		Long: "clock prints what time it is in the world of an emulator, which windows, tokens, versions and deliveries go by.\n" +
			"It runs with that of the machine until it is moved, and again after a restart.",
		Example: "  kith clock advance 25h\n  kith clock set 2018-06-01T09:00:00Z\n  kith clock freeze",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.turnClock(cmd, http.MethodGet, worldClock{})
		},
	}
	clientFlags(cmd)
	cmd.AddCommand(
		r.clockCommand("advance DURATION", "Go on by so much, such as 90m, 26h or 3d; advance -- -2h goes back", cobra.ExactArgs(1),
			func(args []string) worldClock { return worldClock{Advance: args[0]} }),
		r.clockCommand("set TIME", "Go on from a time, such as 2026-03-01T09:00:00Z", cobra.ExactArgs(1),
			func(args []string) worldClock { return worldClock{Mode: "live", Now: args[0]} }),
		r.clockCommand("freeze [TIME]", "Stand still, now or at a time", cobra.MaximumNArgs(1),
			func(args []string) worldClock { return worldClock{Mode: "frozen", Now: first(args)} }),
		r.clockCommand("live", "Run with the clock of the machine again", cobra.NoArgs,
			func([]string) worldClock { return worldClock{Mode: "live"} }),
	)
	return cmd
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func (r *Run) clockCommand(use, short string, args cobra.PositionalArgs, change func(args []string) worldClock) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: args, RunE: func(cmd *cobra.Command, args []string) error {
		return r.turnClock(cmd, http.MethodPut, change(args))
	}}
	clientFlags(cmd)
	return cmd
}

// turnClock asks for the clock or changes it, and prints it.
func (r *Run) turnClock(cmd *cobra.Command, method string, change worldClock) error {
	c, err := r.client(cmd)
	if err != nil {
		return err
	}
	var now struct {
		Mode string    `json:"mode"`
		Now  time.Time `json:"now"`
	}
	if method == http.MethodGet {
		err = c.get(cmd.Context(), "/_/api/clock", &now)
	} else {
		err = c.send(cmd.Context(), method, "/_/api/clock", change, &now)
	}
	if err != nil {
		return err
	}
	if r.json {
		r.print(now)
		return nil
	}
	r.say("%s (%s)", now.Now.Format(time.RFC3339), now.Mode)
	return nil
}
