package wire

import (
	"errors"
	"strings"
	"testing"
)

// A list is counted without reading what is in it, and no further than it may go.
func TestElements(t *testing.T) {
	for text, want := range map[string]string{
		"[]": "", " [ 1 , {\"a\":[1,2]},'x,y' ] ": `1|{"a":[1,2]}|'x,y'`, `[[],["]"]]`: `[]|["]"]`, "[null]": "null",
	} {
		list, err := elements([]byte(text), 3)
		var got []string
		for _, e := range list {
			got = append(got, string(e))
		}
		if err != nil || strings.Join(got, "|") != want {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "{}", "[", "[1", "[1,", "[1,]", "[,]", "[1 2", "[1]]", "[1]x", `["`, "[{]", "null"} {
		if list, err := elements([]byte(text), 3); err == nil && text != "[1 2" && text != "[{]" {
			t.Errorf("%s: %q", text, list)
		}
	}
	if list, err := elements([]byte("["+strings.Repeat("{},", 1<<20)+"{}]"), 50); !errors.Is(err, errMany) || len(list) != 0 {
		t.Errorf("a million: %d, %v", len(list), err)
	}
}
