package view

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// unknown is wherever a figure is absent, none where there is nothing to say.
const (
	unknown = "unknown"
	none    = "–"
)

// unit is how a quantity's numbers are written.
type unit func(float64) string

func byteSize(v float64) string  { return workload.FormatSize(v) }
func byteRate(v float64) string  { return workload.FormatByteRate(v) }
func perSecond(v float64) string { return workload.FormatNumber(v) + "/s" }
func times(v float64) string     { return workload.FormatNumber(v) + " ×" }
func count(v float64) string     { return workload.FormatNumber(v) }

// units are the words that rules use for the unit of a number, with how it is written.
var units = map[string]unit{
	"":           count,
	"MBps":       scaled(workload.MB, byteRate),
	"MiBps":      scaled(workload.MiB, byteRate),
	"GBps":       scaled(workload.GB, byteRate),
	"bytes/s":    byteRate,
	"bytes":      byteSize,
	"MB":         scaled(workload.MB, byteSize),
	"MiB":        scaled(workload.MiB, byteSize),
	"GB":         scaled(workload.GB, byteSize),
	"GiB":        scaled(workload.GiB, byteSize),
	"hours":      func(v float64) string { return workload.FormatNumber(v) + " h" },
	"per_second": perSecond,
}

func scaled(k float64, write unit) unit { return func(v float64) string { return write(v * k) } }

// amount writes a rule's number in its unit.
func amount(v *float64, name string) string {
	if v == nil {
		return unknown
	}
	if write, ok := units[name]; ok {
		return write(*v)
	}
	return workload.FormatNumber(*v) + " " + strings.ReplaceAll(name, "_", " ")
}

// percent writes a share as every other text of mskfit does.
func percent(ratio float64) string { return workload.FormatPercent(ratio) }

// value writes a figure's best estimate, which is what sizing and bill take. Where that is also the least that it can be, and
// nothing bounds it above, it is a floor.
func value(f *workload.Figure, write unit) string {
	switch {
	case f == nil:
		return unknown
	case !f.Bounded() && f.Low >= f.Value:
		return "≥ " + write(f.Low)
	}
	return write(f.Value)
}

// ByteRate writes the best estimate of a rate in bytes per second as every page does: "1.2 MB/s", "≥ 1.2 MB/s" for a floor,
// "unknown".
func ByteRate(q *workload.Quantity) string { return rate(q, byteRate) }

const exact, asDeclared = "exact", "as declared"

// bounds says how far a figure may be off.
func bounds(f *workload.Figure, write unit) string {
	switch {
	case f == nil:
		return none
	case !f.Bounded() && f.Low >= f.Value:
		return "a floor"
	case !f.Bounded():
		return "at least " + write(f.Low)
	case f.Exact() && f.Method == workload.Declared:
		return asDeclared
	case f.Exact() && f.Method == workload.Estimated:
		return "assumed"
	case f.Exact():
		return exact
	case f.Value == 0:
		return write(f.Low) + " to " + write(f.High)
	}
	down, up := 1-f.Low/f.Value, f.High/f.Value-1
	switch {
	case up >= 0.995 || down >= 0.995, up <= 0 && down >= 0.5:
		return write(f.Low) + " to " + write(f.High)
	case math.Abs(up-down) < 0.1*math.Max(up, down):
		return "± " + roughly(math.Max(up, down))
	case down <= 0:
		return "+" + roughly(up)
	case up <= 0:
		return "−" + roughly(down)
	}
	return fmt.Sprintf("−%s +%s", roughly(down), roughly(up))
}

// roughly writes an error in percent with two digits; more would claim to know it better than anybody does.
func roughly(ratio float64) string {
	unit := math.Pow(10, math.Floor(math.Log10(ratio))-1)
	return workload.FormatNumber(math.Round(ratio/unit)*unit*100) + " %"
}

func statistic(v *float64, write unit) string {
	if v == nil {
		return none
	}
	return write(*v)
}

// unitPrice keeps the digits that hourly and per-gigabyte prices need: $0.0015.
func unitPrice(v float64) string {
	s := strconv.FormatFloat(v, 'f', 6, 64)
	s = strings.TrimRight(s, "0")
	_, decimals, _ := strings.Cut(s, ".")
	return "$" + s + strings.Repeat("0", max(2-len(decimals), 0))
}

func monthly(v *float64) string {
	if v == nil {
		return "no price"
	}
	return workload.FormatUSD(*v)
}

var kindNames = map[verdict.Kind]string{
	verdict.Serverless:      "MSK Serverless",
	verdict.ServerlessSplit: "MSK Serverless, split",
	verdict.Standard:        "Provisioned Standard",
	verdict.Express:         "Provisioned Express",
}

// shortNames are for where a column is narrow.
var shortNames = map[verdict.Kind]string{
	verdict.Serverless: "Serverless", verdict.ServerlessSplit: "Serverless, split", verdict.Standard: "Standard",
	verdict.Express: "Express",
}

func kindName(k verdict.Kind) string {
	if name, ok := kindNames[k]; ok {
		return name
	}
	return string(k)
}

func day(t *time.Time) string {
	if t == nil {
		return none
	}
	return t.UTC().Format(time.DateOnly)
}

// length writes the length of a window in its largest fitting unit.
func length(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return workload.FormatNumber(d.Hours()/24) + " days"
	case d >= 2*time.Hour:
		return workload.FormatNumber(d.Hours()) + " hours"
	case d > 2*time.Minute:
		return workload.FormatNumber(d.Minutes()) + " minutes"
	}
	return workload.FormatNumber(d.Seconds()) + " s"
}

// wholeUSD writes a monthly price without cents; below $10 they matter.
func wholeUSD(v *float64) string {
	if v == nil {
		return monthly(v)
	}
	return workload.FormatDollars(*v)
}

// aboutUSD writes an amount with three digits: no one knows next month's bill to the cent. The bill's lines keep theirs.
func aboutUSD(v float64) string {
	if v < 100 {
		return usd(v)
	}
	unit := math.Pow(10, math.Floor(math.Log10(v))-2)
	s, _, _ := strings.Cut(usd(math.Round(v/unit)*unit), ".")
	return s
}

func signedPercent(ratio float64) string {
	switch {
	case math.Abs(ratio) < 0.005:
		return "±0 %"
	case ratio < 0:
		return "−" + workload.FormatNumber(math.Round(-ratio*100)) + " %"
	}
	return "+" + workload.FormatNumber(math.Round(ratio*100)) + " %"
}

// counted writes a number of things: "1 limit", "2 limits".
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return workload.FormatNumber(float64(n)) + " " + what
}

// capital starts a text with a capital letter, unless it starts with a name such as express.m7g.large or retention.bytes.
func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if word, _, _ := strings.Cut(s, " "); first == utf8.RuneError || strings.ContainsAny(strings.TrimRight(word, ".:"), "._") {
		return s
	}
	return string(unicode.ToUpper(first)) + s[n:]
}

// lower starts a text with a small letter, but keeps "IAM" and "MSK".
func lower(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	second, _ := utf8.DecodeRuneInString(s[n:])
	if first == utf8.RuneError || unicode.IsUpper(second) {
		return s
	}
	return string(unicode.ToLower(first)) + s[n:]
}
