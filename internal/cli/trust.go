package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/proxy"
)

func (r *Run) trust() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "trust",
		Short: "Have this machine trust the local CA, or forget it",
		Long: "trust is about the certificates that kith makes for the hosts of the Graph. kith exec needs no trust of the\n" +
			"machine: it tells the program whom to believe. Who leads graph.facebook.com to serve --tls-listen by a hosts file does.\n\n" +
			"The CA is good for the hosts of the Graph and this machine alone. Nothing is changed without being asked.",
		Args: cobra.NoArgs,
		RunE: group,
	}
	cmd.AddCommand(r.trustShow(), r.trustInstall(), r.trustRemove())
	return cmd
}

// trustFlags are the data folder, and the root of the machine.
func trustFlags(cmd *cobra.Command, root *string) {
	config.Flags(cmd.Flags(), "data")
	cmd.Flags().StringVar(root, "root", "", "root of the system that is to trust the CA (default this one)")
}

// A trusted is what is known about the CA and the system.
type trusted struct {
	CA          string   `json:"ca,omitempty"`
	Fingerprint string   `json:"sha256,omitempty"`
	Until       string   `json:"until,omitempty"`
	Expired     bool     `json:"expired,omitempty"`
	Names       []string `json:"names,omitempty"`
	File        string   `json:"file"` // of the system
	// Installed: the system trusts this CA; Other: it trusts another one of kith's.
	Installed bool `json:"installed"`
	Other     bool `json:"other,omitempty"`
}

// about gathers what is known; ca is nil if there is none.
func about(cfg *config.Config, ca *proxy.CA, sys proxy.System) (*trusted, error) {
	t := &trusted{File: sys.Anchor()}
	there, err := sys.Installed()
	if err != nil {
		return nil, fmt.Errorf("look at what the system trusts: %w", err)
	}
	t.Other = there != nil
	if ca == nil {
		return t, nil
	}
	t.CA, t.Fingerprint, t.Until = proxy.CertFile(cfg.CAFolder()), ca.Fingerprint(), ca.Cert.NotAfter.Format(time.DateOnly)
	t.Expired = ca.Expired()
	t.Names = proxy.Names()
	for _, n := range proxy.Addresses() {
		t.Names = append(t.Names, n.String())
	}
	t.Installed = string(there) == string(ca.PEM()) && sys.Trusts(ca.PEM())
	t.Other = there != nil && string(there) != string(ca.PEM())
	return t, nil
}

func (r *Run) trustShow() *cobra.Command {
	var sys proxy.System
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Print where the local CA is, what it is good for and whether this machine trusts it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := r.settings(cmd)
			if err != nil {
				return err
			}
			ca, err := app.ReadCA(cfg.CAFolder())
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			t, err := about(cfg, ca, sys)
			if err != nil {
				return err
			}
			if r.json {
				r.print(t)
				return nil
			}
			r.sayTrusted(t)
			return nil
		},
	}
	trustFlags(cmd, &sys.Root)
	return cmd
}

func (r *Run) sayTrusted(t *trusted) {
	if t.CA == "" {
		r.say("There is no local CA yet: kith exec, kith trust install and kith serve --tls-listen make one.")
	} else {
		r.say("certificate  %s", t.CA)
		r.say("sha256       %s", t.Fingerprint)
		r.say("good for     %s, and nothing else", strings.Join(t.Names, ", "))
		if t.Expired {
			r.say("until        %s: it ran out, and is made anew when it is needed", t.Until)
		} else {
			r.say("until        %s", t.Until)
		}
	}
	switch {
	case t.Installed:
		r.say("installed    %s", t.File)
	case t.Other:
		r.say("installed    another CA of kith: %s", t.File)
	default:
		r.say("installed    no")
	}
}

