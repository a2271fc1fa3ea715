package workloadfile

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

// Limit is a raised quota as written: a count (5000), a rate (300MBps) or a size (16MiB).
type Limit struct {
	// Base is the limit in base units: a count, bytes per second or bytes.
	Base float64
	kind limitKind
}

type limitKind string

const (
	aCount limitKind = "a number, like 5000"
	aRate  limitKind = "a rate with its unit, like 300MBps"
	aSize  limitKind = "a size with its unit, like 16MiB"
)

// UnmarshalText reads whichever of the three forms fits.
func (l *Limit) UnmarshalText(text []byte) error {
	s := string(text)
	if v, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64); err == nil {
		*l = Limit{v, aCount}
		return nil
	}
	if r, err := workload.ParseByteRate(s); err == nil {
		*l = Limit{float64(r), aRate}
		return nil
	}
	b, err := workload.ParseByteSize(s)
	if err != nil {
		return fmt.Errorf("%q is not a limit: write it like 5000, 300MBps or 16MiB, as the quota is stated", s)
	}
	*l = Limit{float64(b), aSize}
	return nil
}

// kindOf is how a limit of the quota is written.
func kindOf(q catalog.Quota) limitKind {
	switch {
	case strings.HasSuffix(q.Unit, "Bps"):
		return aRate
	case strings.HasSuffix(q.Unit, "B"), q.Unit == "bytes":
		return aSize
	}
	return aCount
}

// limit checks that a raised quota is written in the quota's kind of unit, and reports whether it is; whether the quota
// exists and the number makes sense is for the analyzer to say.
func (c *checker) limit(field, id string, l Limit, cat *catalog.Catalog) bool {
	for _, find := range []func(string) (catalog.Quota, bool){cat.Serverless.Quota, cat.Standard.Quota, cat.Express.Quota} {
		q, ok := find(id)
		if want := kindOf(q); ok && l.kind != want {
			c.bad(field, "the quota is in %s: write %s", q.Unit, want)
			return false
		}
		if ok {
			return true
		}
	}
	return true
}
