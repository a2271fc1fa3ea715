package view

import (
	"math"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

func TestBoundsSayHowFarAFigureMayBeOff(t *testing.T) {
	between := func(v, low, high float64) *workload.Figure {
		return workload.Between(v, low, high, workload.Estimated, "").Ptr()
	}
	for _, test := range []struct {
		f             *workload.Figure
		value, bounds string
	}{
		{nil, "unknown", "–"},
		{workload.Exactly(2e6, workload.Measured, "").Ptr(), "2 MB/s", "exact"},
		{workload.Exactly(2e6, workload.Declared, "").Ptr(), "2 MB/s", "as declared"},
		{workload.Exactly(0, workload.Measured, "").Ptr(), "0 B/s", "exact"}, // measured nothing is not unknown
		{workload.AtLeast(2e6, workload.Estimated, "").Ptr(), "≥ 2 MB/s", "a floor"},
		{between(2e6, 1e6, math.Inf(1)), "2 MB/s", "at least 1 MB/s"}, // sized and billed with the estimate
		{between(2e6, 2e6, math.Inf(1)), "≥ 2 MB/s", "a floor"},
		{between(1000, 170, 1000), "1 KB/s", "170 B/s to 1 KB/s"}, // an upper limit
		{between(100, 99, 101), "100 B/s", "± 1 %"},
		{between(100, 98, 101), "100 B/s", "−2 % +1 %"},
		{between(100, 100, 107.84), "100 B/s", "+7.8 %"},
		{between(100, 95, 100), "100 B/s", "−5 %"},
		{between(100, 0, 150), "100 B/s", "0 B/s to 150 B/s"},
		{between(100, 90, 400), "100 B/s", "90 B/s to 400 B/s"},
		{between(0, 0, 400), "0 B/s", "0 B/s to 400 B/s"},
	} {
		if got := value(test.f, byteRate); got != test.value {
			t.Errorf("value of %+v is %q, want %q", test.f, got, test.value)
		}
		if got := bounds(test.f, byteRate); got != test.bounds {
			t.Errorf("bounds of %+v are %q, want %q", test.f, got, test.bounds)
		}
	}
}

func TestAmountsAreWrittenInTheUnitOfTheRule(t *testing.T) {
	for _, test := range []struct {
		v    float64
		unit string
		want string
	}{
		{200, "MBps", "200 MB/s"}, {4500, "MiBps", "4.72 GB/s"}, {8, "MiB", "8 MiB"}, {250, "GB", "250 GB"},
		{250, "GiB", "250 GiB"},
		{15e6, "bytes", "15 MB"}, {8388608, "bytes", "8 MiB"}, {15000, "per_second", "15,000/s"},
		{2400, "partitions", "2,400 partitions"},
		{250, "partitions_per_5_minutes", "250 partitions per 5 minutes"}, {0.5, "", "0.5"}, {168, "hours", "168 h"},
	} {
		if got := amount(&test.v, test.unit); got != test.want {
			t.Errorf("%g %s is written %q, want %q", test.v, test.unit, got, test.want)
		}
	}
	if got := amount(nil, "MBps"); got != "unknown" {
		t.Errorf("no number is written %q", got)
	}
}

func TestSharesStayReadable(t *testing.T) {
	for ratio, want := range map[float64]string{0: "0 %", 4e-7: "under 1 %", 0.0012: "under 1 %", 0.829: "83 %", 22.5: "2,250 %"} {
		if got := percent(ratio); got != want {
			t.Errorf("percent(%g) = %q, want %q", ratio, got, want)
		}
	}
}

func TestUnitPricesKeepTheirDigits(t *testing.T) {
	for v, want := range map[float64]string{0.0015: "$0.0015", 6.528: "$6.528", 0.1: "$0.10", 12: "$12.00", 0: "$0.00"} {
		if got := unitPrice(v); got != want {
			t.Errorf("unitPrice(%g) = %q, want %q", v, got, want)
		}
	}
}

func TestLengthOfAWindow(t *testing.T) {
	for d, want := range map[time.Duration]string{time.Minute: "60 s", 5 * time.Minute: "5 minutes", 6 * time.Hour: "6 hours",
		14 * 24 * time.Hour: "14 days"} {
		if got := length(d); got != want {
			t.Errorf("length(%s) = %q, want %q", d, got, want)
		}
	}
}

func TestSeenSaysHowMuchOfTheWindow(t *testing.T) {
	for _, tt := range []struct {
		window   time.Duration
		coverage float64
		want     string
	}{
		{time.Minute, 1, "60 s"},
		{14 * 24 * time.Hour, 0.99, "14 days"},
		{14 * 24 * time.Hour, 0.25, "3.5 days of 14 days"},
		{14 * 24 * time.Hour, 120.0 / (14 * 24 * 3600), "120 s of 14 days"},
		{time.Hour, 0, "60 minutes"}, // how much is not known
	} {
		if got := seen(tt.window, tt.coverage); got != tt.want {
			t.Errorf("%s, %.3g of it: %q, want %q", tt.window, tt.coverage, got, tt.want)
		}
	}
}

// Names of sizes and properties keep their letters; sentences start with a capital one.
func TestCapital(t *testing.T) {
	for _, tt := range [][2]string{
		{"express.m7g.8xlarge: 24 brokers", "express.m7g.8xlarge: 24 brokers"},
		{"retention.bytes of large topics", "retention.bytes of large topics"},
		{"the load is steady.", "The load is steady."},
		{"etc. and so on", "Etc. and so on"},
		{"", ""},
	} {
		if got := capital(tt[0]); got != tt[1] {
			t.Errorf("%q: got %q, want %q", tt[0], got, tt[1])
		}
	}
}
