package wire

import (
	"encoding/json"
	"reflect"
	"testing"
)

// quickOperations are read quickly, or are not for reasons of their own.
func quickOperations() map[string]bool {
	return map[string]bool{
		`{"method":"GET","relative_url":"me?fields=id"}`:                 true,
		"{ \"relative_url\" : \"v2.10/me\" ,\t\"method\":\r\n\"post\" }": true,
		`{"relative_url":"me"}`:                                          true,
		`{"method":"GET"}`:                                               true,
		`{"method":"GET","relative_url":"me\/friends"}`:                  false,
		`{"method":"GET","relative_url":"me","method":"POST"}`:           false,
		`{"method":"GET","relative_url":"me",}`:                          false,
		`{"method":"GET","relative_url":"me"} `:                          false,
		`{"method":"GET","relative_url":"me"}}`:                          false,
		`{"method":"GET" "relative_url":"me"}`:                           false,
		`{"Method":"GET","relative_url":"me"}`:                           false,
		`{"method":"GET","relative_url":"me","name":"a"}`:                false,
		`{"method":"GET","relative_url":""}`:                             false,
		`{"method":"GET","relative_url":7}`:                              false,
		`{"method":"GET","relative_url":"Zoé"}`:                          false,
		"{\"method\":\"GET\",\"relative_url\":\"a\x01\"}":                false,
		`{'method':'GET','relative_url':'me'}`:                           false,
		`{"method":"GET","relative_url":"me`:                             false,
		`{}`:                                                             false, `{`: false, ``: false, `null`: false, `"x"`: false, `[]`: false,
	}
}

func TestQuickOperations(t *testing.T) {
	for text, want := range quickOperations() {
		if _, ok := quick([]byte(text)); ok != want {
			t.Errorf("%q is read quickly: %v, want %v", text, ok, want)
		}
	}
}

// What is read quickly is what the JSON library reads.
func FuzzQuickOperations(f *testing.F) {
	for text := range quickOperations() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, ok := quick(text)
		var want operation
		err := json.Unmarshal(text, &want)
		if ok && (err != nil || !reflect.DeepEqual(got, want)) {
			t.Errorf("%q: %+v, want %+v, %v", text, got, want, err)
		}
	})
}
