package people

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kithgraph/kith/internal/graph"
)

// maxText bounds one attribute; a profile has no longer texts.
const maxText = 64 << 10

// Check reports why text cannot be the value of a, in words for the person who
// wrote it. The text is the canonical, version-free form that records keep.
func (a Attr) Check(text string) error {
	if len(text) > maxText {
		return fmt.Errorf("%s is longer than %d bytes", a, maxText)
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return fmt.Errorf("%s must be UTF-8 without NUL", a)
	}
	switch a.Type() {
	case Presence:
		return fmt.Errorf("%s takes an audience, not a value", a)
	case Bool:
		if text != "true" && text != "false" {
			return fmt.Errorf("%s must be true or false", a)
		}
	case Integer:
		if n, err := strconv.ParseInt(text, 10, 64); err != nil || n < 0 {
			return fmt.Errorf("%s must be a whole number from 0 to 9223372036854775807", a)
		} else if a == TestGroup && n > math.MaxUint32 { // unsigned int32 [doc user v2.10]
			return fmt.Errorf("%s must be a whole number from 0 to %d", a, uint32(math.MaxUint32))
		}
	case Zone:
		if _, err := zoneOffset(text, time.Unix(0, 0)); err != nil {
			return fmt.Errorf("%s must be a zone such as Europe/Paris or hours from -24 to 24", a)
		}
	case Date:
		if _, err := parseBirthday(text); err != nil {
			return fmt.Errorf("%s must be MM/DD/YYYY, MM/DD or YYYY", a)
		}
	case Instant:
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			return fmt.Errorf("%s must be a time such as 2018-01-31T12:00:00Z", a)
		}
	case Code:
		if !graph.KnownLocale(text) {
			return fmt.Errorf("%s %q is no known locale, use a code such as en_US", a, text)
		}
	case Sex:
		if text != "male" && text != "female" && text != "neutral" {
			return fmt.Errorf("%s must be male, female or neutral (the preferred pronoun)", a)
		}
	case Strings, Struct, Structs:
		return a.checkJSON(text)
	}
	return nil
}

func (a Attr) checkJSON(text string) error {
	var err error
	switch a.Type() {
	case Strings:
		err = json.Unmarshal([]byte(text), new([]string))
	case Struct:
		err = json.Unmarshal([]byte(text), new(map[string]json.RawMessage))
	case Structs:
		err = json.Unmarshal([]byte(text), new([]map[string]json.RawMessage))
	}
	if err != nil || strings.TrimSpace(text) == "null" {
		return fmt.Errorf("%s must be %s", a, [...]string{"a list of strings", "an object", "a list of objects"}[a.Type()-Strings])
	}
	return nil
}

// appendJSON appends the ready JSON text of a value, escapes included, or
// nothing where the form depends on clock or version.
func (a Attr) appendJSON(b []byte, text string) []byte {
	switch a.Type() {
	case Bool, Integer:
		return append(b, text...)
	case Zone, Date, Presence:
		return b
	case Instant:
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return b
		}
		return AppendTime(b, t)
	case Sex:
		if text == "neutral" { // omitted if the preferred pronoun is neutral. [doc user v2.10]
			return b
		}
	case Strings, Struct, Structs:
		out, err := graph.AppendJSON(b, text)
		if err != nil {
			return b
		}
		return out
	}
	return graph.AppendString(b, text)
}

// AppendTime appends a datetime as Graph writes it: "2017-06-06T18:04:10+0000". [doc]
func AppendTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, "2006-01-02T15:04:05+0000")
	return append(b, '"')
}

var errZone = errors.New("no such zone")

// zoneOffset returns the hours from GMT at t. A number stands for itself.
func zoneOffset(text string, t time.Time) (float64, error) {
	if h, err := strconv.ParseFloat(text, 64); err == nil {
		if math.IsNaN(h) || h < -24 || h > 24 {
			return 0, errZone
		}
		return h, nil
	}
	if text == "" || text == "Local" {
		return 0, errZone
	}
	loc, err := time.LoadLocation(text)
	if err != nil {
		return 0, errZone
	}
	_, sec := t.In(loc).Zone()
	return float64(sec) / 3600, nil
}

type birthday struct{ month, day, year int }

var errBirthday = errors.New("no birthday")

func parseBirthday(text string) (birthday, error) {
	for _, layout := range []string{"01/02/2006", "01/02", "2006"} {
		if len(text) != len(layout) {
			continue
		}
		// A leap year stands in where the year is not given, so that 02/29 is a day.
		in, l := text, layout
		if layout == "01/02" {
			in, l = text+"/2000", "01/02/2006"
		}
		t, err := time.Parse(l, in)
		if err != nil {
			return birthday{}, errBirthday
		}
		b := birthday{int(t.Month()), t.Day(), t.Year()}
		switch layout {
		case "01/02":
			b.year = 0
		case "2006":
			b.month, b.day = 0, 0
		}
		return b, nil
	}
	return birthday{}, errBirthday
}
