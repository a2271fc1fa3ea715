package workload

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Byte units. MB and friends are decimal, MiB and friends binary, everywhere.
const (
	KB = 1e3
	MB = 1e6
	GB = 1e9
	TB = 1e12

	KiB = 1 << 10
	MiB = 1 << 20
	GiB = 1 << 30
	TiB = 1 << 40
)

var byteUnits = map[string]float64{
	"B": 1, "KB": KB, "MB": MB, "GB": GB, "TB": TB, "PB": 1e15, "EB": 1e18,
	"KiB": KiB, "MiB": MiB, "GiB": GiB, "TiB": TiB, "PiB": 1 << 50, "EiB": 1 << 60,
}

const byteUnitsHelp = "KB, MB, GB, TB (10^3…) or KiB, MiB, GiB, TiB (2^10…)"

// ByteSize is a number of bytes, written with a unit: "30KB", "8MiB", "512B".
type ByteSize float64

// ByteRate is a number of bytes per second, written with a unit: "45MBps", "500MiBps", "30 MB/s".
type ByteRate float64

// Span is a duration that also accepts days and weeks: "72h", "7d", "2w", "unlimited".
type Span time.Duration

// ParseByteSize reads a size with its unit. A bare number is refused: it would hide a factor of 1,000.
func ParseByteSize(s string) (ByteSize, error) {
	v, unit, err := splitUnit(s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a size: %w, like 30KB", s, err)
	}
	k, ok := byteUnits[unit]
	switch {
	case !ok:
		return 0, fmt.Errorf("%q is not a size: write the unit as B, %s", s, byteUnitsHelp)
	case math.IsInf(v*k, 1):
		return 0, fmt.Errorf("%q is not a size: it is too large", s)
	}
	return ByteSize(v * k), nil
}

// ParseByteRate reads a rate with its unit.
func ParseByteRate(s string) (ByteRate, error) {
	v, unit, err := splitUnit(s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a rate: %w, like 45MBps", s, err)
	}
	per, found := strings.CutSuffix(unit, "ps")
	if !found {
		per, found = strings.CutSuffix(unit, "/s")
	}
	k, ok := byteUnits[per]
	switch {
	case !ok || !found:
		return 0, fmt.Errorf("%q is not a rate: write the unit as MBps or MB/s (10^6 bytes per second) or MiBps or MiB/s (2^20)", s)
	case math.IsInf(v*k, 1):
		return 0, fmt.Errorf("%q is not a rate: it is too large", s)
	}
	return ByteRate(v * k), nil
}

// ParseSpan reads a duration.
func ParseSpan(s string) (Span, error) {
	t := strings.TrimSpace(s)
	if t == "unlimited" {
		return Span(RetentionUnlimited), nil
	}
	for suffix, unit := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		if n, found := strings.CutSuffix(t, suffix); found {
			v, err := strconv.ParseFloat(strings.TrimSpace(n), 64)
			if err == nil && !math.IsNaN(v) {
				return spanOf(s, v*float64(unit))
			}
		}
	}
	d, err := time.ParseDuration(t)
	if err != nil {
		if n, unit, err := splitUnit(t); err == nil && unit == "h" { // of one unit, hours alone reach that far
			return spanOf(s, n*float64(time.Hour))
		}
		return 0, fmt.Errorf("%q is not a duration: write it as 90s, 15m, 72h, 7d, 2w or unlimited", s)
	}
	return spanOf(s, float64(d))
}

func spanOf(s string, ns float64) (Span, error) {
	switch {
	case ns < 0:
		return 0, fmt.Errorf("%q is negative", s)
	case !(ns < float64(RetentionUnlimited)):
		return 0, fmt.Errorf("%q is too long: the longest duration is 292 years; write unlimited for no end", s)
	}
	return Span(ns), nil
}

