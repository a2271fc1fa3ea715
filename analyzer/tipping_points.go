package analyzer

import (
	"fmt"
	"math"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// sensitivityInput is one input that the search for tipping points varies. at returns the load with the input at so many
// times its value, or with so many more groups.
type sensitivityInput struct {
	field string
	// steps are the positions that are tried, nearest first, upwards or downwards from start.
	start float64
	steps []float64
	// whole positions are searched in whole numbers.
	whole bool
	at    func(l load, x float64) load
	say   func(x float64) string
}

// tippingPoints finds, for each input and each direction, the smallest change that makes the policy take another kind or size of
// cluster. It goes up to 16 times (8 times for retention, 32 groups). Where every step plans a split again it looks at
// only ingress, and less finely.
func (d *decision) tippingPoints() []verdict.TippingPoint {
	var out []verdict.TippingPoint
	search := &decision{evalContext: evalContextOf(d.in, d.evalContext, forComparison), like: d}
	search.prune = true
	chosen := d.options[d.chosen].choice()
	if search.noSplit = len(d.in.Workload.TopicList) > splitSearchTopics; search.noSplit && chosen.Kind == verdict.ServerlessSplit {
		return nil // each step would plan hundreds of topics again
	}
	halvings := 6
	dear := isTrue(d.in.Requirements.Splittable) && !search.noSplit && len(d.in.Workload.TopicList) > cheapSplitTopics
	if dear {
		halvings = 3
	}
	for _, v := range d.sensitivityInputs() {
		if dear && v.field != "ingress" {
			continue
		}
		if x, to, ok := search.tippingPoint(d.load, v, chosen, halvings); ok {
			out = append(out, verdict.TippingPoint{Field: v.field, Change: v.say(x), To: to})
		}
	}
	return out
}

// tippingPoint walks the input's steps until the choice is another one, and then halves the way back so many times.
func (d *decision) tippingPoint(l load, v sensitivityInput, chosen verdict.Choice, halvings int) (
	x float64, to verdict.Choice, ok bool) {
	same := v.start
	if _, other := d.other(v.at(l, v.steps[len(v.steps)-1]), chosen); !other && d.chosen >= 0 {
		return 0, verdict.Choice{}, false // the furthest step changes nothing, so the nearer ones are not tried
	}
	for _, step := range v.steps {
		found, other := d.other(v.at(l, step), chosen)
		if !other {
			same = step
			continue
		}
		x, to = step, found
		for range halvings {
			middle := (same + x) / 2
			if v.whole {
				middle = math.Trunc(middle)
			}
			if middle == same || middle == x {
				break
			}
			if found, other := d.other(v.at(l, middle), chosen); other {
				x, to = middle, found
			} else {
				same = middle
			}
		}
		return x, to, true
	}
	return 0, verdict.Choice{}, false
}

// other evaluates a load and returns what the policy takes, if it is another kind or size. That nothing fits is no other choice.
func (d *decision) other(l load, chosen verdict.Choice) (verdict.Choice, bool) {
	d.evaluate(l)
	if d.chosen < 0 {
		return verdict.Choice{}, false
	}
	o := &d.options[d.chosen]
	return o.choice(), o.kind != chosen.Kind || o.size != chosen.Size || (o.local != "") != chosen.TieredStorage
}

var (
	stepsUp   = []float64{1.4, 2, 4, 8, 16}
	stepsDown = []float64{0.7, 0.5, 0.25, 0.125, 0.06}
)

// sensitivityInputs are the inputs that are varied.
func (d *decision) sensitivityInputs() []sensitivityInput {
	l := &d.load
	var out []sensitivityInput
	both := func(v sensitivityInput, up, down []float64) {
		v.steps = up
		out = append(out, v)
		v.steps = down
		out = append(out, v)
	}
	if l.in.ok && l.in.Value > 0 {
		both(sensitivityInput{field: "ingress", start: 1, at: load.times, say: func(x float64) string {
			return fmt.Sprintf("ingress × %s, to %s, with egress and storage in proportion", factor(x),
				workload.FormatByteRate(l.in.Value*x))
		}}, stepsUp, stepsDown)
	}
	if l.in.ok && l.out.ok && l.in.Value > 0 {
		out = append(out, sensitivityInput{field: "groups", start: 0, steps: []float64{1, 2, 4, 8, 16, 32}, whole: true,
			at: load.plusReaders, say: func(x float64) string {
				return fmt.Sprintf("%s more group%s reading everything, %s of egress", count(x), plural(x),
					workload.FormatByteRate(l.out.Value+x*l.in.Value))
			}})
	}
	if r := d.in.Workload.Retention; r != nil && *r > 0 && *r != workload.RetentionUnlimited && l.stored.ok {
		both(sensitivityInput{field: "retention", start: 1, at: load.kept, say: func(x float64) string {
			return fmt.Sprintf("retention × %s, to %s", factor(x),
				workload.FormatDuration(time.Duration(float64(*r)*x).Round(time.Minute)))
		}}, []float64{1.5, 2.5, 4, 8}, []float64{0.7, 0.4, 0.25, 0.125})
	}
	if l.partitions.ok && l.partitions.Value >= 1 {
		both(sensitivityInput{field: "partitions", start: 1, at: load.partitioned, say: func(x float64) string {
			return fmt.Sprintf("partitions × %s, to %s", factor(x), count(math.Round(l.partitions.Value*x)))
		}}, stepsUp, stepsDown)
	}
	return out
}

// factor writes a multiplier so that it does not read as no change: 1.31, 0.7, 1.004.
func factor(x float64) string {
	if math.Abs(x-1) < 0.02 {
		return fmt.Sprintf("%.3f", x)
	}
	return workload.FormatNumber(x)
}

func plural(n float64) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// times is the load with x times the traffic: rates, requests and what is kept grow alike; connections stay.
func (l load) times(x float64) load {
	for _, f := range []*fig{&l.in, &l.out, &l.hotIn, &l.hotOut, &l.requests, &l.inPeak, &l.outPeak, &l.inMean, &l.outMean,
		&l.stored, &l.primary, &l.remote, &l.largestCompacted, &l.largestPlain} {
		*f = f.scale(x)
	}
	l.tier.stored, l.tier.local = l.tier.stored*x, l.tier.local*x
	return l
}

// plusReaders is the load with n more readers of everything.
func (l load) plusReaders(n float64) load {
	for _, p := range []struct {
		out *fig
		in  fig
	}{{&l.out, l.in}, {&l.hotOut, l.hotIn}, {&l.outPeak, l.inPeak}, {&l.outMean, l.inMean}} {
		if p.out.ok && p.in.ok {
			p.out.Figure = p.out.Plus(p.in.Scale(n))
		}
	}
	if l.groups.ok {
		l.groups.Figure = l.groups.Plus(workload.Exactly(n, workload.Derived, l.groups.Source))
	}
	if l.in.Value > 0 {
		l.fanOut = needed(&l.out) / needed(&l.in)
	}
	return l
}

// kept is the load with x times the retention.
func (l load) kept(x float64) load {
	l.stored, l.primary, l.remote = l.stored.scale(x), l.primary.scale(x), l.remote.scale(x)
	l.largestCompacted, l.largestPlain = l.largestCompacted.scale(x), l.largestPlain.scale(x)
	l.tier.stored, l.tier.hours = l.tier.stored*x, l.tier.hours*x
	return l
}

// partitioned is the load with x times the partitions of the same traffic.
func (l load) partitioned(x float64) load {
	l.partitions, l.plain, l.compacted = l.partitions.scale(x), l.plain.scale(x), l.compacted.scale(x)
	l.hotIn, l.hotOut = l.hotIn.scale(1/x), l.hotOut.scale(1/x)
	return l
}
