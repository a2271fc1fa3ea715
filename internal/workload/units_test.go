package workload_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/internal/workload"
)

func TestParseByteSize(t *testing.T) {
	good := map[string]float64{"30KB": 30e3, "8MiB": 8388608, "512B": 512, "1.5 GB": 1.5e9, " 2TiB ": 2 << 40, "0B": 0,
		"1e3KB": 1e6, "1EB": 1e18, ".5MB": 5e5,
		"15MB": 15e6, "3PB": 3e15, "1PiB": 1 << 50, "1EiB": 1 << 60, "1KiB": 1024, "250GiB": 250 << 30}
	for text, want := range good {
		if got, err := workload.ParseByteSize(text); err != nil || float64(got) != want {
			t.Errorf("%q = %v, error %v, want %v", text, got, err, want)
		}
	}
	bad := map[string]string{
		"30":         `"30" is not a size: the unit is missing: expected a number and a unit, like 30KB`,
		"":           `"" is not a size: expected a number and a unit, like 30KB`,
		"KB":         `"KB" is not a size: expected a number and a unit, like 30KB`,
		"-5KB":       `"-5KB" is not a size: it is negative: expected a number from 0 and a unit, like 30KB`,
		"1,000KB":    `"1,000KB" is not a size: expected a number and a unit, like 30KB`,
		"30kb":       `"30kb" is not a size: write the unit as B, KB, MB, GB, TB (10^3…) or KiB, MiB, GiB, TiB (2^10…)`,
		"30KBps":     `"30KBps" is not a size: write the unit as B, KB, MB, GB, TB (10^3…) or KiB, MiB, GiB, TiB (2^10…)`,
		"NaNKB":      `"NaNKB" is not a size: expected a number and a unit, like 30KB`,
		"infKB":      `"infKB" is not a size: expected a number and a unit, like 30KB`,
		"1e999KB":    `"1e999KB" is not a size: expected a number and a unit, like 30KB`,
		"1e300EB":    `"1e300EB" is not a size: it is too large`,
		"30 KB each": `"30 KB each" is not a size: write the unit as B, KB, MB, GB, TB (10^3…) or KiB, MiB, GiB, TiB (2^10…)`,
	}
	for text, want := range bad {
		if got, err := workload.ParseByteSize(text); err == nil || err.Error() != want {
			t.Errorf("%q = %v, error %v\nwant error %s", text, got, err, want)
		}
	}
}

func TestParseByteRate(t *testing.T) {
	good := map[string]float64{"45MBps": 45e6, "500MiBps": 500 << 20, "30 MB/s": 30e6, "1B/s": 1, "0Bps": 0, "1EBps": 1e18,
		"1.5GiB/s": 1.5 * (1 << 30)}
	for text, want := range good {
		if got, err := workload.ParseByteRate(text); err != nil || float64(got) != want {
			t.Errorf("%q = %v, error %v, want %v", text, got, err, want)
		}
	}
	const units = "write the unit as MBps or MB/s (10^6 bytes per second) or MiBps or MiB/s (2^20)"
	bad := map[string]string{
		"45":        `"45" is not a rate: the unit is missing: expected a number and a unit, like 45MBps`,
		"45MB":      `"45MB" is not a rate: ` + units,
		"45Mbps":    `"45Mbps" is not a rate: ` + units,
		"45MBps/s":  `"45MBps/s" is not a rate: ` + units,
		"45MB/h":    `"45MB/h" is not a rate: ` + units,
		"45ps":      `"45ps" is not a rate: ` + units,
		"-45MBps":   `"-45MBps" is not a rate: it is negative: expected a number from 0 and a unit, like 45MBps`,
		"1e300EBps": `"1e300EBps" is not a rate: it is too large`,
		"fast":      `"fast" is not a rate: expected a number and a unit, like 45MBps`,
	}
	for text, want := range bad {
		if got, err := workload.ParseByteRate(text); err == nil || err.Error() != want {
			t.Errorf("%q = %v, error %v\nwant error %s", text, got, err, want)
		}
	}
}

