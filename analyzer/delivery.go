package analyzer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// deliver evaluates Express data delivery in place of the groups that only copy to S3: an action where it is cheaper than the
// choice, a reason where it is not. Groups that look as if they did are asked about.
func (d *decision) deliver(v *verdict.Verdict) {
	groups := d.in.Requirements.CopiesToS3
	if groups == nil {
		v.Questions = append(v.Questions, d.deliveryQuestion()...)
		return
	}
	if len(groups) == 0 {
		return
	}
	delivery, why := d.delivery(groups)
	switch {
	case delivery == nil:
		v.Reasons = append(v.Reasons, "Express data delivery is not considered for "+joined(groups)+": "+why)
		return
	case delivery.SavesUSD > 0:
		v.Actions = append(v.Actions, verdict.Action{Target: joined(groups),
			Action: "let Express data delivery copy to S3 in place of these groups", Why: delivery.Sentence})
	default:
		v.Reasons = append(v.Reasons, delivery.Sentence)
	}
	v.Delivery = delivery
}

// delivery prices the cheapest Express cluster without the groups' reads, and the delivery of what they read. Nil with the
// reason where that cannot be done. What is left of egress keeps its shape.
//
// Worked line: 15 MB/s are 39.42 TB in 730 hours, $315.36 at $8.00 per TB; Serverless bills the read of them $1,971.00.
func (d *decision) delivery(groups []string) (*verdict.Delivery, string) {
	r := &d.prices.region
	p := d.prices.of("express_delivery_s3_tb", r.ExpressDeliveryS3TB)
	if !p.ok {
		return nil, "its price in this region is unknown"
	}
	read, why := groupReads(&d.in.Workload, groups)
	if why != "" {
		return nil, why
	}
	in := *d.in
	left := in.Workload.EgressBytesPerSec.Scale(max(1-read/in.Workload.EgressBytesPerSec.Value, 0))
	in.Workload.EgressBytesPerSec = &left
	then := d.again(&in, forComparison)
	o := then.representative(verdict.Express)
	if o == nil || !o.eligible() {
		return nil, "no Express size carries the workload"
	}
	tb := read * d.load.growth * 3600 * d.profile.HoursPerMonth / 1e12
	chosen := &d.options[d.chosen]
	out := &verdict.Delivery{Choice: o.choice(), Groups: slices.Clone(groups), TB: tidy(tb), DeliveryUSD: cents(tb * p.usd),
		Source: p.origin.Source, PriceDate: p.origin.Date, Unverified: p.origin.Unverified}
	out.MonthlyUSD = cents(o.cost + tb*p.usd)
	out.SavesUSD = cents(chosen.cost - o.cost - tb*p.usd)
	if same := then.counterpart(chosen); same != nil {
		out.ReadsUSD = max(cents(chosen.cost-same.cost), 0)
	}
	out.Sentence = deliverySentence(out, p.usd)
	return out, ""
}

// counterpart is the option of the same kind and size.
func (d *decision) counterpart(other *option) *option {
	for i := range d.options {
		if o := &d.options[i]; o.kind == other.kind && o.size == other.size {
			return o
		}
	}
	return nil
}

func deliverySentence(x *verdict.Delivery, perTB float64) string {
	doubt := ""
	if x.Unverified {
		doubt = ", unverified"
	}
	than := fmt.Sprintf("%s less than the choice", workload.FormatDollars(x.SavesUSD))
	if x.SavesUSD <= 0 {
		than = fmt.Sprintf("%s more than the choice", workload.FormatDollars(-x.SavesUSD))
	}
	return fmt.Sprintf("Express data delivery would copy their %s TB a month to S3 for %s (%s per TB%s); the choice pays %s a month for those reads. "+
		"%s with delivery costs %s a month, %s. Data arrives 5 to 15 minutes late, at most 50 channels a cluster, and nothing from before is copied",
		count(x.TB), workload.FormatDollars(x.DeliveryUSD), workload.FormatUSD(perTB), doubt, workload.FormatDollars(x.ReadsUSD),
		x.Name(), workload.FormatDollars(x.MonthlyUSD), than)
}

// groupReads is what the groups read in bytes per second on average, or why that is not known. Where the groups are known by
// their number, each reads its share of egress.
func groupReads(w *workload.Workload, groups []string) (read float64, why string) {
	out := w.EgressBytesPerSec
	if out == nil || !(out.Value > 0) {
		return 0, "egress is unknown"
	}
	if len(w.GroupList) == 0 {
		n := w.ConsumerGroups
		if n == nil || n.Value < float64(len(groups)) {
			return 0, "what each consumer group reads is unknown"
		}
		return out.Value * float64(len(groups)) / n.Value, ""
	}
	for _, name := range groups {
		i := slices.IndexFunc(w.GroupList, func(g workload.GroupWorkload) bool { return g.Name == name })
		switch {
		case i < 0:
			return 0, "there is no consumer group " + name
		case w.GroupList[i].EgressBytesPerSec == nil:
			return 0, "what " + name + " reads is not known"
		}
		read += w.GroupList[i].EgressBytesPerSec.Value
	}
	return min(read, out.Value), ""
}

// copier matches the names of groups that look as if they copied to S3.
var copier = regexp.MustCompile(`(?i)(^|[-_.])(s3|iceberg|firehose)([-_.]|$)`)

// deliveryQuestion asks about groups whose names speak of S3, where delivery in their place would save a hundredth or more.
func (d *decision) deliveryQuestion() []verdict.Question {
	var groups []string
	for _, g := range d.in.Workload.GroupList {
		if copier.MatchString(g.Name) {
			groups = append(groups, g.Name)
		}
	}
	if len(groups) == 0 {
		return nil
	}
	x, _ := d.delivery(groups)
	if x == nil || x.SavesUSD < 0.01*d.options[d.chosen].cost {
		return nil
	}
	return []verdict.Question{{Field: "copies_to_s3",
		Question: "which consumer groups only copy topics to S3 or Iceberg (" + strings.Join(groups, ", ") + ")?",
		Effect: fmt.Sprintf("those: %s with data delivery, %s a month; none: %s, %s a month", x.Name(),
			workload.FormatDollars(x.MonthlyUSD),
			d.options[d.chosen].choice().Name(), workload.FormatDollars(d.options[d.chosen].cost))}}
}
