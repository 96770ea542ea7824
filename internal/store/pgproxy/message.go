package pgproxy

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"
)

// Codes that stand where the protocol version stands in a first message.
const (
	cancelRequest = 80877102
	sslRequest    = 80877103
	gssRequest    = 80877104
)

// maxMessage bounds what is held in memory of one message.
const maxMessage = 64 << 20

// readStartup reads a message without a type byte, as the first of a
// connection is. frame is the whole of it.
func readStartup(r *bufio.Reader) (code uint32, frame []byte, err error) {
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size < 8 || size > 1<<16 {
		return 0, nil, fmt.Errorf("startup message of %d bytes", size)
	}
	frame = append(head[:], make([]byte, size-8)...)
	_, err = io.ReadFull(r, frame[8:])
	return binary.BigEndian.Uint32(head[4:]), frame, err
}

// readMessage reads a message into buf, which it may grow. frame is the whole
// message, with type and length.
func readMessage(r *bufio.Reader, buf []byte) (frame []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return buf, err
	}
	size := binary.BigEndian.Uint32(head[1:])
	if size < 4 || size > maxMessage {
		return buf, fmt.Errorf("message %q of %d bytes", head[0], size)
	}
	total := int(size) + 1
	if cap(buf) < total {
		buf = make([]byte, total)
	}
	buf = buf[:total]
	copy(buf, head[:])
	_, err = io.ReadFull(r, buf[5:])
	return buf, err
}

// body of a message, behind type and length.
func body(frame []byte) []byte { return frame[5:] }

// encode returns messages of ours as they go over the wire. They cannot fail:
// none is near the size limit.
func encode(ms ...pgproto3.Message) []byte {
	var b []byte
	for _, m := range ms {
		var err error
		if b, err = m.Encode(b); err != nil {
			panic(err)
		}
	}
	return b
}

// errorMessage is the error a server reports.
func errorMessage(severity, code string) []byte {
	return encode(&pgproto3.ErrorResponse{Severity: severity, SeverityUnlocalized: severity, Code: code, Message: "injected " + code})
}

// waitGivenUp is what a server says when it no longer waits for its standby.
// [doc PostgreSQL syncrep.c]
func waitGivenUp() []byte {
	return encode(&pgproto3.NoticeResponse{
		Severity: "WARNING", SeverityUnlocalized: "WARNING", Code: "01000",
		Message: "canceling wait for synchronous replication due to user request",
		Detail:  "The transaction has already committed locally, but might not have been replicated to the standby.",
	})
}

// commits is true if a statement, or one of several, ends a transaction well.
func commits(sql string) bool {
	for part := range strings.SplitSeq(sql, ";") {
		words := strings.Fields(strings.ToLower(part))
		if len(words) > 0 && (words[0] == "commit" || words[0] == "end") {
			return true
		}
	}
	return false
}