func TestParseSpan(t *testing.T) {
	good := map[string]time.Duration{"90s": 90 * time.Second, "72h": 72 * time.Hour, "7d": 168 * time.Hour, "2w": 336 * time.Hour,
		"1.5d":  36 * time.Hour,
		"1h30m": 90 * time.Minute, "7 d": 168 * time.Hour, "unlimited": workload.RetentionUnlimited, "0s": 0,
		"100w": 16800 * time.Hour}
	for text, want := range good {
		if got, err := workload.ParseSpan(text); err != nil || got.Duration() != want {
			t.Errorf("%q = %v, error %v, want %v", text, got.Duration(), err, want)
		}
	}
	const forms = "write it as 90s, 15m, 72h, 7d, 2w or unlimited"
	bad := map[string]string{
		"9999999h": `"9999999h" is too long: the longest duration is 292 years; write unlimited for no end`,
		"7":        `"7" is not a duration: ` + forms,
		"":         `"" is not a duration: ` + forms,
		"d":        `"d" is not a duration: ` + forms,
		"nand":     `"nand" is not a duration: ` + forms,
		"7 days":   `"7 days" is not a duration: ` + forms,
		"1w2d":     `"1w2d" is not a duration: ` + forms,
		"-7d":      `"-7d" is negative`,
		"-72h":     `"-72h" is negative`,
		"106752d":  `"106752d" is too long: the longest duration is 292 years; write unlimited for no end`,
		"infw":     `"infw" is too long: the longest duration is 292 years; write unlimited for no end`,
	}
	for text, want := range bad {
		if got, err := workload.ParseSpan(text); err == nil || err.Error() != want {
			t.Errorf("%q = %v, error %v\nwant error %s", text, got.Duration(), err, want)
		}
	}
}

func TestFormat(t *testing.T) {
	tests := []struct{ got, want string }{
		{workload.FormatByteRate(4.5e9), "4.5 GB/s"}, {workload.FormatByteRate(450e3), "450 KB/s"},
		{workload.FormatByteRate(inf), "unbounded"},
		{workload.FormatBytes(1.1664e15), "1.17 PB"}, {workload.FormatBytes(30e3), "30 KB"}, {workload.FormatBytes(0), "0 B"},
		{workload.FormatBytes(999), "999 B"}, {workload.FormatBytes(999.6), "1 KB"}, {workload.FormatBytes(999_499), "999 KB"},
		{workload.FormatBytes(999_501), "1 MB"},
		{workload.FormatBytes(8388608), "8.39 MB"}, {workload.FormatBytes(inf), "unbounded"},
		{workload.FormatBytes(1e21), "1,000 EB"},
		{workload.FormatNumber(0), "0"}, {workload.FormatNumber(0.5), "0.5"}, {workload.FormatNumber(0.0012), "0.0012"},
		{workload.FormatNumber(9.996), "10"},
		{workload.FormatNumber(99.96), "100"}, {workload.FormatNumber(100), "100"}, {workload.FormatNumber(12345.6), "12,346"},
		{workload.FormatNumber(-1234567), "-1,234,567"}, {workload.FormatNumber(1e15), "1e+15"},
		{workload.FormatNumber(inf), "unbounded"},
		{workload.FormatUSD(30195.55), "$30,195.55"}, {workload.FormatUSD(0), "$0.00"}, {workload.FormatUSD(-1234.5), "-$1,234.50"},
		{workload.FormatUSD(-0.001), "$0.00"}, {workload.FormatUSD(999.999), "$1,000.00"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

// What people read is within half a per cent of the number, so that three digits never mislead.
// A share reads the same wherever it is printed, and 100 % means exactly that.
func TestFormatPercent(t *testing.T) {
	for share, want := range map[float64]string{
		0: "0 %", 0.004: "under 1 %", 0.01: "1 %", 0.119: "12 %", 0.114: "11 %", 0.995: "just under 100 %", 0.9949: "99 %",
		1: "100 %", 1.004: "just over 100 %", 1.006: "101 %", 22.5: "2,250 %", math.Inf(1): "unbounded",
	} {
		if got := workload.FormatPercent(share); got != want {
			t.Errorf("FormatPercent(%g) = %q, want %q", share, got, want)
		}
	}
}

func TestFormatBytesIsCloseToTheNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(1, 1e20).Draw(t, "bytes")
		text := strings.ReplaceAll(workload.FormatBytes(v), ",", "")
		back, err := workload.ParseByteSize(text)
		if err != nil || math.Abs(float64(back)-v) > 0.0051*v {
			t.Fatalf("%v is shown as %q, which reads as %v (error %v)", v, text, back, err)
		}
	})
}

// Whatever the text: a finite number from 0, or an error that repeats it.
func FuzzParseUnits(f *testing.F) {
	for _, seed := range []string{"30KB", "45MBps", "7d", "1e308EB", "0x1p9MB", "--1KB", ".B", "+5KiB", "9223372036854775807h",
		"1e-400TB"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		size, errSize := workload.ParseByteSize(s)
		rate, errRate := workload.ParseByteRate(s)
		span, errSpan := workload.ParseSpan(s)
		for _, v := range []float64{float64(size), float64(rate), float64(span)} {
			if !(v >= 0) || math.IsInf(v, 0) {
				t.Errorf("%q was read as %v, %v, %v", s, size, rate, span)
			}
		}
		if errSize == nil && errRate == nil || errSize == nil && errSpan == nil {
			t.Errorf("%q is read in two ways: %v, %v, %v", s, size, rate, span)
		}
	})
}
