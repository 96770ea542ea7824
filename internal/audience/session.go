package audience

import (
	"bytes"
	"encoding/json"
)

// A Session says which part of a long list a request is. [doc user v2.10, session]
type Session struct {
	ID        int64
	Seq       int64 // from 1
	Last      bool
	Estimated int64
}

// ParseSession reads the session parameter; empty text is none.
func ParseSession(text []byte) (*Session, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil
	}
	var w struct {
		ID        *json.Number    `json:"session_id"`
		Seq       *json.Number    `json:"batch_seq"`
		Estimated *json.Number    `json:"estimated_num_total"`
		Last      json.RawMessage `json:"last_batch_flag"`
	}
	if json.Unmarshal(text, &w) != nil {
		return nil, wrong("session", "an object with session_id and batch_seq")
	}
	s := &Session{}
	for _, n := range []struct {
		name  string
		text  *json.Number
		into  *int64
		least int64
		must  bool
	}{{"session_id", w.ID, &s.ID, 1, true}, {"batch_seq", w.Seq, &s.Seq, 1, true}, {"estimated_num_total", w.Estimated, &s.Estimated, 0, false}} {
		if n.text == nil && !n.must {
			continue
		}
		if n.text == nil {
			return nil, wrong(n.name, "given")
		}
		v, err := n.text.Int64()
		if err != nil || v < n.least {
			return nil, wrong(n.name, "a whole number from %d", n.least)
		}
		*n.into = v
	}
	last, err := flag(w.Last)
	if err != nil {
		return nil, wrong("last_batch_flag", "true or false")
	}
	s.Last = last
	return s, nil
}
