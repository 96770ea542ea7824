package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/population"
	"github.com/kithgraph/kith/internal/world"
)

// generating is what the flags of kith world generate say.
type generating struct {
	out, life, clock string
	plan             population.Plan
}

func (r *Run) generateWorld() *cobra.Command {
	var g generating
	cmd := &cobra.Command{
		Use:   "generate [-o FILE | --data DIR | --store URL]",
		Short: "Make up a world of any size: as JSON Lines to import, or straight into an empty database",
		Long: "Make up people with families, schools, jobs, friends, likes, albums, posts, events, groups, apps and\n" +
			"messages to Pages. The same --people, --seed, --locale, --life, --rate and --clock make the same world,\n" +
			"whoever makes it and when. Without --data or --store it is written as JSON Lines, to standard output\n" +
			"unless -o names a file. A database must be empty. An interrupt leaves no file; a database that is not\n" +
			"finished says so, and no server takes it.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return r.generate(cmd, &g) },
	}
	f := cmd.Flags()
	f.StringVarP(&g.out, "output", "o", "", "file to write (default standard output)")
	f.IntVar(&g.plan.People, "people", 1000, "how many people")
	f.Int64Var(&g.plan.Seed, "seed", 0, "another number makes other people")
	f.Float64Var(&g.plan.Rate, "rate", 0.6, "which part of them has written to the Page shop")
	f.StringVar(&g.life, "life", "full", "full, or profile: who they are, IDs and one contact")
	f.StringSliceVar(&g.plan.Locales, "locale", nil, "where they come from, as fr_FR,ja_JP (default everywhere)")
	f.StringVar(&g.clock, "clock", population.Epoch().Format(time.RFC3339), "the moment their lives have come to: a time, or now")
	config.Flags(f, "data", "store", "mode", "key_file")
	return cmd
}

// check reads the flags that are not numbers.
func (g *generating) check(now time.Time) error {
	if g.life != "full" && g.life != "profile" {
		return usagef("--life is full or profile, not %q", g.life)
	}
	g.plan.Profile = g.life == "profile"
	if g.plan.Clock = now; g.clock != "now" {
		at, err := time.Parse(time.RFC3339, g.clock)
		if err != nil {
			return usagef("--clock is a time such as 2026-01-01T12:00:00Z, or now")
		}
		g.plan.Clock = at
	}
	if _, err := population.New(g.plan); err != nil {
		return usagef("%s", err)
	}
	return nil
}

func (r *Run) generate(cmd *cobra.Command, g *generating) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cfg, err := r.settings(cmd)
	if err != nil {
		return err
	}
	into := cmd.Flags().Changed("data") || cmd.Flags().Changed("store")
	if into && g.out != "" {
		return usagef("-o writes a file, --data and --store a database: choose one")
	}
	sc, err := scratch(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = sc.Close() }()
	if err := g.check(sc.Clock.Now()); err != nil {
		return err
	}
	begin := sc.Clock.Now()
	var made *world.Made
	if into {
		made, err = r.generateInto(ctx, cfg, g)
	} else {
		err = r.writeTo(g.out, func(w io.Writer) (err error) {
			bar := r.bar(int64(g.plan.People), "making up people")
			made, err = sc.World.WritePopulation(ctx, w, g.plan, func(n int) { _ = bar.Set(n) })
			_ = bar.Finish()
			return err
		})
	}
	if err != nil {
		return err
	}
	to := r.Out
	if !into && (g.out == "" || g.out == "-") {
		to = r.Err
	}
	r.printMade(to, made, sc.Clock.Now().Sub(begin))
	return nil
}

func (r *Run) generateInto(ctx context.Context, cfg *config.Config, g *generating) (made *world.Made, err error) {
	db, err := database(ctx, cfg, app.Settings{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	bar := r.bar(int64(g.plan.People), "making up people")
	made, err = db.World.Populate(ctx, g.plan, func(n int) { _ = bar.Set(n) })
	_ = bar.Finish()
	if ctx.Err() != nil && err != nil {
		return nil, errors.New("interrupted: the database has a part of the people and says so; throw it away")
	}
	return made, err
}

// printMade says what was made.
func (r *Run) printMade(w io.Writer, m *world.Made, took time.Duration) {
	seconds := max(took.Seconds(), 0.001)
	if r.json {
		r.printTo(w, map[string]any{"generated": m, "seconds": seconds})
		return
	}
	line := func(n int, what string) {
		if n > 0 {
			fmt.Fprintf(w, "%10s  %s\n", strconv.Itoa(n), what)
		}
	}
	line(m.People, "people")
	line(m.Couples, "couples")
	line(m.Friendships, "friendships")
	line(m.Contacts, "contacts")
	line(m.Events, "events of contacts")
	line(m.Installs, "installs of apps")
	line(m.Pages, "Pages")
	line(m.Apps, "apps")
	line(m.Businesses, "businesses")
	line(m.Uploaded, "rows of audiences")
	for _, typ := range slices.Sorted(maps.Keys(m.Things)) {
		line(m.Things[typ], typ)
	}
	for _, edge := range slices.Sorted(maps.Keys(m.Edges)) {
		line(m.Edges[edge], "on "+edge)
	}
	fmt.Fprintf(w, "made in %s: %.0f people/s", took.Round(time.Millisecond), float64(m.People)/seconds)
	if m.Rows > 0 {
		fmt.Fprintf(w, ", %d rows, %.0f rows/s", m.Rows, float64(m.Rows)/seconds)
	}
	fmt.Fprintln(w)
}
