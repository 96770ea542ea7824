package kithtest

import (
	"reflect"
	"testing"
	"time"
)

// Everything that a person can do, and all that comes with it, can be done in a test.
func TestActionsAreWhole(t *testing.T) {
	var a Action
	fill(reflect.ValueOf(&a).Elem())
	got := reflect.ValueOf(a.of())
	for i := range got.NumField() {
		switch name := got.Type().Field(i).Name; name {
		case "Page", "Instagram", "Attachments": // Place; the long form of Attach
		default:
			if got.Field(i).IsZero() {
				t.Errorf("kithtest.Action has no %s", name)
			}
		}
	}
	if n, want := reflect.TypeFor[Action]().NumField()-1, got.NumField()-3; n != want {
		t.Errorf("kithtest.Action has %d fields besides Place, %d go on", n, want)
	}
}

// fill puts something into every field.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		switch f.Interface().(type) {
		case string:
			f.SetString("x")
		case int64:
			f.SetInt(1)
		case bool:
			f.SetBool(true)
		case time.Time:
			f.Set(reflect.ValueOf(time.Unix(1, 0)))
		case map[string]string:
			f.Set(reflect.ValueOf(map[string]string{"x": "x"}))
		default:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		}
	}
}
