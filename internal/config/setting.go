package config

import (
	"reflect"
	"strings"
)

// unset as a default says that there is no fixed one.
const unset = "-"

// A setting is one field of Config as its tags declare it.
type setting struct {
	key    string
	def    string
	help   string
	secret bool
	path   bool
	index  []int // of the field in Config
	typ    reflect.Type
}

// flag is the name on the command line, without dashes.
func (s *setting) flag() string { return strings.NewReplacer("_", "-", ".", "-").Replace(s.key) }

// env is the name of the variable.
func (s *setting) env() string { return prefix + strings.ToUpper(strings.ReplaceAll(s.key, ".", "_")) }

// in returns the field of c.
func (s *setting) in(c *Config) reflect.Value { return reflect.ValueOf(c).Elem().FieldByIndex(s.index) }

// settings lists the declared settings in the order of the struct.
func settings() []setting { return walk(reflect.TypeFor[Config](), "", nil) }

func walk(t reflect.Type, above string, index []int) []setting {
	var list []setting
	for i := range t.NumField() {
		f := t.Field(i)
		key, ok := f.Tag.Lookup("key")
		if !ok {
			continue
		}
		at := append(append([]int(nil), index...), i)
		if f.Type.Kind() == reflect.Struct {
			list = append(list, walk(f.Type, above+key+".", at)...)
			continue
		}
		list = append(list, setting{
			key: above + key, def: f.Tag.Get("default"), help: f.Tag.Get("help"),
			secret: f.Tag.Get("secret") != "", path: f.Tag.Get("path") != "",
			index: at, typ: f.Type,
		})
	}
	return list
}

// find returns the setting that is called name by the given naming, nil if
// there is none.
func find(list []setting, naming func(*setting) string, name string) *setting {
	for i := range list {
		if naming(&list[i]) == name {
			return &list[i]
		}
	}
	return nil
}

func (s *setting) name() string { return s.key }

func names(list []setting, naming func(*setting) string) []string {
	all := make([]string, len(list))
	for i := range list {
		all[i] = naming(&list[i])
	}
	return all
}
