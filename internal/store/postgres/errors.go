package postgres

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kithgraph/kith/internal/store/driver"
)

// What the server's codes mean for us. [doc: PostgreSQL, appendix A]
const (
	codeSerialization = "40001"
	codeDeadlock      = "40P01"
	codeUnknown       = "40003" // statement completion unknown
	codeUnique        = "23505"
	codeNotNull       = "23502" // a version would have fallen
	codeAdminShutdown = "57P01"
	codeCrashShutdown = "57P02"
	codeCannotConnect = "57P03"
	codeReadOnly      = "25006"
	codeConnections   = "53300" // others of class 53: out of memory, disk full
	codeCanceled      = "57014" // by a time limit or an operator
	codeNoStatement   = "26000" // a pooler lent another session
	codeTwice         = "42P05"
	codeNoTable       = "42P01"
)

// A verdict says what an error leaves to do.
type verdict int

const (
	final   verdict = iota // return it
	short                  // it did not happen; the server cannot do it now, a later call may get past
	replay                 // it did not happen; the server may accept it now
	moved                  // the connection or its host is no use
	pooled                 // prepared statements are lost: go on without
	unknown                // it may have happened
)

// ends says that trying at once again is no use.
func (v verdict) ends() bool { return v == final || v == short }

// judge sorts an error of a batch. committing says that COMMIT was in it.
func judge(err error, committing bool) verdict {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		if committing && !pgconn.SafeToRetry(err) {
			return unknown
		}
		return moved
	}
	switch {
	case committing && (pe.Code == codeUnknown || severe(pe)):
		return unknown
	case pe.Code == codeSerialization, pe.Code == codeUnknown, pe.Code == codeDeadlock, pe.Code == codeUnique, lowered(pe):
		return replay
	case pe.Code == codeNoStatement, pe.Code == codeTwice:
		return pooled
	case pe.Code == codeReadOnly, pe.Code == codeConnections, strings.HasPrefix(pe.Code, "08"),
		strings.HasPrefix(pe.Code, "57P"), severe(pe):
		return moved
	}
	if pe.Code == codeCanceled || strings.HasPrefix(pe.Code, "53") {
		return short
	}
	return final
}

// severe is an error after which the server hangs up.
func severe(pe *pgconn.PgError) bool {
	s := pe.SeverityUnlocalized
	return s == "FATAL" || s == "PANIC" || s == "" && (pe.Severity == "FATAL" || pe.Severity == "PANIC")
}

// lowered is the refusal of a version below the one that is there.
func lowered(pe *pgconn.PgError) bool {
	return pe.Code == codeNotNull && (pe.ColumnName == "version" || strings.Contains(pe.Message, `"version"`))
}

// unavailable wraps what a later call may get past.
func unavailable(op string, err error) error {
	if errors.Is(err, driver.ErrUnavailable) || errors.Is(err, driver.ErrClosed) {
		return err
	}
	return fmt.Errorf("%s: %w: %w", op, driver.ErrUnavailable, err)
}

// A RefusedError says why Open left a database alone and what can be done.
type RefusedError struct {
	Address string // without secrets
	Reason  string
	Remedy  string
}

// Error implements error.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("open database %s: %s; %s; nothing was changed", e.Address, e.Reason, e.Remedy)
}
