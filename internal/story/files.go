package story

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

// Ext is what the names of story files end with.
const Ext = ".txtar"

// A Group is story files that one server can run.
type Group struct {
	Settings map[string]string // knobs it needs; empty: none
	Files    []string
}

// Groups sorts story files, and those in folders, by the settings they need.
// Those that need none come first; what is no story is among them, and told
// when it is run.
func Groups(files []string) ([]Group, error) {
	names, err := expandFiles(files)
	if err != nil {
		return nil, err
	}
	groups := []Group{{}}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var need map[string]string
		if s, err := Parse(name, data); err == nil {
			need = s.Settings
		}
		i := 0
		for i < len(groups) && !maps.Equal(groups[i].Settings, need) {
			i++
		}
		if i == len(groups) {
			groups = append(groups, Group{Settings: need})
		}
		groups[i].Files = append(groups[i].Files, name)
	}
	if len(groups[0].Files) == 0 {
		groups = groups[1:]
	}
	return groups, nil
}

// expandFiles replaces folders by the stories in them.
func expandFiles(files []string) ([]string, error) {
	var names []string
	for _, f := range files {
		err := filepath.WalkDir(f, func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && (name == f || strings.HasSuffix(name, Ext)) {
				names = append(names, name)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no story in %s", strings.Join(files, ", "))
	}
	return names, nil
}
