package bench

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"
)

// A script says what the n-th request of a load is and how its answer has to
// look. It is safe for concurrent use.
type script struct {
	crowd  *Crowd
	people []int // whom to ask about, in turn; nil is everybody
	host   string
	// token replaces the tokens of the Pages.
	token  string
	status int
	prefix string
	// lines are paths with their queries, asked for in turn instead of people;
	// item must be in each answer so many times.
	lines []string
	item  string
	items int
	// fixed is the whole body of every answer; otherwise the body ends with
	// the ID that was asked for.
	fixed []byte
	// lot asks about many people in one request.
	lot lot
	// fields are those asked for; tags are of the answers the client has, by
	// person.
	fields string
	tags   []string
	// body makes it a POST with JSON.
	body []byte
}

// profileFields are what a profile read asks for.
const profileFields = "first_name,last_name,profile_pic"

// stride visits everybody once before anybody twice, in no order that a page
// of the database or of the cache would have; it has no factor in common with
// any size used here.
const stride = 7_368_787

func (s *script) person(n uint64) int {
	if s.people != nil {
		return s.people[n%uint64(len(s.people))]
	}
	return int(n * stride % uint64(len(s.crowd.PSIDs)))
}

// path appends path and query of the n-th request.
func (s *script) path(b []byte, n uint64) []byte {
	if s.lines != nil {
		return append(b, s.lines[n%uint64(len(s.lines))]...)
	}
	i := s.person(n)
	b = append(b, "/v25.0/"...)
	b = strconv.AppendUint(b, s.crowd.PSIDs[i], 10)
	b = append(append(append(b, "?fields="...), cmp.Or(s.fields, profileFields)...), "&access_token="...)
	if s.token != "" {
		return append(b, s.token...)
	}
	return append(b, s.crowd.Token(i)...)
}

// request appends the n-th request.
func (s *script) request(b []byte, n uint64) []byte {
	if s.lot != single {
		return s.requestLot(b, n)
	}
	method := "GET "
	if s.body != nil {
		method = "POST "
	}
	b = append(b, method...)
	b = s.path(b, n)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, s.host...)
	if s.body != nil {
		b = fmt.Appendf(b, "\r\nUser-Agent: kithbench\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(s.body))
		return append(b, s.body...)
	}
	if s.tags != nil {
		b = append(append(b, "\r\nIf-None-Match: "...), s.tags[s.person(n)]...)
	}
	return append(b, "\r\nUser-Agent: kithbench\r\nAccept: */*\r\n\r\n"...)
}

// check reports what is wrong with the answer to the n-th request.
func (s *script) check(n uint64, status int, body []byte) error {
	if status != s.status || !bytes.HasPrefix(body, []byte(s.prefix)) {
		return fmt.Errorf("request %d was answered %d %.200s, not %d %s", n, status, body, s.status, s.prefix)
	}
	if s.lot != single {
		return s.checkLot(n, body)
	}
	if s.lines != nil {
		if got := bytes.Count(body, []byte(s.item)); s.item != "" && got != s.items {
			return fmt.Errorf("request %d was answered %d items: %.200s", n, got, body)
		}
		return nil
	}
	if s.fixed != nil {
		if !bytes.Equal(body, s.fixed) {
			return fmt.Errorf("request %d was answered %.200s", n, body)
		}
		return nil
	}
	if s.token != "" || s.tags != nil {
		return nil
	}
	var end [32]byte
	b := append(end[:0], `"id":"`...)
	b = strconv.AppendUint(b, s.crowd.PSIDs[s.person(n)], 10)
	if !bytes.HasSuffix(body, append(b, '"', '}')) {
		return fmt.Errorf("request %d was answered %.200s, not the profile of %s", n, body, b)
	}
	return nil
}
