package app

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/proxy"
)

// LocalCA returns the CA of a folder, as proxy.OpenCA does; the folder is made.
func LocalCA(dir string) (ca *proxy.CA, note string, err error) {
	if err := config.MakeFolder(dir); err != nil {
		return nil, "", fmt.Errorf("make folder of the local CA %q: %w; choose another with --data", dir, err)
	}
	return proxy.OpenCA(dir, time.Now, rand.Reader)
}

// ReadCA returns the CA of a folder and makes none.
func ReadCA(dir string) (*proxy.CA, error) { return proxy.ReadCA(dir, time.Now, rand.Reader) }

// Password is one that nobody guesses.
func Password() string { return rand.Text() }
