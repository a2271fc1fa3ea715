package catalog

import (
	"strings"
	"testing"
)

// An overlay is refused with a message that names the file, or it is good for the catalog.
func FuzzReadOverlay(f *testing.F) {
	base, err := Embedded()
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		"schema: mskfit/overlay/v1\nwritten_at: 2026-01-31T00:00:00Z\n",
		"schema: mskfit/overlay/v1\nwritten_at: 2026-01-31T00:00:00Z\nquotas:\n  date: 2026-01-31\n  source: me\n  serverless: {ingress_per_cluster: -1}\n",
		"schema: [", "a: &a [*a]", "prices: {regions: {us-east-1: {serverless: {data_in: .nan}}}}", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := ReadOverlay("overlay.yaml", data, base); err != nil && !strings.Contains(err.Error(), "overlay.yaml") {
			t.Errorf("the message does not name the file: %v", err)
		}
	})
}
