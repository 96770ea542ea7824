package cli

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"
)

// usedLimit is a rate limit as the control plane tells it.
type usedLimit struct {
	Kind      string `json:"kind"`
	App       string `json:"app,omitempty"`
	Of        string `json:"of,omitempty"`
	Window    string `json:"window"`
	Calls     int64  `json:"calls"`
	Limit     int64  `json:"limit"`
	CallCount int64  `json:"call_count"`
	CPUTime   int64  `json:"total_cputime"`
	TotalTime int64  `json:"total_time"`
	Regain    int64  `json:"estimated_time_to_regain_access"`
}

func (r *Run) limits() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "limits",
		Short: "Show what is used of the rate limits, or begin anew",
		Long: "limits shows the calls that a server has counted, as the headers x-app-usage, x-page-usage and\n" +
			"x-business-use-case-usage tell them, those that are used most first. WAIT is in minutes.\n" +
			"Each of several servers counts what it answered itself. Rate limits are on in server mode and off in an\n" +
			"emulator unless rates.enforce says otherwise; kith config show lists the numbers (rates.*).",
		Example: "  kith limits\n  kith limits clear --kind messenger --of 1042\n  kith serve --rates-enforce on --rates-app 5",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return r.showLimits(cmd) },
	}
	clientFlags(cmd)
	cmd.AddCommand(r.clearLimits())
	return cmd
}

func (r *Run) showLimits(cmd *cobra.Command) error {
	c, err := r.client(cmd)
	if err != nil {
		return err
	}
	var used struct {
		Enforced bool        `json:"enforced"`
		Pools    []usedLimit `json:"pools"`
	}
	if err := c.get(cmd.Context(), "/_/api/limits", &used); err != nil {
		return err
	}
	if r.json {
		r.print(used)
		return nil
	}
	if !used.Enforced {
		fmt.Fprintln(r.Out, "Rate limits are off (rates.enforce).")
		return nil
	}
	rows := [][]string{{"LIMIT", "APP", "OF", "CALLS", "ALLOWED", "IN", "CALLS%", "CPU%", "TIME%", "WAIT"}}
	for _, p := range used.Pools {
		rows = append(rows, []string{p.Kind, p.App, p.Of, strconv.FormatInt(p.Calls, 10), strconv.FormatInt(p.Limit, 10), p.Window,
			strconv.FormatInt(p.CallCount, 10), strconv.FormatInt(p.CPUTime, 10), strconv.FormatInt(p.TotalTime, 10), strconv.FormatInt(p.Regain, 10)})
	}
	r.table(rows)
	return nil
}

func (r *Run) clearLimits() *cobra.Command {
	var kind, of string
	cmd := &cobra.Command{
		Use:   "clear",
		Short: "Forget the calls that were counted",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := url.Values{}
			if kind != "" {
				q.Set("kind", kind)
			}
			if of != "" {
				q.Set("of", of)
			}
			path := "/_/api/limits"
			if len(q) > 0 {
				path += "?" + q.Encode()
			}
			return r.change(cmd, http.MethodDelete, path, nil, "calls are counted anew")
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "", "only limits of this kind: app, user, page, pages, messenger, instagram, custom_audience, ads_management, stream")
	cmd.Flags().StringVar(&of, "of", "", "only those of this app, Page or account by its ID, or of this person by the handle")
	clientFlags(cmd)
	return cmd
}
