package engine

import "testing"

func TestInPattern(t *testing.T) {
	for _, c := range []struct{ text, pattern, want string }{
		{`"2017-06-06T18:04:10+0000"`, "U", `1496772250`},
		{`"2017-06-06T18:04:10+0000"`, `Y-m-d\TH:i:sO`, `"2017-06-06T18:04:10+0000"`},
		{`"2017-06-06T18:04:10+0000"`, "c", `"2017-06-06T18:04:10+00:00"`},
		{`"2017-06-06T18:04:10+0000"`, "r", `"Tue, 06 Jun 2017 18:04:10 +0000"`},
		{`"2017-06-01T06:04:10+0000"`, "l jS F y, g:i a A G h", `"Thursday 1st June 17, 6:04 am AM 6 06"`},
		{`"2016-12-31T00:00:00+0000"`, "D d M n N w z t L W o e T P p Z I v u", `"Sat 31 Dec 12 6 6 365 31 1 52 2016 UTC UTC +00:00 Z 0 0 000 000000"`},
		{`"2017-01-02T00:00:00+0000"`, `jS \j W S`, `"2nd j 01 nd"`},
		{`"2017-01-23T00:00:00+0000"`, `jS U`, `"23rd 1485129600"`},
		{`"2017-01-13T00:00:00+0000"`, `jS \`, `"13th \\"`},
		{`"2017-01-13"`, "U", `"2017-01-13"`},
		{`7`, "U", `7`},
	} {
		if got := string(inPattern([]byte(c.text), c.pattern)); got != c.want {
			t.Errorf("%s in %q is %s, want %s", c.text, c.pattern, got, c.want)
		}
	}
}
