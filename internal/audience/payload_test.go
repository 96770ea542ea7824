package audience

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

func TestNormal(t *testing.T) {
	tests := []struct {
		key      Key
		in, want string // want empty: no value of the key
	}{
		{Email, " Ana@Example.com ", "ana@example.com"}, {Email, "ana", ""}, {Email, "a b@example.com", ""},
		{Phone, "+1 (650) 561-0000", "16505610000"}, {Phone, "0033 1 23 45 67 89", "33123456789"}, {Phone, "12", ""},
		{Gender, "Male", "m"}, {Gender, "F", "f"}, {Gender, "x", ""},
		{BirthYear, "1990", "1990"}, {BirthYear, "90", ""}, {BirthMonth, "7", "07"}, {BirthMonth, "13", ""}, {BirthDay, "31", "31"}, {BirthDay, "0", ""},
		{LastName, "O'Brien ", "obrien"}, {FirstName, "José", "josé"}, {FirstName, "  ", ""}, {FirstInitial, "Ана", "а"},
		{City, "New York", "newyork"}, {City, "São Paulo", "saopaulo"}, {City, "松本", "松本"}, {City, "...", ""},
		{State, "CA", "ca"}, {State, "New York", "ny"}, {State, "Baden-Württemberg", "badenwurttemberg"},
		{Zip, "94025-1234", "94025"}, {Zip, "SW1A 1AA", "sw1a1"}, {Zip, "sw1a1", "sw1a1"}, {Zip, "1234 AB", "1234ab"}, {Zip, "K1A 0B1", "k1a0b1"},
		{Country, "US", "us"}, {Country, "USA", ""}, {Email, string([]byte{0xff}) + "@x.y", ""},
		{DeviceID, "38400000-8CF0-11BD-B23E-10B96E40000D ", "38400000-8cf0-11bd-b23e-10b96e40000d"},
		{DeviceID, "384000008cf011bdb23e10b96e40000d", "38400000-8cf0-11bd-b23e-10b96e40000d"},
		{DeviceID, strings.ToUpper(hexOf("x")), hexOf("x")},
		{DeviceID, "xx", ""}, {DeviceID, "AB-12", ""}, {DeviceID, "38400000\x008cf0-11bd-b23e-10b96e40000d", ""}, {DeviceID, "384000008-cf0-11bd-b23e-10b96e40000d", ""},
		{DeviceID, "38400000-8cf0-11bd-b23e-10b96e40000g", ""}, {DeviceID, "384000008cf011bdb23e10b96e40000", ""}, {DeviceID, "384000008cf011bdb23e10b96e40000d0", ""},
	}
	for _, tt := range tests {
		got, ok := tt.key.normal(tt.in)
		if ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("%s %q: %q, %v; want %q", tt.key, tt.in, got, ok, tt.want)
		}
	}
}

func hexOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func TestParse(t *testing.T) {
	hash := hexOf("ana@example.com")
	tests := []struct {
		text           string
		rows, received int
	}{
		{`{"schema":"EMAIL_SHA256","data":["` + hash + `","` + strings.ToUpper(hash) + `"]}`, 2, 2},
		{`{"schema":"EMAIL_SHA256","data":["` + hash + `","nonsense",7,null,{}]}`, 1, 5},
		{`{"schema":"EMAIL_SHA256","is_raw":true,"data":["Ana@Example.com ","nonsense"]}`, 1, 2},
		{`{"schema":["EMAIL","LN","FN","ZIP"],"is_raw":"true","data":[["test1@example.com","john","smith","95124"],["","lucy","brown","95124"],["","","",""],["a"]]}`, 2, 4},
		{`{"schema":"UID","app_ids":[1234],"data":["17",18,"x"]}`, 2, 3},
		{`{"schema":"UID","page_ids":["1234"],"data":[["17"]]}`, 1, 1},
		{`{"schema":["EXTERN_ID"],"data":[["Abc"]]}`, 1, 1},
		{`{"schema":"MOBILE_ADVERTISER_ID","data":[]}`, 0, 0},
		{`{"schema":"MOBILE_ADVERTISER_ID","data":["xx","\u0001\u0002","384000008cf011bdb23e10b96e40000d","` + hash + `"]}`, 2, 4},
		{`{"schema":"LN_FN_ZIP","data":["` + hash + `","smith_john_95124"]}`, 1, 2},
		{`{"schema":["PHONE_SHA256","LN_FN_CT_ST_SHA256"],"is_raw":false,"data":[["` + hash + `","` + hash + `"],["","` + hash + `"],["` + hash + `"]]}`, 2, 3},
	}
	for _, tt := range tests {
		p, err := Parse([]byte(tt.text), "")
		if err != nil || len(p.Rows) != tt.rows || p.Received != tt.received || p.Invalid != tt.received-tt.rows {
			t.Errorf("%s: %+v, %v; want %d rows of %d", tt.text, p, err, tt.rows, tt.received)
		}
	}
	raw, _ := Parse([]byte(tests[2].text), "")
	hashed, _ := Parse([]byte(tests[0].text), "")
	if raw.Rows[0].ID != hashed.Rows[0].ID || hashed.Rows[0].ID != hashed.Rows[1].ID {
		t.Errorf("the same person has the IDs %d, %d and %d", raw.Rows[0].ID, hashed.Rows[0].ID, hashed.Rows[1].ID)
	}
}

