package story

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

var mark = regexp.MustCompile(`\[(doc|seen|guess|own)\b[^\]]*\]`)

// Parse reads a story file. The error is a *Problem.
func Parse(name string, data []byte) (*Story, error) {
	p := &parser{s: &Story{Name: name}, lines: strings.Split(string(data), "\n")}
	if n := len(p.lines); p.lines[n-1] == "" {
		p.lines = p.lines[:n-1]
	}
	for i, l := range p.lines {
		p.lines[i] = strings.TrimSuffix(l, "\r")
	}
	p.s.lines = p.lines
	if err := p.file(); err != nil {
		return nil, err
	}
	return p.s, nil
}

// parser walks over the lines of a file; at is the index of the next one.
type parser struct {
	s     *Story
	lines []string
	at    int
}

func (p *parser) problem(line int, format string, args ...any) error {
	return &Problem{Name: p.s.Name, Line: line, Text: fmt.Sprintf(format, args...)}
}

// file reads the comment and then the sections, seed.yaml before run.
func (p *parser) file() error {
	if err := p.comment(); err != nil {
		return err
	}
	if p.at == len(p.lines) {
		return p.problem(p.at, "there is no section -- run --")
	}
	name, _ := section(p.lines[p.at])
	if name == "seed.yaml" {
		p.at++
		start := p.at
		for p.at < len(p.lines) {
			if name, _ = section(p.lines[p.at]); name != "" {
				break
			}
			p.at++
		}
		p.s.Seed = []byte(strings.Join(p.lines[start:p.at], "\n") + "\n")
	}
	if p.at == len(p.lines) || name != "run" {
		return p.problem(p.at+1, "here should be the line -- run --")
	}
	p.at++
	return p.steps()
}

// section reads "-- name --".
func section(line string) (string, bool) {
	rest, ok := strings.CutPrefix(line, "-- ")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(strings.TrimRight(rest, " "), " --")
}

func (p *parser) comment() error {
	var words []string
	for ; p.at < len(p.lines); p.at++ {
		line := p.lines[p.at]
		if _, is := section(line); is {
			break
		}
		text, ok := strings.CutPrefix(line, "#")
		if !ok && line != "" {
			return p.problem(p.at+1, "before the first section every line begins with #")
		}
		text = strings.TrimSpace(text)
		key, rest, _ := strings.Cut(text, ":")
		switch key {
		case "versions":
			if err := p.versions(rest); err != nil {
				return err
			}
		case "settings":
			if err := p.settings(rest); err != nil {
				return err
			}
		default:
			words = append(words, text)
		}
	}
	p.s.Sentence = strings.TrimSpace(strings.Join(words, " "))
	p.s.Marks = mark.FindAllString(p.s.Sentence, -1)
	if len(p.s.Marks) == 0 {
		return p.problem(1, "nothing backs this story: say [doc ...], [seen ...], [guess] or [own ...] in the comment")
	}
	return nil
}

func (p *parser) versions(rest string) error {
	for _, v := range strings.Fields(rest) {
		if _, ok := graph.ParseVersion(v); !ok {
			return p.problem(p.at+1, "there is no version %q", v)
		}
		if slices.Contains(p.s.Versions, v) {
			return p.problem(p.at+1, "version %s is there twice", v)
		}
		p.s.Versions = append(p.s.Versions, v)
	}
	return nil
}

func (p *parser) settings(rest string) error {
	p.s.Settings = map[string]string{}
	for _, pair := range strings.Fields(rest) {
		key, val, ok := strings.Cut(pair, "=")
		if !ok || key == "" || val == "" {
			return p.problem(p.at+1, "setting %q: it takes KEY=VALUE", pair)
		}
		p.s.Settings[key] = val
	}
	return nil
}

// steps reads the section run.
func (p *parser) steps() error {
	for p.at < len(p.lines) {
		line := strings.TrimSpace(p.lines[p.at])
		switch words := split(line, false); {
		case line == "" || line[0] == '#':
			p.at++
		case slices.Contains(methods[:], words[0]):
			if err := p.call(words); err != nil {
				return err
			}
		default:
			if name, is := section(line); is {
				return p.problem(p.at+1, "section %q: nothing follows -- run --", name)
			}
			if err := p.verb(line); err != nil {
				return err
			}
		}
	}
	if len(p.s.Steps) == 0 {
		return p.problem(len(p.lines), "the story has no step")
	}
	return nil
}

func (p *parser) verb(line string) error {
	words := split(line, true)
	if why := checkVerb(words); why != "" {
		return p.problem(p.at+1, "%s", why)
	}
	p.at++
	p.s.Steps = append(p.s.Steps, Step{Line: p.at, Verb: words})
	return nil
}
