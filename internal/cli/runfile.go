package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/kithgraph/kith/internal/config"
)

// A runFile is what a running server tells client commands.
type runFile struct {
	URL        string `json:"url"`
	ControlURL string `json:"control_url"`
	PID        int    `json:"pid"`
}

// writeRunFile replaces the file at once, so that nobody reads half of it.
func writeRunFile(path string, f runFile) error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write run file: %w", err)
	}
	fresh := fmt.Sprintf("%s.%d", path, f.PID)
	if err := os.WriteFile(fresh, append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("write run file: %w", err)
	}
	if err := os.Rename(fresh, path); err != nil {
		return fmt.Errorf("write run file: %w", err)
	}
	return nil
}

// removeRunFile removes the file if it is still this server's.
func removeRunFile(path string, pid int) {
	if f, ok := readRunFile(path); ok && f.PID == pid {
		_ = os.Remove(path)
	}
}

func readRunFile(path string) (f runFile, ok bool) {
	data, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(data, &f) != nil || f.URL == "" {
		return f, false
	}
	return f, true
}

// running finds the server that a client command is for, if one has left word
// and is still alive.
func running(cfg *config.Config) (runFile, bool) {
	for _, path := range cfg.RunFiles() {
		if f, ok := readRunFile(path); ok && alive(f.PID) {
			return f, true
		}
	}
	return runFile{}, false
}

// alive reports whether there is such a process, by asking it nothing.
func alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	p, err := os.FindProcess(pid)
	return err == nil && !errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
