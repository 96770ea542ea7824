package config

import (
	"strings"
	"testing"
	"time"
)

func TestFenceAndLeaseFollowTheMode(t *testing.T) {
	key := "KITH_KEY=" + strings.Repeat("ab", 32)
	tests := []struct {
		env          []string
		lease, fence time.Duration
		refused      string
	}{
		{nil, 0, 0, ""},
		{[]string{"KITH_MODE=server", key}, time.Second, 2 * time.Second, ""},
		{[]string{"KITH_MODE=server", key, "KITH_LEASE=0s", "KITH_FENCE=0s"}, 0, 0, ""},
		{[]string{"KITH_LEASE=3s", "KITH_FENCE=5s"}, 3 * time.Second, 5 * time.Second, ""},
		{[]string{"KITH_FENCE=1ms"}, 0, 0, "fence: 1ms is not between"},
		{[]string{"KITH_LEASE=1h"}, 0, 0, "lease: 1h0m0s is too long"},
	}
	for _, tt := range tests {
		cfg, err := Load(Sources{Environ: append([]string{"HOME=" + t.TempDir()}, tt.env...)})
		if tt.refused != "" {
			if err == nil || !strings.Contains(err.Error(), tt.refused) {
				t.Errorf("%v: %v, want %q", tt.env, err, tt.refused)
			}
			continue
		}
		if err != nil {
			t.Errorf("%v: %v", tt.env, err)
		} else if cfg.Lease != tt.lease || cfg.Fence != tt.fence {
			t.Errorf("%v: lease %v, fence %v", tt.env, cfg.Lease, cfg.Fence)
		}
	}
}
