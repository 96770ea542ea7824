package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/app"
)

func (r *Run) checkDB() *cobra.Command {
	var dsn string
	var seconds, clients int
	cmd := &cobra.Command{
		Use:   "check --dsn URL",
		Short: "Find out whether a PostgreSQL-wire database keeps its word, while you kill its nodes",
		Long: "check makes a schema of its own, has the database run every statement kith uses, and then writes for a\n" +
			"while, keeping account of what was acknowledged. Kill a node, or the primary, meanwhile. The verdict says\n" +
			"how many acknowledged writes were lost, how many writes were torn, how many took place though they were\n" +
			"refused, and how many ended with an unknown outcome. The schema is removed. Interrupt to end the load\n" +
			"early. It exits with 1 if the database broke its word.",
		Example: "  kith db check --dsn 'postgres://kith@db1,db2,db3/kith' --seconds 120",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dsn == "" {
				return usagef("say which database: --dsn postgres://user@host/database")
			}
			if seconds < 1 || clients < 1 || clients > 200 {
				return usagef("--seconds is at least 1, --clients 1 to 200")
			}
			return r.doCheckDB(cmd.Context(), dsn, clients, time.Duration(seconds)*time.Second)
		},
	}
	f := cmd.Flags()
	f.StringVar(&dsn, "dsn", "", "the database, with all its hosts; a password is best kept in PGPASSWORD or a password file")
	f.IntVar(&seconds, "seconds", 30, "how long to write")
	f.IntVar(&clients, "clients", 8, "how many clients write")
	return cmd
}

func (r *Run) doCheckDB(ctx context.Context, dsn string, clients int, d time.Duration) error {
	load, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	bar := r.bar(int64(d/time.Second), "writing")
	c, err := app.CheckDatabase(ctx, load, dsn, clients, d, func(elapsed time.Duration, good, bad int64) {
		bar.Describe(fmt.Sprintf("writing: %d acknowledged, %d failed", good, bad))
		_ = bar.Set64(int64(elapsed / time.Second))
	})
	_ = bar.Finish()
	if c != nil && (err == nil || !r.json) {
		r.printCheckup(c)
	}
	if err != nil {
		return err
	}
	if !c.OK() {
		return errSilent
	}
	return nil
}

func (r *Run) printCheckup(c *app.Checkup) {
	if r.json {
		r.print(c)
		return
	}
	r.say("database    %s", c.Database)
	r.say("statements  %d of %d accepted", c.Statements-len(c.Refused), c.Statements)
	for _, text := range c.Refused {
		r.say("  refused   %s", text)
	}
	for _, s := range c.Steps {
		if s.Error == "" {
			r.say("ok          %s", s.Name)
		} else {
			r.say("FAILED      %s: %s", s.Name, s.Error)
		}
	}
	v := c.Load
	if v == nil {
		return
	}
	r.say("writes      %d acknowledged, %d refused, %d with an unknown outcome of which %d took place", v.Acknowledged, v.Refused, v.Ambiguous, v.Applied)
	r.say("pause       %v was the longest without an acknowledged write", time.Duration(v.PauseMS)*time.Millisecond)
	if v.LastError != "" {
		r.say("last error  %s", v.LastError)
	}
	r.say("lost        %d", v.Lost)
	r.say("torn        %d", v.Torn)
	r.say("phantoms    %d (refused, but there)", v.Phantoms)
	r.say("stale       %d (not seen by whoever had just written it)", v.Stale)
	if c.OK() {
		r.say("verdict     the database kept its word")
	} else {
		r.say("verdict     do not run kith on it")
	}
}
