package check

import (
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/web"
)

// Pages that everybody in the network can read are a warning in check, and no failure.
func TestAnOpenAddressIsAWarning(t *testing.T) {
	for listen, want := range map[string]bool{"0.0.0.0:0": true, "127.0.0.1:0": false} {
		cfg := config.Config{Web: web.Config{Listen: listen}}
		c := checker{cfg: cfg}
		results := c.web()
		if warned := len(results) == 2 && results[1].State == Warning; warned != want || NotOK(results) != 0 {
			t.Errorf("%s: %+v", listen, results)
		}
	}
}

// The age of prices is a matter of check and a metric, and of no alert.
func TestOldPricesAreAWarning(t *testing.T) {
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	cat := &catalog.Catalog{QuotasDate: "2025-11-17", PricesDate: "2024-04-04"}
	for limit, want := range map[time.Duration]State{0: OK, 365 * 24 * time.Hour: Warning, 3 * 365 * 24 * time.Hour: OK} {
		if r := catalogAge(cat, limit, now); r.State != want || !strings.Contains(r.Detail, "prices of 2024-04-04") {
			t.Errorf("with a limit of %s: %+v, want %s", limit, r, want)
		}
	}
}
