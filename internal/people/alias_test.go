package people

import "testing"

func TestAliasKey(t *testing.T) {
	for name, want := range map[string]string{
		"Ana.Bakery": "anabakery", "anabakery": "anabakery", "7eleven": "7eleven", "a.b.c.d.e": "abcde",
		"": "", "cafe": "", "a.b.c.d": "", "12345": "", "1e3": "", "ana_bakery": "", "ana-bakery": "", "bäckerei": "", "ana bakery": "", "-1": "",
	} {
		if got := AliasKey(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
