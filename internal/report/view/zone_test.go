package view

import (
	"strings"
	"testing"
	"time"
)

func TestTimesNameTheirOffset(t *testing.T) {
	at := time.Date(2026, 1, 5, 23, 30, 0, 0, time.UTC)
	for name, want := range map[string][2]string{
		"UTC":              {"2026-01-05 23:30 UTC", "UTC"},
		"Europe/Berlin":    {"2026-01-06 00:30 UTC+1", "Europe/Berlin, UTC+1"},
		"Asia/Kolkata":     {"2026-01-06 05:00 UTC+5:30", "Asia/Kolkata, UTC+5:30"},
		"America/New_York": {"2026-01-05 18:30 UTC-5", "America/New_York, UTC-5"},
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := Timestamp(at, zone); got != want[0] {
			t.Errorf("%s: %q, want %q", name, got, want[0])
		}
		if got := zoneWords(zone, at); got != want[1] {
			t.Errorf("%s is called %q, want %q", name, got, want[1])
		}
	}
}

// Axis, caption and table are in the reader's zone and name it.
func TestChartsAreInTheReadersZone(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 5, 20, 0, 0, 0, time.UTC)
	c, ok := Flow("Ingress", 1, time.Hour, []Point{{At: at, Mean: 1e6, Max: 2e6}, {At: at.Add(time.Hour), Mean: 1e6, Max: 1e6}},
		tokyo)
	if !ok || c.Columns[0] != "Time (Asia/Tokyo, UTC+9)" || c.Rows[0][0] != "2026-01-06 05:00" ||
		!strings.Contains(c.Says, "from 05:00 to 06:00 (Asia/Tokyo, UTC+9)") {
		t.Errorf("%q, %q: %s", c.Columns, c.Rows, c.Says)
	}
}
