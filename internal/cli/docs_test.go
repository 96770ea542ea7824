package cli

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/kithgraph/kith/internal/world"
)

// Every command that the documentation shows is one: it exists, has these flags, and
// takes that many words.
func TestCommandsOfTheDocumentation(t *testing.T) {
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, file := range append(files, "../../README.md", "../../CONTRIBUTING.md") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range commandsIn(string(text)) {
			checked++
			if err := understood(line); err != nil {
				t.Errorf("%s: %s: %v", filepath.Base(file), line, err)
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d commands were found", checked)
	}
}

var (
	inline = regexp.MustCompile("`((?:sudo )?kith [^`]+)`")
	block  = regexp.MustCompile(`(?m)^(?:    |[$] )?((?:[A-Z_]+=\S+ )*(?:sudo )?kith .+)$`)
)

// commandsIn finds them in spans of code and on lines of their own in blocks.
func commandsIn(text string) (list []string) {
	fenced := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if m := block.FindStringSubmatch(line); m != nil && (fenced || strings.HasPrefix(line, "    ")) {
			list = append(list, m[1])
			continue
		}
		for _, m := range inline.FindAllStringSubmatch(line, -1) {
			list = append(list, m[1])
		}
	}
	return list
}

func understood(line string) error {
	words := shellWords(line)
	words = words[slices.Index(words, "kith")+1:]
	root := (&Run{}).root()
	cmd, rest, err := root.Find(words)
	if err != nil {
		return err
	}
	if cmd == root && (len(words) == 0 || !strings.HasPrefix(words[0], "-")) {
		return usagef("no command")
	}
	if err := cmd.ParseFlags(rest); errors.Is(err, pflag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	args := cmd.Flags().Args()
	if len(rest) == 0 || cmd.HasSubCommands() {
		return nil // it is only named
	}
	if err := cmd.ValidateArgs(args); err != nil {
		return err
	}
	switch cmd.Name() {
	case "act":
		if strings.Contains(strings.Join(args, " "), "=") {
			return usagef("a flag without --")
		}
		var a world.Action
		if _, err := parseAct(&a, "", args); err != nil {
			return err
		}
		if !slices.Contains(world.Actions(), a.Event) {
			return usagef("no event %q", a.Event)
		}
	case "call":
		as, _ := cmd.Flags().GetString("as")
		_, err := parseCall(&callOptions{as: as}, args)
		return err
	}
	return nil
}

// shellWords are those of a line without what is behind a pipe or a comment, and
// without brackets around what may be left out.
func shellWords(line string) (words []string) {
	var word strings.Builder
	var quote rune
	begun := false
	end := func() {
		if begun {
			words = append(words, word.String())
		}
		word.Reset()
		begun = false
	}
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, begun = r, true
		case r == ' ':
			end()
		case r == '|' || r == ';' || r == '#' && !begun:
			end()
			return words
		case r == '[' || r == ']':
		default:
			begun = true
			word.WriteRune(r)
		}
	}
	end()
	return words
}
