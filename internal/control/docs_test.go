package control_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// docs/control.md has every path, with its methods.
func TestPathsAreDocumented(t *testing.T) {
	docs, err := os.ReadFile("../../docs/control.md")
	if err != nil {
		t.Fatal(err)
	}
	var index struct{ Paths map[string][]string }
	if err := json.Unmarshal([]byte(newRig(t, nil).want(call{method: "GET", path: "/_/"}, 200, "")), &index); err != nil {
		t.Fatal(err)
	}
	if len(index.Paths) < 40 {
		t.Errorf("only %d paths", len(index.Paths))
	}
	for path, methods := range index.Paths {
		row := ""
		for line := range strings.Lines(string(docs)) {
			if strings.Contains(line, path+"`") || strings.Contains(line, path+"?") {
				row = line
			}
		}
		for _, m := range methods {
			if !strings.Contains(row, "`"+m) {
				t.Errorf("docs/control.md does not have %s %s", m, path)
			}
		}
	}
}
