package control

import (
	"context"
	"io"
	"net/http"
	"os"
	"strconv"
)

// Database is what can be done to the database of a running server as a whole.
// What it finds is answered as it is.
type Database struct {
	// Backup makes a copy, verified, and says where; done removes it.
	Backup func(ctx context.Context) (path string, done func(), err error)
	Verify func(ctx context.Context) (any, error)
	Stats  func(ctx context.Context) (any, error)
}

func (p *plane) verifyDB(w http.ResponseWriter, r *http.Request) {
	patient(w)
	v, err := p.Database.Verify(r.Context())
	p.answer(w, v, err)
}

func (p *plane) statsDB(w http.ResponseWriter, r *http.Request) {
	patient(w)
	v, err := p.Database.Stats(r.Context())
	p.answer(w, v, err)
}

// backupDB answers a copy of the database. Its length goes before it, so that
// nobody takes a part for the whole.
func (p *plane) backupDB(w http.ResponseWriter, r *http.Request) {
	patient(w)
	if r.Method == http.MethodHead {
		return
	}
	path, done, err := p.Database.Backup(r.Context())
	if err != nil {
		p.fail(w, err)
		return
	}
	defer done()
	f, err := os.Open(path)
	if err != nil {
		p.fail(w, err)
		return
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil {
		p.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/vnd.sqlite3")
	w.Header().Set("Content-Length", strconv.FormatInt(st.Size(), 10))
	_, _ = io.Copy(w, f)
}