func TestParseRefuses(t *testing.T) {
	var many []string
	for i := range MaxRows + 1 {
		many = append(many, fmt.Sprintf("%q", hexOf(fmt.Sprint(i))))
	}
	for _, text := range []string{
		``, `[]`, `{}`, `{"schema":"NAME","data":[]}`, `{"schema":[],"data":[]}`, `{"schema":["EMAIL","EMAIL"],"data":[]}`, `{"schema":["UID"],"data":[]}`,
		`{"schema":7,"data":[]}`, `{"schema":"UID","data":["1"]}`, `{"schema":"UID","app_ids":["x"],"data":[]}`, `{"schema":"EMAIL","is_raw":"maybe","data":[]}`,
		`{"schema":"LN_FN_LN","data":[]}`, `{"schema":"FN_LN_ZIP","data":[]}`, `{"schema":"LN_FN_DOBY","data":[]}`, `{"schema":["EMAIL","LN_FN_GEN"],"data":[]}`, `{"schema":"LN_UID","data":[]}`, `{"schema":"LN_","data":[]}`, `{"schema":"LN_FN_ZIP","is_raw":true,"data":[]}`,
		`{"schema":"EMAIL","data_source":{"type":"X"},"data":[]}`, `{"schema":"EMAIL","data_source":{"sub_type":"X"},"data":[]}`, `{"schema":"EMAIL","data":{}}`,
		`{"schema":"EMAIL_SHA256","data":[` + strings.Join(many, ",") + `]}`,
	} {
		if p, err := Parse([]byte(text), "crm"); err == nil {
			t.Errorf("%.60s: accepted as %+v", text, p)
		}
	}
}

func TestParseSession(t *testing.T) {
	if s, err := ParseSession(nil); s != nil || err != nil {
		t.Errorf("none: %v, %v", s, err)
	}
	s, err := ParseSession([]byte(`{"session_id":9778993,"batch_seq":"2","last_batch_flag":true,"estimated_num_total":100000}`))
	if err != nil || *s != (Session{9778993, 2, true, 100000}) {
		t.Errorf("got %+v, %v", s, err)
	}
	for _, text := range []string{`7`, `{}`, `{"session_id":1}`, `{"session_id":0,"batch_seq":1}`, `{"session_id":1,"batch_seq":0}`, `{"session_id":1,"batch_seq":1,"last_batch_flag":"perhaps"}`,
		`{"session_id":1.5,"batch_seq":1}`, `{"session_id":1,"batch_seq":1,"estimated_num_total":-1}`} {
		if s, err := ParseSession([]byte(text)); err == nil {
			t.Errorf("%s: accepted as %+v", text, s)
		}
	}
}

// F-12: whatever comes, what was received is what is kept and what is invalid.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"schema":["EMAIL","LN"],"is_raw":true,"data":[["a@b.c","x"],["",""],7]}`))
	f.Add([]byte(`{"schema":"UID","app_ids":[1],"data":["1",2,"x"]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Parse(text, "")
		if err == nil && len(p.Rows)+p.Invalid != p.Received {
			t.Errorf("%q: %d rows and %d invalid of %d", text, len(p.Rows), p.Invalid, p.Received)
		}
	})
}
