package config

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/graph"
)

// A Size is a number of bytes, written with a unit: 512KiB, 4MiB, 1GB.
type Size int64

var sizeUnits = [...]struct {
	name string
	n    Size
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
	{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1},
}

// String writes the size in the largest binary unit that divides it.
func (n Size) String() string {
	for _, u := range []int{2, 1, 0} {
		if unit := sizeUnits[u]; n != 0 && n%unit.n == 0 {
			return strconv.FormatInt(int64(n/unit.n), 10) + unit.name
		}
	}
	return strconv.FormatInt(int64(n), 10)
}

// ParseSize reads a size; a bare number counts bytes.
func ParseSize(text string) (Size, error) {
	digits, unit := strings.TrimSpace(text), Size(1)
	for _, u := range sizeUnits {
		if d, ok := strings.CutSuffix(digits, u.name); ok {
			digits, unit = strings.TrimSpace(d), u.n
			break
		}
	}
	n, err := strconv.ParseUint(digits, 10, 62)
	if err != nil || n > math.MaxInt64/uint64(unit) {
		return 0, fmt.Errorf("%q is not a size such as 4MiB", text)
	}
	return Size(n) * unit, nil
}

// ParseDuration reads what time.ParseDuration reads, and days in front: 3d,
// 1d12h.
func ParseDuration(text string) (time.Duration, error) {
	fail := fmt.Errorf("%q is not a duration such as 26h or 3d", text)
	days, rest, ok := strings.Cut(text, "d")
	if !ok {
		d, err := time.ParseDuration(text)
		if err != nil {
			return 0, fail
		}
		return d, nil
	}
	n, err := strconv.ParseInt(days, 10, 32)
	if err != nil || n > 106751 || n < -106751 {
		return 0, fail
	}
	d := time.Duration(n) * 24 * time.Hour
	if rest == "" {
		return d, nil
	}
	more, err := time.ParseDuration(rest)
	if err != nil || strings.ContainsAny(rest, "+-") {
		return 0, fail
	}
	if strings.HasPrefix(days, "-") {
		more = -more
	}
	if sum := d + more; (more < 0) == (sum < d) {
		return sum, nil
	}
	return 0, fail
}

// set reads text into the field of the setting.
func (s *setting) set(field reflect.Value, text string) error {
	var v any
	var err error
	switch s.typ {
	case reflect.TypeFor[string]():
		v = text
	case reflect.TypeFor[bool]():
		if v, err = strconv.ParseBool(text); err != nil {
			err = fmt.Errorf("%q is neither true nor false", text)
		}
	case reflect.TypeFor[int]():
		if v, err = strconv.Atoi(text); err != nil || v.(int) < 0 {
			err = fmt.Errorf("%q is not a number from 0 on", text)
		}
	case reflect.TypeFor[[]string]():
		v = split(text)
	case reflect.TypeFor[time.Duration]():
		if v, err = ParseDuration(text); err == nil && v.(time.Duration) < 0 {
			err = fmt.Errorf("%q is less than nothing", text)
		}
	case reflect.TypeFor[Size]():
		if v, err = ParseSize(text); err == nil && v.(Size) == 0 {
			err = fmt.Errorf("%q is not larger than nothing", text)
		}
	case reflect.TypeFor[DSN]():
		if v = DSN(""); text != "" {
			v, err = ParseDSN(text)
		}
	case reflect.TypeFor[graph.Version]():
		known := false
		if v, known = graph.ParseVersion(text); !known {
			err = fmt.Errorf("%q is not a Graph version from %s to %s", text, graph.Oldest, graph.Newest)
		}
	default:
		err = fmt.Errorf("type %s of a setting cannot be read", s.typ)
	}
	if err != nil {
		return err
	}
	field.Set(reflect.ValueOf(v))
	return nil
}

func split(text string) []string {
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// text is the value as a file or variable would spell it.
func (s *setting) text(field reflect.Value) string {
	switch v := field.Interface().(type) {
	case []string:
		return strings.Join(v, ",")
	case time.Duration:
		return shortDuration(v)
	default:
		return fmt.Sprint(v)
	}
}

// shortDuration leaves out the "0m0s" that a time.Duration ends with.
func shortDuration(d time.Duration) string {
	text := d.String()
	if short, ok := strings.CutSuffix(text, "m0s"); ok {
		text = short + "m"
	}
	if short, ok := strings.CutSuffix(text, "h0m"); ok {
		text = short + "h"
	}
	return text
}
