package arch

import (
	"bytes"
	"regexp"
	"strings"
)

// MachinePaths finds absolute paths of somebody's machine in a text file. A
// path that goes on from something, as in a URL, is not one.
func MachinePaths(name string, text []byte) []Problem {
	if bytes.IndexByte(text, 0) >= 0 {
		return nil // not text
	}
	var ps []Problem
	for _, dir := range []string{"work", "root"} {
		path := regexp.MustCompile(`(^|[^A-Za-z0-9_.~*)}\]>-])/` + dir + `/`)
		for _, at := range path.FindAllIndex(text, -1) {
			line := 1 + bytes.Count(text[:at[1]], []byte("\n"))
			ps = append(ps, Problem{name, line, "names a folder of one machine: /" + dir + "/"})
		}
	}
	return ps
}

// Direct returns the modules of a go.mod file that the tree depends on
// directly: those that provide a package the files import, whatever the comment
// in go.mod says, and those it does not call indirect.
func Direct(gomod []byte, files []*File) []string {
	var direct []string
	for _, m := range required(gomod) {
		if !m.indirect || imported(m.path, gomod, files) {
			direct = append(direct, m.path)
		}
	}
	return direct
}

// Unlisted returns a problem for each module the design document has no word
// about.
func Unlisted(modules []string, design []byte) []Problem {
	var ps []Problem
	for _, m := range modules {
		whole := regexp.MustCompile(`(^|[^\w./-])` + regexp.QuoteMeta(m) + `($|[^\w/-])`)
		if !whole.Match(design) {
			ps = append(ps, Problem{"docs/design.md", 1, "has no line about the dependency " + m + " (why, licence, what replaces it)"})
		}
	}
	return ps
}

type requirement struct {
	path     string
	indirect bool
}

// required reads the require lines of a go.mod file.
func required(gomod []byte) []requirement {
	var rs []requirement
	inside := false
	for line := range strings.Lines(string(gomod)) {
		code, comment, _ := strings.Cut(line, "//")
		words := strings.Fields(code)
		switch {
		case len(words) == 2 && words[0] == "require" && words[1] == "(":
			inside = true
			continue
		case len(words) == 1 && words[0] == ")":
			inside = false
		case len(words) == 3 && words[0] == "require":
			words = words[1:]
		case !inside:
			continue
		}
		if len(words) == 2 {
			rs = append(rs, requirement{strings.Trim(words[0], `"`), strings.HasPrefix(strings.TrimSpace(comment), "indirect")})
		}
	}
	return rs
}

// imported tells whether a file imports a package of module m itself, and not
// of a module nested below its path.
func imported(m string, gomod []byte, files []*File) bool {
	for _, f := range files {
		for _, im := range f.Imports {
			if within(im.Path, m) && provider(im.Path, gomod) == m {
				return true
			}
		}
	}
	return false
}

// provider is the required module with the longest path that holds pkg.
func provider(pkg string, gomod []byte) string {
	best := ""
	for _, r := range required(gomod) {
		if within(pkg, r.path) && len(r.path) > len(best) {
			best = r.path
		}
	}
	return best
}

func within(pkg, module string) bool {
	return pkg == module || strings.HasPrefix(pkg, module+"/")
}
