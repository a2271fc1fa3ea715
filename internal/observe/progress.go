package observe

import (
	"fmt"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Progress is how far an observation has come. Absent figures are nil.
type Progress struct {
	// Sweep of Sweeps is under way, or due next.
	Sweep, Sweeps int
	// Counted is how many sweeps are part of the result.
	Counted    int
	Partitions *workload.Figure
	// IngressBytesPerSec and EgressBytesPerSec are means since the start.
	IngressBytesPerSec, EgressBytesPerSec *float64
	// ReadBack is how far back the time before the observation is known; 0: not at all.
	ReadBack time.Duration
	Left     time.Duration
}

// String writes the live line: "sweep 3 of 13 · 1,204 partitions · in 12.3 MB/s · out 30.1 MB/s · 42 s left". How far back the time
// before is known replaces the partitions once it is: both do not fit into 80 columns.
func (p Progress) String() string {
	parts := []string{fmt.Sprintf("sweep %d of %d", p.Sweep, p.Sweeps)}
	if p.Partitions != nil && p.ReadBack == 0 {
		parts = append(parts, workload.FormatNumber(p.Partitions.Value)+" partitions")
	}
	if p.IngressBytesPerSec != nil {
		parts = append(parts, "in "+workload.FormatByteRate(*p.IngressBytesPerSec))
	}
	if p.EgressBytesPerSec != nil {
		parts = append(parts, "out "+workload.FormatByteRate(*p.EgressBytesPerSec))
	}
	if p.ReadBack > 0 {
		parts = append(parts, days(p.ReadBack)+" read back")
	}
	return strings.Join(append(parts, span(p.Left)+" left"), " · ")
}

// span writes a duration in whole seconds, and in whole minutes from ten of them on.
func span(d time.Duration) string {
	if d < 10*time.Minute {
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f min", d.Minutes())
}

// running is a mean weighted by time.
type running struct{ seconds, sum float64 }

func (m *running) add(f *workload.Figure, w workload.Window) {
	if d := w.Duration().Seconds(); f != nil && d > 0 {
		m.seconds += d
		m.sum += f.Value * d
	}
}

func (m *running) mean() *float64 {
	if m.seconds == 0 {
		return nil
	}
	v := m.sum / m.seconds
	return &v
}
