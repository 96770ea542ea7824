package audience

import "testing"

func TestAddressOf(t *testing.T) {
	tests := []struct{ place, city, state, zip, country string }{
		{`{"id":"1","name":"Lisbon, Portugal"}`, "Lisbon", "", "", "pt"},
		{`{"id":"1","name":"Porto"}`, "Porto", "", "", ""},
		{`{"name":"Menlo Park, California"}`, "Menlo Park", "California", "", "us"},
		{`{"name":"Menlo Park, CA"}`, "Menlo Park", "CA", "", "us"},
		{`{"name":"Oxford, Oxfordshire, United Kingdom"}`, "Oxford", "Oxfordshire", "", "gb"},
		{`{"name":"Atlanta, Georgia"}`, "Atlanta", "Georgia", "", "us"},
		{`{"name":"Tbilisi, Georgia","location":{"country":"Georgia"}}`, "Tbilisi", "", "", "ge"},
		{`{"name":"Springfield, Georgia, United States"}`, "Springfield", "Georgia", "", "us"},
		{`{"name":"Home","location":{"city":"Lyon","zip":69001,"country":"FR","state":"Rhône"}}`, "Lyon", "Rhône", "69001", "fr"},
		{`{"name":"Brest, Atlantis"}`, "Brest", "Atlantis", "", ""},
		{`{"name":7,"location":"Nowhere"}`, "7", "", "", ""},
		{`{"id":"1"}`, "", "", "", ""}, {`[]`, "", "", "", ""}, {`{"name":"="}`, "=", "", "", ""},
	}
	for _, tt := range tests {
		a := addressOf(tt.place)
		if got := [4]words{a.City, a.State, a.Zip, a.Country}; got != [4]words{words(tt.city), words(tt.state), words(tt.zip), words(tt.country)} {
			t.Errorf("%s\n got %q\nwant %q %q %q %q", tt.place, got, tt.city, tt.state, tt.zip, tt.country)
		}
	}
}
