package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"

	"github.com/kithgraph/kith/internal/webhook"
)

const (
	prefix = "KITH_"
	// fileVariable names the settings file; it is no setting itself.
	fileVariable = prefix + "CONFIG"
	// DefaultFile is read from the current folder when it is there.
	DefaultFile = "kith.yaml"
	// TokenVariable begins the variables in which exec tells tokens of Pages; they
	// are no settings.
	TokenVariable = prefix + "PAGE_TOKEN_"
)

// Sources are what Load reads. The zero value reads the environment of the
// process and kith.yaml.
type Sources struct {
	File    string         // settings file; it must exist when it is named
	Environ []string       // NAME=value; nil is that of the process
	Flags   *pflag.FlagSet // flags the user may have set; nil is none
}

// Load fills a Config, later sources over earlier ones: defaults, file,
// variables, flags. When anything is wrong with any of them it returns Problems
// and no Config.
func Load(src Sources) (*Config, error) {
	if src.Environ == nil {
		src.Environ = os.Environ()
	}
	l := &loader{settings: settings(), env: environment(src.Environ), final: koanf.New("."), origins: map[string]Origin{}}
	for _, step := range []func(*Sources) error{l.defaults, l.file, l.variables, l.flags} {
		if err := step(&src); err != nil {
			return nil, err
		}
	}
	c := l.fill()
	if len(l.problems) == 0 {
		l.problems = c.check()
	}
	if len(l.problems) > 0 {
		return nil, l.problems
	}
	return c, nil
}

type loader struct {
	settings []setting
	env      environment
	final    *koanf.Koanf
	origins  map[string]Origin
	places   map[string]string // of values from a file
	problems Problems
}

// layer puts one source over those before it.
func (l *loader) layer(p koanf.Provider, origin func(*setting) Origin) error {
	k := koanf.New(".")
	if err := k.Load(p, nil); err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	for i := range l.settings {
		if s := &l.settings[i]; k.Exists(s.key) {
			l.origins[s.key] = origin(s)
		}
	}
	return l.final.Merge(k)
}

func (l *loader) defaults(*Sources) error {
	values := map[string]any{"data": l.env.dataFolder()}
	for _, s := range l.settings {
		if s.def != unset && s.def != "" {
			values[s.key] = s.def
		}
	}
	return l.layer(confmap.Provider(values, "."), func(*setting) Origin { return Default })
}

func (l *loader) file(src *Sources) error {
	name, named := src.File, true
	if name == "" {
		name = l.env.get(fileVariable)
	}
	if name == "" {
		name, named = DefaultFile, false
	}
	data, err := os.ReadFile(name)
	switch {
	case !named && errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		l.problems = append(l.problems, Problem{Key: "config", Text: err.Error()})
		return nil
	}
	r := &fileReader{name: filepath.Clean(name), settings: l.settings}
	r.read(data)
	l.problems, l.places = append(l.problems, r.problems...), r.places
	return l.layer(confmap.Provider(r.values, "."), func(*setting) Origin { return Origin("file " + r.name) })
}

// foreign are variables that Kubernetes sets for a service named kith.
func foreign(name string) bool {
	return regexp.MustCompile(`^KITH_(SERVICE_(HOST|PORT(_.*)?)|PORT(_\d+_(TCP|UDP|SCTP)(_.*)?)?)$`).MatchString(name)
}

func (l *loader) variables(src *Sources) error {
	key := func(name, value string) (string, any) {
		s := find(l.settings, (*setting).env, name)
		switch {
		case s != nil:
			return s.key, value
		case name != fileVariable && !foreign(name) && !strings.HasPrefix(name, TokenVariable):
			l.problems = append(l.problems, Problem{Key: name, Origin: "env " + name, Text: "unknown variable",
				Remedy: meant(name, append(names(l.settings, (*setting).env), fileVariable))})
		}
		return "", nil
	}
	p := env.Provider(".", env.Opt{Prefix: prefix, TransformFunc: key, EnvironFunc: func() []string { return src.Environ }})
	return l.layer(p, func(s *setting) Origin { return Origin("env " + s.env()) })
}

func (l *loader) flags(src *Sources) error {
	if src.Flags == nil {
		return nil
	}
	key := func(f *pflag.Flag) (string, any) {
		if s := find(l.settings, (*setting).flag, f.Name); s != nil && !s.secret {
			return s.key, s.flagValue(f)
		}
		return "", nil
	}
	p := posflag.ProviderWithFlag(src.Flags, ".", nil, key)
	return l.layer(p, func(s *setting) Origin { return Origin("flag --" + s.flag()) })
}

// fill reads the text of every setting into its field.
func (l *loader) fill() *Config {
	c := &Config{origins: l.origins, runtime: l.env.runtimeFolder(), env: l.env}
	for i := range l.settings {
		s := &l.settings[i]
		if !l.final.Exists(s.key) {
			continue
		}
		text := l.final.String(s.key)
		if l.origins[s.key] != Default && text == "" && !s.isList() && !s.isText() {
			continue // an empty variable is one that is not set
		}
		if err := s.set(s.in(c), text); err != nil {
			l.problems = append(l.problems, Problem{Key: s.key, Origin: l.place(s), Text: s.key + ": " + s.hide(err)})
		}
	}
	if !c.Given("login_page") {
		c.LoginPage = "on"
		if c.IsServer() {
			c.LoginPage = "off"
		}
	}
	if !c.Given("headers") {
		c.Headers = "recorded"
		if c.IsServer() {
			c.Headers = "lean"
		}
	}
	if !c.Given("rates.enforce") {
		c.Rates.Enforce = "off"
		if c.IsServer() {
			c.Rates.Enforce = "on"
		}
	}
	if !c.Given("attachments.fetch") {
		c.Attachments.Fetch = "targets"
		if c.IsServer() {
			c.Attachments.Fetch = "always"
		}
	}
	if !c.Given("webhooks.targets") {
		c.Webhooks.Targets = webhook.Loopback.String()
		if c.IsServer() {
			c.Webhooks.Targets = webhook.Public.String()
		}
	}
	if !c.Given("journal_sample") {
		c.JournalSample = 1
		if c.IsServer() {
			c.JournalSample = 100
		}
	}
	if c.IsServer() && !c.Given("lease") {
		c.Lease = defaultLease
	}
	if c.IsServer() && !c.Given("fence") {
		c.Fence = defaultFence
	}
	c.URL = strings.TrimRight(c.URL, "/")
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	return c
}

// place says where a value was given as exactly as possible.
func (l *loader) place(s *setting) string {
	o := l.origins[s.key]
	if at, ok := l.places[s.key]; ok && strings.HasPrefix(string(o), "file ") {
		return at
	}
	return string(o)
}
