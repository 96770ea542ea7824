package cli

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/graph"
)

// plannedFault is a fault as the control plane takes and lists it.
type plannedFault struct {
	Error string   `json:"error"`
	Times int      `json:"times,omitempty"`
	ID    string   `json:"id,omitempty"`
	Args  []string `json:"args,omitempty"`
}

func (r *Run) fault() *cobra.Command {
	var f plannedFault
	cmd := &cobra.Command{
		Use:   "fault [ERROR]",
		Short: "Make the next calls fail with an error of the table, or list what is planned",
		Long: "fault answers the next calls with an error that nothing in the world brings about, such as an outage.\n" +
			"Errors go by the names of the table: unavailable, unknown, no_node, consent_required...\n" +
			"A name that does not exist is answered with all of them. Without one, the plan is listed.",
		Example: "  kith fault unavailable --times 3\n  kith fault no_field --id 1876737694680510 --args name,MessengerPageScopedID\n  kith fault clear",
		Args:    cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return strings.Split(graph.ErrorNames(), ", "), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return r.faults(cmd)
			}
			if f.Times < 1 {
				return usagef("--times is how many calls fail: 1 or more")
			}
			f.Error = args[0]
			done := fmt.Sprintf("the next %d calls answer %s", f.Times, f.Error)
			if f.Times == 1 {
				done = "the next call answers " + f.Error
			}
			return r.change(cmd, http.MethodPost, "/_/api/faults", &f, done)
		},
	}
	fl := cmd.Flags()
	fl.IntVar(&f.Times, "times", 1, "how many calls fail")
	fl.StringVar(&f.ID, "id", "", "only calls of this node, as the path or ids spell it, or of a path such as oauth/access_token")
	fl.StringSliceVar(&f.Args, "args", nil, "what the text of the error interpolates, in order")
	clientFlags(cmd)
	cmd.AddCommand(r.clearFaults())
	return cmd
}

func (r *Run) faults(cmd *cobra.Command) error {
	c, err := r.client(cmd)
	if err != nil {
		return err
	}
	var plan struct {
		Faults []plannedFault `json:"faults"`
	}
	if err := c.get(cmd.Context(), "/_/api/faults", &plan); err != nil {
		return err
	}
	if r.json {
		r.print(plan)
		return nil
	}
	rows := [][]string{{"ERROR", "CALLS LEFT", "NODE"}}
	for _, f := range plan.Faults {
		rows = append(rows, []string{f.Error, strconv.Itoa(f.Times), f.ID})
	}
	r.table(rows)
	return nil
}

func (r *Run) clearFaults() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "clear",
		Short: "Plan no failures any more",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.change(cmd, http.MethodDelete, "/_/api/faults", nil, "no failure is planned")
		},
	}
	clientFlags(cmd)
	return cmd
}
