package cli

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/webhook"
)

func (r *Run) deliveries() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "deliveries",
		Short: "List what apps are told: webhooks, and of people who left or want their data deleted; show one, deliver one again",
		Args:  cobra.NoArgs,
		RunE:  group,
	}
	cmd.AddCommand(r.listDeliveries(), r.showDelivery(), r.redeliver())
	return cmd
}

func (r *Run) listDeliveries() *cobra.Command {
	var app, state string
	var limit int
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List deliveries, newest first",
		Example: "  kith deliveries list --app demo --state waiting",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client(cmd)
			if err != nil {
				return err
			}
			q := url.Values{"limit": {strconv.Itoa(limit)}}
			for name, value := range map[string]string{"app": app, "state": state} {
				if value != "" {
					q.Set(name, value)
				}
			}
			var got struct {
				Deliveries []webhook.View `json:"deliveries"`
			}
			if err := c.get(cmd.Context(), "/_/api/deliveries?"+q.Encode(), &got); err != nil {
				return err
			}
			if r.json {
				r.print(got)
				return nil
			}
			rows := [][]string{{"ID", "MADE", "APP", "WHAT", "ABOUT", "STATE", "TRIES", "LATEST"}}
			for i := range got.Deliveries {
				v := &got.Deliveries[i]
				rows = append(rows, []string{v.ID, clockText(v.Made), v.App, v.What, subject(v.Payload), v.State, strconv.FormatInt(v.Tries, 10), latest(v)})
			}
			r.table(rows)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&app, "app", "", "those of one app (default all)")
	f.StringVar(&state, "state", "", "those that are waiting, delivered, given_up or dropped (default all)")
	f.IntVar(&limit, "limit", 100, "how many at most")
	clientFlags(cmd)
	return cmd
}

// subject is what an update is of: the member of its first item that says so, or the
// field that changed. Empty for what is no update.
func subject(payload []byte) string {
	var body struct {
		Entry []struct {
			Messaging, Standby []map[string]json.RawMessage
			Changes            []struct{ Field string }
			ChangedFields      []string `json:"changed_fields"`
			Field              string
		}
	}
	if json.Unmarshal(payload, &body) != nil || len(body.Entry) == 0 {
		return ""
	}
	e := body.Entry[0]
	for _, item := range append(e.Messaging, e.Standby...) {
		for _, name := range slices.Sorted(maps.Keys(item)) {
			if !slices.Contains([]string{"sender", "recipient", "timestamp", "prior_message"}, name) {
				return name
			}
		}
	}
	for _, c := range e.Changes {
		return c.Field
	}
	return cmp.Or(e.Field, strings.Join(e.ChangedFields, ","))
}

// latest says how the latest try went.
func latest(v *webhook.View) string {
	status := ""
	if v.Status != 0 {
		status = strconv.Itoa(v.Status)
	}
	return cmp.Or(v.Error, status)
}

func (r *Run) showDelivery() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one delivery: what the app was told, how it went, what it answered",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.oneDelivery(cmd, http.MethodGet, "/_/api/deliveries/"+url.PathEscape(args[0]))
		},
	}
	clientFlags(cmd)
	return cmd
}

func (r *Run) redeliver() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "redeliver ID",
		Short: "Tell an app once more: the same bytes under the same ID",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.oneDelivery(cmd, http.MethodPost, "/_/api/deliveries/"+url.PathEscape(args[0])+"/redeliver")
		},
	}
	clientFlags(cmd)
	return cmd
}

func (r *Run) oneDelivery(cmd *cobra.Command, method, path string) error {
	c, err := r.client(cmd)
	if err != nil {
		return err
	}
	var v webhook.View
	if err := c.call(cmd.Context(), method, path, "", nil, &v); err != nil {
		return err
	}
	if r.json {
		r.print(v)
		return nil
	}
	rows := [][]string{{"id", v.ID}, {"app", v.App}, {"what", v.What}, {"state", v.State}, {"payload", string(v.Payload)}, {"url", v.URL},
		{"made", clockText(v.Made)}, {"tries", strconv.FormatInt(v.Tries, 10)}, {"tried", clockText(v.Tried)}, {"next", clockText(v.Next)},
		{"latest", latest(&v)}, {"post", v.Post}, {"status_url", v.StatusURL}, {"confirmation_code", v.ConfirmationCode}}
	kept := rows[:0]
	for _, row := range rows {
		if row[1] != "" {
			kept = append(kept, row)
		}
	}
	r.table(kept)
	return nil
}

func clockText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
