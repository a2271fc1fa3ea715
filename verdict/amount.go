package verdict

import (
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// Amount writes a number of a rule (Observed, Limit) in the rule's unit: 200 in "MBps" is "200 MB/s", 2400 in "partitions"
// is "2,400 partitions".
func Amount(v float64, unit string) string {
	switch unit {
	case "bytes/s":
		return workload.FormatByteRate(v)
	case "MBps":
		return workload.FormatByteRate(v * workload.MB)
	case "GBps":
		return workload.FormatByteRate(v * workload.GB)
	case "MiBps":
		return workload.FormatNumber(v) + " MiB/s"
	case "bytes":
		return workload.FormatBytes(v)
	case "MB":
		return workload.FormatBytes(v * workload.MB)
	case "GB":
		return workload.FormatBytes(v * workload.GB)
	case "hours":
		return workload.FormatNumber(v) + " h"
	case "per_second":
		return workload.FormatNumber(v) + " per second"
	case "":
		return workload.FormatNumber(v)
	}
	return workload.FormatNumber(v) + " " + unit
}

// BaseUnits is how many bytes, bytes per second or things one of a rule's unit is; 0 for a unit that is none of them.
func BaseUnits(unit string) float64 {
	switch unit {
	case "bytes", "bytes/s", "per_second", "partitions", "connections", "groups", "replicas":
		return 1
	case "MB", "MBps":
		return workload.MB
	case "GB", "GBps":
		return workload.GB
	case "MiB", "MiBps":
		return workload.MiB
	case "GiB":
		return workload.GiB
	}
	return 0
}

// AmountOf writes a value against its limit, with the unit once where it is the same: "21 of 120 partitions", "900 KB/s of 5 MB/s".
func AmountOf(v, limit float64, unit string) string {
	a, b := Amount(v, unit), Amount(limit, unit)
	if value, of, _ := strings.Cut(a, " "); strings.HasSuffix(b, " "+of) {
		a = value
	}
	return a + " of " + b
}
