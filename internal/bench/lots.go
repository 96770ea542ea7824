package bench

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/url"
	"strconv"
)

// A lot is how a script asks about many people in one request.
type lot uint8

const (
	single lot = iota
	inBatch
	inIDs
	inGzip // a batch whose answer is packed
)

// lotSize is how many people are in a lot.
const lotSize = 50

// lots is the same load in lots of people of one Page.
func (s *script) lots(l lot) *script {
	c := *s
	c.lot, c.prefix = l, `{"`
	switch l {
	case inBatch:
		c.prefix = `[{"code":200,`
	case inGzip:
		c.prefix = "\x1f\x8b"
	}
	return &c
}

// of is the j-th person of the n-th lot.
func (s *script) of(n uint64, j int) int {
	pages := len(s.crowd.Tokens)
	rows := len(s.crowd.PSIDs) / pages
	row := (int(n/uint64(pages)%uint64(rows))*lotSize + j) % rows
	return row*pages + int(n%uint64(pages))
}

const lotFields = "fields=" + profileFields

func (s *script) requestLot(b []byte, n uint64) []byte {
	token := s.crowd.Token(s.of(n, 0))
	if s.lot == inIDs {
		b = append(b, "GET /v25.0/?ids="...)
		for j := range lotSize {
			if j > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendUint(b, s.crowd.PSIDs[s.of(n, j)], 10)
		}
		b = append(append(append(b, '&'), lotFields...), "&access_token="...)
		b = append(append(b, token...), " HTTP/1.1\r\nHost: "...)
		return append(append(b, s.host...), "\r\nUser-Agent: kithbench\r\nAccept: */*\r\n\r\n"...)
	}
	list := []byte{'['}
	for j := range lotSize {
		if j > 0 {
			list = append(list, ',')
		}
		list = append(list, `{"method":"GET","relative_url":"`...)
		list = strconv.AppendUint(list, s.crowd.PSIDs[s.of(n, j)], 10)
		list = append(append(append(list, '?'), lotFields...), `"}`...)
	}
	body := "access_token=" + token + "&include_headers=false&batch=" + url.QueryEscape(string(append(list, ']')))
	b = append(append(b, "POST /v25.0/ HTTP/1.1\r\nHost: "...), s.host...)
	b = append(b, "\r\nUser-Agent: kithbench\r\nAccept: */*\r\n"...)
	if s.lot == inGzip {
		b = append(b, "Accept-Encoding: gzip\r\n"...)
	}
	b = append(b, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(body)), 10)
	return append(append(b, "\r\n\r\n"...), body...)
}

// checkLot looks whether everybody is in the answer.
func (s *script) checkLot(n uint64, body []byte) error {
	if s.lot == inGzip {
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return fmt.Errorf("lot %d: %w", n, err)
		}
		if body, err = io.ReadAll(r); err != nil {
			return fmt.Errorf("lot %d: %w", n, err)
		}
	}
	for j := range lotSize {
		id := strconv.AppendUint(nil, s.crowd.PSIDs[s.of(n, j)], 10)
		if !bytes.Contains(body, id) {
			return fmt.Errorf("lot %d was answered %.200s, without %s", n, body, id)
		}
	}
	if bytes.Contains(body, []byte(`"error`)) {
		return fmt.Errorf("lot %d has an error: %.2000s", n, body)
	}
	return nil
}

// compareLots is compare for requests of which one does the work of many.
func (l *lab) compareLots(key string, a, b *target, many float64) {
	if a == nil || b == nil {
		return
	}
	rs := ratios(a, b, cpu)
	for i := range rs {
		rs[i] /= many
	}
	note := fmt.Sprintf("%s for %d people, %s for %.0f", quantity(middle(a, cpu), "us"), lotSize, quantity(middle(b, cpu), "us"), lotSize/many)
	l.set(key, note, rs...)
}