func splitUnit(s string) (float64, string, error) {
	t := strings.TrimSpace(s)
	i := len(t)
	for i > 0 && !isDigit(t[i-1]) {
		i--
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(t[:i]), 64)
	switch {
	case err != nil || math.IsNaN(v) || math.IsInf(v, 0):
		return 0, "", errors.New("expected a number and a unit")
	case v < 0:
		return 0, "", errors.New("it is negative: expected a number from 0 and a unit")
	case i == len(t):
		return 0, "", errors.New("the unit is missing: expected a number and a unit")
	}
	return v, strings.TrimSpace(t[i:]), nil
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' || b == '.' }

// UnmarshalText lets configuration files hold sizes.
func (b *ByteSize) UnmarshalText(text []byte) (err error) {
	*b, err = ParseByteSize(string(text))
	return err
}

// UnmarshalText lets configuration files hold rates.
func (r *ByteRate) UnmarshalText(text []byte) (err error) {
	*r, err = ParseByteRate(string(text))
	return err
}

// UnmarshalText lets configuration files hold durations.
func (d *Span) UnmarshalText(text []byte) (err error) {
	*d, err = ParseSpan(string(text))
	return err
}

// Duration returns the span as a time.Duration.
func (d Span) Duration() time.Duration { return time.Duration(d) }

// FormatByteRate writes a rate for people, decimal and with three significant digits: 4.5 GB/s, 450 KB/s. A rate without
// an upper bound is "unbounded".
func FormatByteRate(v float64) string {
	if math.IsInf(v, 1) {
		return FormatNumber(v)
	}
	return FormatBytes(v) + "/s"
}

// FormatBytes writes a number of bytes for people, decimal and with three significant digits: 1.17 PB, 30 KB.
func FormatBytes(v float64) string {
	if math.IsInf(v, 1) {
		return FormatNumber(v)
	}
	unit := "B"
	for _, step := range []struct {
		name string
		k    float64
	}{{"EB", 1e18}, {"PB", 1e15}, {"TB", TB}, {"GB", GB}, {"MB", MB}, {"KB", KB}} {
		if math.Abs(v) >= step.k*0.9995 {
			v, unit = v/step.k, step.name
			break
		}
	}
	return FormatNumber(v) + " " + unit
}

// FormatSize writes a size for people as AWS does: whole MiB and GiB as such ("8 MiB", "250 GiB"), anything else as [FormatBytes].
func FormatSize(v float64) string {
	for _, step := range []struct {
		name string
		k    float64
	}{{"GiB", GiB}, {"MiB", MiB}} {
		if n := v / step.k; n >= 1 && n == math.Trunc(n) && n < 1e6 {
			return FormatNumber(n) + " " + step.name
		}
	}
	return FormatBytes(v)
}

// FormatNumber writes a number with three significant digits, and with thousands separated from 1,000 on.
func FormatNumber(v float64) string {
	switch a := math.Abs(v); {
	case math.IsInf(v, 1):
		return "unbounded"
	case a >= 1e15:
		return strconv.FormatFloat(v, 'g', 3, 64)
	case a >= 999.5:
		return groupThousands(strconv.FormatFloat(v, 'f', 0, 64))
	case a >= 99.95 || a == 0:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case a >= 9.995:
		return trimZeros(strconv.FormatFloat(v, 'f', 1, 64))
	case a >= 0.01:
		return trimZeros(strconv.FormatFloat(v, 'f', 2, 64))
	}
	return strconv.FormatFloat(v, 'g', 2, 64)
}

// FormatPercent writes a share for people as a whole percentage, rounded to the nearest: 0.119 is "12 %", 1.5 is "150 %". What is
// above 0 and below 1 % is "under 1 %", and only 1 itself is "100 %": a limit that is nearly reached, or just passed, must not
// read as one that is met exactly. Every percentage of a limit, a total or a month that a person reads is written by it.
func FormatPercent(share float64) string {
	switch p := math.Round(share * 100); {
	case math.IsInf(share, 1):
		return FormatNumber(share)
	case share > 0 && share < 0.01:
		return "under 1 %"
	case p == 100 && share < 1-1e-9:
		return "just under 100 %"
	case p == 100 && share > 1+1e-9:
		return "just over 100 %"
	default:
		return FormatNumber(p) + " %"
	}
}

// FormatUSD writes an amount in dollars and cents with thousands separated: $30,195.55.
func FormatUSD(v float64) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', 2, 64)
	whole, cents, _ := strings.Cut(s, ".")
	sign := ""
	if v < 0 && s != "0.00" {
		sign = "-"
	}
	return sign + "$" + groupThousands(whole) + "." + cents
}

// FormatDollars writes an amount for a sentence, in whole dollars: $30,196. Below $10 cents count: $4.07.
func FormatDollars(v float64) string {
	if math.Abs(v) < 9.995 && v != math.Round(v) {
		return FormatUSD(v)
	}
	s, _, _ := strings.Cut(FormatUSD(math.Round(v)), ".")
	return s
}

func groupThousands(s string) string {
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if neg {
		return "-" + s
	}
	return s
}

func trimZeros(s string) string { return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") }

// FormatDuration writes a duration in its largest fitting unit: 45 s, 12 min, 5.5 h, 14 days.
func FormatDuration(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return FormatNumber(d.Seconds()) + " s"
	case d < time.Hour:
		return FormatNumber(d.Minutes()) + " min"
	case d < 48*time.Hour:
		return FormatNumber(d.Hours()) + " h"
	}
	return FormatNumber(d.Hours()/24) + " days"
}