func (r *Run) trustInstall() *cobra.Command {
	var sys proxy.System
	var yes bool
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Have every program on this machine that uses the system's certificates trust the local CA",
		Long: "install says what it is going to do, asks, and puts the certificate of the local CA where Debian and its kin keep what\n" +
			"they trust. Browsers with a store of their own do not look there. It takes the rights of root; the data folder is\n" +
			"that of whoever runs kith, so name it: sudo kith trust install --data ~/.local/share/kith",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := r.settings(cmd)
			if err != nil {
				return err
			}
			if err := sys.Check(); err != nil {
				return err
			}
			if cfg.Sudo() && !settled(cfg) {
				return fmt.Errorf("there is no local CA in %s that lasts, and one that root makes is of no use to you: run kith exec -- true first, as yourself, and then this again", cfg.CAFolder())
			}
			ca, note, err := app.LocalCA(cfg.CAFolder())
			if err != nil {
				return err
			}
			t, err := about(cfg, ca, sys)
			if err != nil {
				return err
			}
			if t.Installed {
				return r.trustEnds(t, "This machine trusts the local CA already: %s", t.File)
			}
			plan := []string{"This makes programs of this machine believe the local CA of kith:",
				"  certificate  " + t.CA, "  sha256       " + t.Fingerprint,
				"  good for     " + strings.Join(t.Names, ", ") + ", and nothing else", "  until        " + t.Until}
			if note != "" {
				plan = append(plan, "  note         "+note)
			}
			if t.Other {
				plan = append(plan, "It takes the place of another CA of kith.")
			}
			plan = append(plan, "It will", "  write        "+t.File, "  run          "+strings.Join(sys.Command(), " "), "Take it back with: kith trust remove")
			if err := r.agreed(plan, yes); err != nil {
				return err
			}
			if err := sys.Install(cmd.Context(), ca.PEM()); err != nil {
				return r.rights(err, "install", cfg)
			}
			t.Installed, t.Other = true, false
			return r.trustEnds(t, "This machine trusts the local CA now.")
		},
	}
	trustFlags(cmd, &sys.Root)
	cmd.Flags().BoolVar(&yes, "yes", false, "do it without asking")
	return cmd
}

// settled reports whether there is a CA that LocalCA leaves as it is, or refuses.
func settled(cfg *config.Config) bool {
	ca, err := app.ReadCA(cfg.CAFolder())
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	return !ca.Stale()
}

func (r *Run) trustRemove() *cobra.Command {
	var sys proxy.System
	var yes bool
	cmd := &cobra.Command{
		Use:   "remove",
		Short: "Have this machine forget the local CA",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := r.settings(cmd)
			if err != nil {
				return err
			}
			there, err := sys.Installed()
			if err != nil {
				return err
			}
			t := &trusted{File: sys.Anchor()}
			if there == nil {
				return r.trustEnds(t, "This machine trusts no CA of kith.")
			}
			plan := []string{"This makes programs of this machine forget the local CA of kith. It will", "  remove       " + t.File,
				"  run          " + strings.Join(sys.Command("--fresh"), " "), "The CA itself stays in the data folder."}
			if err := r.agreed(plan, yes); err != nil {
				return err
			}
			if err := sys.Remove(cmd.Context()); err != nil {
				return r.rights(err, "remove", cfg)
			}
			return r.trustEnds(t, "This machine trusts the local CA no longer.")
		},
	}
	trustFlags(cmd, &sys.Root)
	cmd.Flags().BoolVar(&yes, "yes", false, "do it without asking")
	return cmd
}

func (r *Run) trustEnds(t *trusted, format string, args ...any) error {
	if r.json {
		r.print(t)
	} else {
		r.say(format, args...)
	}
	return nil
}

// agreed says what is going to happen and asks, unless that was answered before.
// Where nobody can be asked, the answer is no.
func (r *Run) agreed(plan []string, yes bool) error {
	fmt.Fprintln(r.Err, strings.Join(plan, "\n"))
	if yes {
		return nil
	}
	in, ok := r.In.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return usagef("nobody can be asked here: agree with --yes")
	}
	fmt.Fprint(r.Err, "Go on? [y/N] ")
	line, _ := bufio.NewReader(in).ReadString('\n')
	if word := strings.ToLower(strings.TrimSpace(line)); word != "y" && word != "yes" {
		return errors.New("nothing was changed")
	}
	return nil
}

// rights says how to get those that were missing.
func (r *Run) rights(err error, what string, cfg *config.Config) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w; nothing was changed; it takes root: sudo kith trust %s --data %s", err, what, cfg.Data)
	}
	return err
}
