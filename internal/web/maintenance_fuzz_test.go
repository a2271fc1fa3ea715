package web

import (
	"strings"
	"testing"
	"time"
)

// A maintenance that is taken ends after it starts and lasts a month at most.
func FuzzReadMaintenance(f *testing.F) {
	for _, seed := range []string{maintenanceExample, `{"duration": "2h", "clusters": ["prod-*"]}`, `{"end": "9999-12-31T23:59:59Z", "start": "0001-01-01T00:00:00Z"}`,
		`{"duration": "2562047h47m16.854775807s"}`, `{"clusters": ["["], "duration": "1s"}`, "{} {}", "["} {
		f.Add(seed)
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, body string) {
		request, err := readMaintenance(strings.NewReader(body))
		if err != nil {
			return
		}
		m, err := request.span(now)
		if err != nil {
			return
		}
		if !m.End.After(*m.Start) || !m.End.After(now) || m.End.Sub(*m.Start) > longestMaintenance {
			t.Errorf("%q was taken as %s to %s", body, m.Start, m.End)
		}
	})
}
