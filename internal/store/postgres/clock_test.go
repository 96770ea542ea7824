package postgres

import (
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	s := openTemp(t)
	before := time.Now()
	got, err := s.Clock(bg)
	if err != nil || got.Before(before.Truncate(time.Microsecond)) || got.After(time.Now()) {
		t.Errorf("Clock = %v, %v, want one after %v", got, err, before)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Clock(bg); err == nil {
		t.Error("a closed store tells the time")
	}
}
