package memory

import (
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
)

func TestDriver(t *testing.T) {
	drivertest.Run(t, func(*testing.T) driver.Store { return Open(drivertest.Registry()) })
}
