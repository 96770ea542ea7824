package pgtest

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// Exec returns what runs SQL on one connection of the test's, from any
// goroutine. The connection ends with the test.
func Exec(t testing.TB, dsn string) func(sql string) error {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	c, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(ctx) })
	var mu sync.Mutex
	return func(sql string) error {
		mu.Lock()
		defer mu.Unlock()
		return c.Exec(ctx, sql).Close()
	}
}
