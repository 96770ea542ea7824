package config

import (
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// Flags adds the flags of the settings to a set: those of the keys named, or of
// all but secrets and json, which every command has anyway.
func Flags(fs *pflag.FlagSet, keys ...string) {
	for _, s := range settings() {
		if s.secret || len(keys) > 0 && !slices.Contains(keys, s.key) || len(keys) == 0 && (s.key == "json" || s.key == "url") {
			continue
		}
		switch {
		case s.typ == reflect.TypeFor[bool]():
			fs.Bool(s.flag(), s.def == "true", s.help)
		case s.isList():
			fs.StringSlice(s.flag(), nil, s.help)
		case s.typ == reflect.TypeFor[string]():
			fs.String(s.flag(), strings.TrimPrefix(s.def, unset), s.help)
		default:
			fs.VarP(&textFlag{text: strings.TrimPrefix(s.def, unset), kind: s.kind()}, s.flag(), "", s.help)
		}
	}
}

// FlagsBut adds the flags of all settings but those of the keys named; a key
// with a dot at its end is a group.
func FlagsBut(fs *pflag.FlagSet, keys ...string) {
	var rest []string
	for _, s := range settings() {
		if !slices.ContainsFunc(keys, func(key string) bool {
			return s.key == key || strings.HasSuffix(key, ".") && strings.HasPrefix(s.key, key)
		}) {
			rest = append(rest, s.key)
		}
	}
	Flags(fs, rest...)
}

// A textFlag keeps what was typed: Load reads it, so that a value is judged
// alike wherever it was given.
type textFlag struct{ text, kind string }

func (f *textFlag) String() string { return f.text }
func (f *textFlag) Type() string   { return f.kind }

func (f *textFlag) Set(text string) error {
	f.text = text
	return nil
}

// kind is what --help calls a value.
func (s *setting) kind() string {
	switch s.typ {
	case reflect.TypeFor[int]():
		return "number"
	case reflect.TypeFor[Size]():
		return "size"
	}
	return strings.ToLower(s.typ.Name())
}

func (s *setting) isList() bool { return s.typ.Kind() == reflect.Slice }
func (s *setting) isText() bool { return s.typ == reflect.TypeFor[string]() }

// flagValue is what was typed, as a file would spell it.
func (s *setting) flagValue(f *pflag.Flag) string {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return strings.Join(list.GetSlice(), ",")
	}
	return f.Value.String()
}

// hide keeps a secret out of the error about it.
func (s *setting) hide(err error) string {
	if s.secret {
		return "the value cannot be used"
	}
	return err.Error()
}
