package cli

import (
	"runtime"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/graph"
)

func (r *Run) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of kith and of the Graph it serves",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if r.json {
				r.print(map[string]string{"version": app.Version, "go": runtime.Version(),
					"oldest": graph.Oldest.String(), "newest": graph.Newest.String()})
				return nil
			}
			r.say("kith %s, Graph %s to %s, %s", app.Version, graph.Oldest, graph.Newest, runtime.Version())
			return nil
		},
	}
}
