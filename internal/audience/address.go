package audience

import (
	"encoding/json"
	"strings"
)

// An address is where somebody lives, as far as the world says.
type address struct {
	City    words `json:"city"`
	State   words `json:"state"`
	Zip     words `json:"zip"`
	Country words `json:"country"`
}

// words are a text, or a number as it is spelled.
type words string

// UnmarshalJSON takes what is neither for nothing.
func (w *words) UnmarshalJSON(b []byte) error {
	s, _ := textOf(b)
	*w = words(s)
	return nil
}

// addressOf reads the location or home town of a person: the members of its
// location, which are those of a Page's, and for what these do not say the name,
// "Menlo Park, California" or "Lisbon, Portugal". Its country is a code of two
// letters. [doc page location; reading the name guess]
func addressOf(place string) address {
	var w struct {
		Name     words           `json:"name"`
		Location json.RawMessage `json:"location"`
	}
	var a address
	if json.Unmarshal([]byte(place), &w) != nil || len(w.Location) > 0 && json.Unmarshal(w.Location, &a) != nil {
		a = address{} // a world may hold another form of it
	}
	if code := countryCode(string(a.Country)); code != "" {
		a.Country = words(code)
	}
	a.read(string(w.Name))
	return a
}

// read fills in what the name of a place says.
func (a *address) read(name string) {
	parts := strings.Split(name, ", ")
	last := parts[len(parts)-1]
	code, country := lookUp(countries, last)
	state := isState(last)
	switch {
	case len(parts) == 1:
	case country && (len(parts) > 2 || !state || string(a.Country) == code):
		parts = parts[:len(parts)-1]
		a.Country.fill(code)
	case state:
		a.Country.fill("us")
	}
	a.City.fill(parts[0])
	if len(parts) > 1 {
		a.State.fill(parts[1])
	}
}

func (w *words) fill(s string) {
	if *w == "" {
		*w = words(s)
	}
}

// stateCode finds the two letters of a state of the United States by its name.
func stateCode(name string) (string, bool) { return lookUp(states, name) }

// isState reports whether a text is the name or the code of such a state.
func isState(s string) bool {
	_, ok := stateCode(s)
	return ok || len(s) == 2 && strings.Contains(states, "="+strings.ToLower(s)+"\n")
}

// countryCode finds the two letters of a country by its English name or by
// themselves, empty if it is none.
func countryCode(name string) string {
	code, ok := lookUp(countries, name)
	if !ok && len(name) == 2 {
		code = strings.ToLower(name)
	}
	return code
}

// lookUp finds the code behind a name in a table of lines.
func lookUp(table, name string) (string, bool) {
	if name == "" || strings.ContainsAny(name, "=\n") {
		return "", false
	}
	_, rest, ok := strings.Cut(table, "\n"+strings.ToLower(name)+"=")
	if !ok {
		return "", false
	}
	return rest[:2], true
}

// plainLetters spells the letters of Latin scripts that have marks without them:
// cities and states are given so. [doc custom-audience-users]
func plainLetters(s string) string { return marked.Replace(s) }

var marked = strings.NewReplacer(
	"à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "ā", "a", "ă", "a", "ą", "a", "ạ", "a", "ả", "a", "ấ", "a", "ầ", "a", "ắ", "a", "ằ", "a",
	"æ", "ae", "ç", "c", "ć", "c", "č", "c", "ď", "d", "đ", "d", "ð", "d", "è", "e", "é", "e", "ê", "e", "ë", "e", "ē", "e", "ė", "e", "ę", "e", "ě", "e",
	"ế", "e", "ề", "e", "ệ", "e", "ğ", "g", "ģ", "g", "ì", "i", "í", "i", "î", "i", "ï", "i", "ī", "i", "į", "i", "ı", "i", "ị", "i", "ķ", "k", "ļ", "l",
	"ľ", "l", "ł", "l", "ñ", "n", "ń", "n", "ņ", "n", "ň", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "ø", "o", "ō", "o", "ő", "o", "ơ", "o",
	"ọ", "o", "ố", "o", "ồ", "o", "ộ", "o", "œ", "oe", "ŕ", "r", "ř", "r", "ś", "s", "ş", "s", "ș", "s", "š", "s", "ß", "ss", "ţ", "t", "ț", "t", "ť", "t",
	"þ", "th", "ù", "u", "ú", "u", "û", "u", "ü", "u", "ū", "u", "ů", "u", "ű", "u", "ų", "u", "ư", "u", "ụ", "u", "ý", "y", "ÿ", "y", "ź", "z", "ż", "z", "ž", "z",
)

// states are those of the United States with the capital's district. [ANSI INCITS 38]
const states = `
alabama=al
alaska=ak
arizona=az
arkansas=ar
california=ca
colorado=co
connecticut=ct
delaware=de
district of columbia=dc
florida=fl
georgia=ga
hawaii=hi
idaho=id
illinois=il
indiana=in
iowa=ia
kansas=ks
kentucky=ky
louisiana=la
maine=me
maryland=md
massachusetts=ma
michigan=mi
minnesota=mn
mississippi=ms
missouri=mo
montana=mt
nebraska=ne
nevada=nv
new hampshire=nh
new jersey=nj
new mexico=nm
new york=ny
north carolina=nc
north dakota=nd
ohio=oh
oklahoma=ok
oregon=or
pennsylvania=pa
rhode island=ri
south carolina=sc
south dakota=sd
tennessee=tn
texas=tx
utah=ut
vermont=vt
virginia=va
washington=wa
west virginia=wv
wisconsin=wi
wyoming=wy
`
