package review

import (
	"fmt"
	"math"
	"strings"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// The rules whose top contributors explain the traffic of the whole cluster: any kind's would do.
const (
	ingressRule    = "serverless.ingress_per_cluster"
	egressRule     = "serverless.egress_per_cluster"
	partitionsRule = "serverless.partitions_non_compacted"
	storageRule    = "standard.storage"
)

func (c *comparison) whyIngress() []string { return c.contributors(ingressRule) }

// whyEgress splits the difference into what ingress and what fan-out makes of it, and names the groups.
//
//	egress' − egress = (ingress' − ingress) × fan-out + ingress' × (fan-out' − fan-out)
//
// 10 MB/s read 1.5 times that become 14 MB/s read 2 times: 15 MB/s become 28: 6 MB/s more from ingress and 7 MB/s more from
// fan-out.
func (c *comparison) whyEgress() []string {
	was, is := c.predicted.Workload, c.seen.Workload
	var out []string
	if was.IngressBytesPerSec != nil && is.IngressBytesPerSec != nil && was.IngressBytesPerSec.Value > 0 &&
		is.IngressBytesPerSec.Value > 0 {
		in, now := was.IngressBytesPerSec.Value, is.IngressBytesPerSec.Value
		before, after := was.EgressBytesPerSec.Value/in, is.EgressBytesPerSec.Value/now
		byIngress, byFanOut := (now-in)*before, now*(after-before)
		if math.Abs(byFanOut) < 0.02*math.Abs(byIngress) {
			out = append(out, fmt.Sprintf("fan-out is %s as predicted: it follows ingress", workload.FormatNumber(before)))
		} else {
			out = append(out, fmt.Sprintf("ingress accounts for %s, fan-out (%s, predicted %s) for %s", signedRate(byIngress),
				workload.FormatNumber(after), workload.FormatNumber(before), signedRate(byFanOut)))
		}
	}
	return append(out, c.contributors(egressRule)...)
}

// whyPartitions names the topics whose number of partitions differs, where the numbers are those of the month.
func (c *comparison) whyPartitions() []string {
	return c.counted(func() []string { return c.contributors(partitionsRule) })
}

func (c *comparison) whyStored() []string {
	var out []string
	was, is := c.predicted.Workload.IngressBytesPerSec, c.seen.Workload.IngressBytesPerSec
	if was != nil && is != nil && was.Value > 0 && math.Abs(is.Value/was.Value-1) >= notable {
		more := "more"
		if is.Value < was.Value {
			more = "less"
		}
		out = append(out, fmt.Sprintf("ingress is %s: with the same retention as much %s is kept", against(is.Value/was.Value-1),
			more))
	}
	return append(out, c.counted(func() []string { return c.contributors(storageRule) })...)
}

// counted explains by figures of single topics, where they are those of the month or of shortly after.
func (c *comparison) counted(explain func() []string) []string {
	at := c.in.CountedAt
	if at.IsZero() {
		return []string{"which topics make the difference is unknown: the history keeps the figures of the month for the whole cluster, and those of single topics only for today"}
	}
	out := explain()
	if at.After(c.in.Window.End) {
		for i := range out {
			out[i] += " (counted on " + at.Format("2 January") + ")"
		}
	}
	return out
}

// whyLimit explains the use of one limit: another limit, what the verdict added to what it saw, and what moved.
func (c *comparison) whyLimit(id string, was, is *verdict.Rule) []string {
	var out []string
	switch {
	case c.before != nil && c.now != nil && c.before.Brokers != c.now.Brokers:
		out = append(out, fmt.Sprintf("the cluster has %d brokers, the verdict counted with %d", c.now.Brokers, c.before.Brokers))
	case was.Limit != nil && is.Limit != nil && math.Abs(*was.Limit-*is.Limit) > 1e-9**was.Limit:
		out = append(out, fmt.Sprintf("the limit is %s, the verdict had %s", verdict.Amount(*is.Limit, is.Unit),
			verdict.Amount(*was.Limit, was.Unit)))
	}
	if was.Observed != nil && is.Observed != nil && was.Unit == is.Unit {
		out = append(out, fmt.Sprintf("%s instead of %s", verdict.Amount(*is.Observed, is.Unit),
			verdict.Amount(*was.Observed, was.Unit)))
	}
	if extra, of := c.added(id, was); extra > 1.02 {
		out = append(out, fmt.Sprintf("the verdict sized for %s times the %s that it saw: growth, a sale event, extra readers or another statistic",
			workload.FormatNumber(extra), of))
	}
	if verdict.MovesByRate(id) {
		return append(out, c.contributors(id)...)
	}
	if verdict.TopContributors(c.predicted.Observed(), c.seen, id) == nil {
		return out
	}
	return append(out, c.counted(func() []string { return c.contributors(id) })...)
}

// added is how many times a statistic of what it saw the verdict sized for, and which statistic; 0: unknown.
func (c *comparison) added(id string, was *verdict.Rule) (times float64, of workload.Statistic) {
	q := verdict.QuantityOf(c.predicted.Workload, id)
	base := verdict.BaseUnits(was.Unit)
	if q == nil || base == 0 || was.Observed == nil {
		return 0, ""
	}
	f, of := q.At(c.sizedBy(id))
	if f.Value <= 0 {
		return 0, ""
	}
	return *was.Observed * base / f.Value, of
}

// sizedBy is the statistic that a rule holds against its limit: the peak where AWS throttles, the mean against storage throughput.
func (c *comparison) sizedBy(id string) workload.Statistic {
	switch {
	case strings.HasSuffix(id, "_max"):
		return workload.Peak
	case strings.HasSuffix(id, ".storage_throughput"):
		return workload.Mean
	case c.in.Options.Statistic == "":
		return analyzer.DefaultOptions().Statistic
	}
	return c.in.Options.Statistic
}

// contributors name the topics or groups that changed most in the direction of the whole.
func (c *comparison) contributors(rule string) []string {
	contributors := verdict.TopContributors(c.predicted.Observed(), c.seen, rule)
	out := make([]string, 0, len(contributors))
	share := 0.0
	for _, m := range contributors {
		share += m.Share
		out = append(out, c.contributorWords(m, rule))
	}
	if len(contributors) > 1 && share < 0.5 {
		out = append(out, fmt.Sprintf("the rest is spread over many: these %d make up %s", len(contributors),
			workload.FormatPercent(share)))
	}
	return out
}

func (c *comparison) contributorWords(m verdict.Contributor, rule string) string {
	write := func(v float64) string { return verdict.Amount(v, m.Unit) }
	before, there := verdict.PartOf(c.predicted.Observed(), rule, m.Name)
	_, still := verdict.PartOf(c.seen, rule, m.Name)
	direction := "increase"
	if m.Change < 0 {
		direction = "decrease"
	}
	share := fmt.Sprintf("%s of the %s", workload.FormatPercent(m.Share), direction)
	name := m.Kind + " " + m.Name
	switch {
	case !there:
		return fmt.Sprintf("%s is new: %s, %s", name, write(m.Change), share)
	case !still && c.in.CountedAt.IsZero():
		return fmt.Sprintf("%s does not exist any more, but may have in this month: −%s, %s", name, write(-m.Change), share)
	case !still:
		return fmt.Sprintf("%s is gone: −%s, %s", name, write(-m.Change), share)
	case m.Change > 0:
		return fmt.Sprintf("%s grew from %s to %s, %s", name, write(before), write(before+m.Change), share)
	}
	return fmt.Sprintf("%s shrank from %s to %s, %s", name, write(before), write(before+m.Change), share)
}

func signedRate(v float64) string {
	if v < 0 {
		return "−" + workload.FormatByteRate(-v)
	}
	return "+" + workload.FormatByteRate(v)
}

// against says how far above or below the prediction something is.
func against(difference float64) string {
	word := "above"
	if difference < 0 {
		word = "below"
	}
	return workload.FormatPercent(math.Abs(difference)) + " " + word + " the prediction"
}
