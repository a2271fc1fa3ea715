package dashboard

import (
	"testing"
	"time"
)

func TestAgesAreInWholeUnits(t *testing.T) {
	for d, want := range map[time.Duration]string{-time.Second: "0 s", 8400 * time.Millisecond: "8 s", 262 * time.Second: "4 min",
		90 * time.Minute:              "1 h",
		29*time.Hour + 50*time.Minute: "29 h", 60 * time.Hour: "2 days"} {
		if got := age(d); got != want {
			t.Errorf("%s is written %q, want %q", d, got, want)
		}
	}
}
