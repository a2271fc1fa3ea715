package catalog_test

import (
	"testing"

	"github.com/mskfit/mskfit/internal/catalog"
)

func TestTheEmbeddedCatalogIsValid(t *testing.T) {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.PricesDate, "2025-04-04"; got != want {
		t.Errorf("prices date: got %s, want %s", got, want)
	}
	if got, want := c.QuotasDate, "2026-08-21"; got != want {
		t.Errorf("quotas date: got %s, want %s", got, want)
	}
}
