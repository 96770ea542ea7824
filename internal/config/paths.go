package config

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// An environment is NAME=value lines; a later one wins.
type environment []string

func (e environment) get(name string) string {
	value := ""
	for _, line := range e {
		if n, v, _ := strings.Cut(line, "="); n == name {
			value = v
		}
	}
	return value
}

// dataFolder is $XDG_DATA_HOME/kith, else ~/.local/share/kith. Without a home
// it is a folder of the current one. [doc XDG base directories]
func (e environment) dataFolder() string {
	if dir := e.get("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "kith")
	}
	home := e.get("HOME")
	if home == "" {
		home = e.get("USERPROFILE")
	}
	if home == "" {
		return "kith-data"
	}
	return filepath.Join(home, ".local", "share", "kith")
}

// runtimeFolder is where a server without a data folder leaves word of itself:
// a folder of this user's own, so that nobody else can lead clients astray.
func (e environment) runtimeFolder() string {
	for _, at := range []struct{ variable, below string }{
		{"XDG_RUNTIME_DIR", "kith"}, {"XDG_CACHE_HOME", "kith"}, {"HOME", ".cache/kith"}, {"LOCALAPPDATA", "kith"},
	} {
		if dir := e.get(at.variable); filepath.IsAbs(dir) {
			return filepath.Join(dir, filepath.FromSlash(at.below))
		}
	}
	return filepath.Join(os.TempDir(), "kith-"+strconv.Itoa(os.Getuid()))
}

// RunFile is where this server writes its addresses for client commands.
func (c *Config) RunFile() string {
	if c.Memory {
		return filepath.Join(c.runtime, runFile)
	}
	return filepath.Join(c.Data, runFile)
}

// RunFiles are where a client command looks for a server, best first.
func (c *Config) RunFiles() []string {
	files := []string{filepath.Join(c.Data, runFile)}
	if !c.Given("data") {
		files = append(files, filepath.Join(c.runtime, runFile))
	}
	return files
}

const runFile = "run.json"

// Environ is the environment that the settings were read from.
func (c *Config) Environ() []string { return c.env }

// CI reports whether the environment says that nobody is watching, as services of
// continuous integration do.
func (c *Config) CI() bool {
	said := strings.ToLower(c.env.get("CI"))
	return said != "" && said != "false" && said != "0"
}

// Sudo reports whether sudo lent somebody the rights of this process: what it makes in
// their folder would not be theirs.
func (c *Config) Sudo() bool {
	uid := c.env.get("SUDO_UID")
	return uid != "" && uid != strconv.Itoa(os.Getuid())
}

// CAFolder is where the local CA lies.
func (c *Config) CAFolder() string { return filepath.Join(c.Data, "ca") }

// Database is the file of the embedded store.
func (c *Config) Database() string { return filepath.Join(c.Data, "kith.db") }

// KeyPath is where the master key of server mode lies unless it is given.
func (c *Config) KeyPath() string { return filepath.Join(c.Data, "master.key") }

// AdminPath is where the admin credential lies unless it is given.
func (c *Config) AdminPath() string { return filepath.Join(c.Data, "admin.token") }
