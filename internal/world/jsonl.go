package world

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	// maxLine bounds one line: a person with a picture and a long history.
	maxLine = 16 << 20
	// maxBuffered bounds input that can be read only once.
	maxBuffered = 64 << 20
)

// A source is input that is read twice: to check it, then to write it.
type source struct {
	r     io.ReadSeeker
	start int64
}

// newSource buffers input that cannot be read twice, if it is small.
func newSource(r io.Reader) (*source, error) {
	if s, ok := r.(io.ReadSeeker); ok {
		if at, err := s.Seek(0, io.SeekCurrent); err == nil {
			return &source{s, at}, nil
		}
	}
	data, err := io.ReadAll(io.LimitReader(r, maxBuffered+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxBuffered {
		return nil, bad("import it from a file", "input that is read as a stream is at most %d MiB", maxBuffered>>20)
	}
	return &source{bytes.NewReader(data), 0}, nil
}

// each hands out the lines from the beginning, numbered from one, until f
// returns an error. Blank lines are skipped.
func (s *source) each(f func(n int, data []byte) error) error {
	if _, err := s.r.Seek(s.start, io.SeekStart); err != nil {
		return err
	}
	scan := bufio.NewScanner(s.r)
	scan.Buffer(make([]byte, 0, 1<<16), maxLine)
	n := 0
	for scan.Scan() {
		n++
		data := scan.Bytes()
		if n == 1 {
			data = bytes.TrimPrefix(data, []byte("\ufeff"))
		}
		if data = bytes.TrimSpace(data); len(data) == 0 {
			continue
		}
		if err := f(n, data); err != nil {
			return err
		}
	}
	if errors.Is(scan.Err(), bufio.ErrTooLong) {
		return Problems{{Line: n + 1, Text: fmt.Sprintf("longer than %d MiB", maxLine>>20)}}
	}
	return scan.Err()
}

// parseLine reads one line strictly.
func parseLine(data []byte) (*line, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var l line
	if err := dec.Decode(&l); err != nil {
		return nil, sayJSON(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	n := 0
	for _, set := range []bool{l.Business != nil, l.App != nil, l.Page != nil, l.Instagram != nil, l.Person != nil, l.Thing != nil, l.Edge != nil, l.Audience != nil, l.Tombstone != nil, l.File != nil, l.Piece != nil} {
		if set {
			n++
		}
	}
	if n != 1 {
		return nil, errors.New("a line has one of business, app, page, instagram, person, thing, edge, audience, tombstone, file and piece")
	}
	return &l, nil
}

// sayJSON puts the decoder's errors into our words.
func sayJSON(err error) error {
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &typ):
		return fmt.Errorf("%s must be %s, not %s", typ.Field, typ.Type, typ.Value)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("the line ends too early")
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}
