package plan

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mskfit/mskfit/verdict"
)

// Wanted is an option as a user names it.
type Wanted struct {
	Kind   verdict.Kind
	Size   string
	Tiered bool
	// Brokers is 0 where any number will do.
	Brokers int
}

const optionForm = "write serverless, serverless_split, express:express.m7g.large:3, standard:kafka.m7g.large:6 or standard:kafka.m7g.large:3:tiered; " +
	"the number of brokers may be left out"

// ParseOption reads an option: its kind, then for brokers size, number and "tiered".
func ParseOption(s string) (Wanted, error) {
	parts := strings.Split(s, ":")
	w := Wanted{Kind: verdict.Kind(parts[0])}
	bad := func(why string) (Wanted, error) {
		return Wanted{}, fmt.Errorf("%q is not an option: %s: %s", s, why, optionForm)
	}
	switch w.Kind {
	case verdict.Serverless, verdict.ServerlessSplit:
		if len(parts) > 1 {
			return bad("Serverless has no size")
		}
		return w, nil
	case verdict.Standard, verdict.Express:
	default:
		return bad(fmt.Sprintf("%q is not a kind of cluster", parts[0]))
	}
	if len(parts) < 2 || parts[1] == "" {
		return bad("name the broker size")
	}
	w.Size, parts = parts[1], parts[2:]
	if n := len(parts); n > 0 && parts[n-1] == "tiered" && w.Kind == verdict.Standard {
		w.Tiered, parts = true, parts[:n-1]
	}
	if len(parts) == 1 {
		n, err := strconv.Atoi(parts[0])
		if err != nil || n < 1 {
			return bad(fmt.Sprintf("%q is not a number of brokers", parts[0]))
		}
		w.Brokers, parts = n, nil
	}
	if len(parts) > 0 {
		return bad("too many parts")
	}
	return w, nil
}

// Chosen is the verdict's choice as a wanted option.
func Chosen(v verdict.Verdict) (Wanted, error) {
	c := v.Choice
	if c == nil {
		return Wanted{}, fmt.Errorf("the verdict on %s is undecided (%s): name what to plan for with --option", v.Cluster,
			strings.Join(v.Reasons, "; "))
	}
	return Wanted{Kind: c.Kind, Size: c.Size, Tiered: c.TieredStorage, Brokers: c.Brokers}, nil
}

// Find returns the option of the verdict that is wanted. It refuses one that does not carry the workload, and says what fails.
func Find(v verdict.Verdict, w Wanted) (verdict.Option, error) {
	var sizes []string
	for _, o := range v.Options {
		if o.Kind != w.Kind {
			continue
		}
		if o.Size != w.Size || o.TieredStorage != w.Tiered {
			sizes = append(sizes, o.Size)
			continue
		}
		return o, fits(&o, w.Brokers)
	}
	if w.Tiered && slices.Contains(sizes, w.Size) {
		return verdict.Option{}, fmt.Errorf("%s with tiered storage was not considered: mskfit decide --details says why", w.Size)
	}
	if w.Size == "" {
		return verdict.Option{}, fmt.Errorf("%s was not considered for this workload", w.Kind)
	}
	return verdict.Option{}, fmt.Errorf("%s is no broker size of %s: there are %s", w.Size, w.Kind,
		strings.Join(slices.Compact(sizes), ", "))
}

func fits(o *verdict.Option, brokers int) error {
	name := o.Choice().Name()
	if o.Feasible == verdict.No {
		why := name + " does not carry this workload:"
		for _, r := range o.Rules {
			if r.Outcome == verdict.Fail {
				why += "\n  " + r.Title + ": " + r.Evidence
			}
		}
		return errors.New(why)
	}
	if brokers != 0 && brokers != o.Brokers {
		return fmt.Errorf("%d × %s is not what the workload is sized to: it takes %s; leave the number out, or change the headroom in the requirements", brokers, o.Size, name)
	}
	return nil
}
