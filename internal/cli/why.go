package cli

import (
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/control"
)

func (r *Run) why() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "why [REQUEST|last]",
		Short: "Explain an answer: every decision on the way to it, and what backs each",
		Long: "why prints the decision ladder of a request, by its number (header X-Kith-Request) or of the last one:\n" +
			"what was asked, how it went, and the reference behind the rule.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client(cmd)
			if err != nil {
				return err
			}
			id := "last"
			if len(args) > 0 {
				id = args[0]
			}
			var w control.Why
			if err := c.get(cmd.Context(), "/_/api/requests/"+url.PathEscape(id)+"/why", &w); err != nil {
				return err
			}
			if r.json {
				r.print(w)
				return nil
			}
			printWhy(r.Out, &w)
			return nil
		},
	}
	clientFlags(cmd)
	return cmd
}

// printWhy writes the ladder, a line a rung.
func printWhy(w io.Writer, why *control.Why) {
	q := &why.Request
	fmt.Fprintf(w, "#%d %s %s\n", q.ID, q.Method, q.Path)
	fmt.Fprintf(w, "%d", q.Status)
	if q.Code != 0 {
		fmt.Fprintf(w, ", error %d", q.Code)
		if q.Subcode != 0 {
			fmt.Fprintf(w, "/%d", q.Subcode)
		}
	}
	if q.Node != "" {
		fmt.Fprintf(w, ", %s", q.Node)
	}
	fmt.Fprintln(w)
	for _, l := range why.Why {
		fmt.Fprintf(w, "%s %-16s %s  %s\n", sign(l.Outcome), l.Rung, l.Text, l.Reference)
	}
}

func sign(outcome string) string {
	switch outcome {
	case "passed":
		return "✓"
	case "failed":
		return "✗"
	}
	return "·"
}
