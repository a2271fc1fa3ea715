package analyzer

import "github.com/mskfit/mskfit/verdict"

// The search for tipping points plans splits again at each step with up to splitSearchTopics topics, and finely with up to
// cheapSplitTopics.
const (
	splitSearchTopics = 64
	cheapSplitTopics  = 12
)

// evaluateSplit considers several Serverless clusters. It does so where one does not carry the load, nothing but the load is in the
// way and the owner has not ruled it out; deciding again without words plans only where the owner allows a split, since
// otherwise it cannot be taken.
func (d *decision) evaluateSplit() {
	d.split = splitPlan{}
	single := &d.options[len(d.options)-1]
	posture := d.posture[verdict.Serverless]
	splittable := d.in.Requirements.Splittable
	switch {
	case single.evaluation.open(): // one cluster carries it, or lacks nothing but a price
		return
	case !d.words && !d.record && !isTrue(splittable):
		return
	case posture.fails > 0 || d.noSplit || isFalse(splittable):
		return
	}
	d.split = d.planned(&d.load)
	if d.split.Feasible == verdict.No && len(d.split.Clusters) == 0 && d.split.LowerBound < 2 {
		return // nothing that more clusters would help
	}
	d.split.worst.inPeak, d.split.worst.outPeak = fig{}, fig{} // those of the whole
	if max(len(d.split.Clusters), d.split.LowerBound) < 2 {
		d.split = splitPlan{}
		return
	}
	o := d.start(verdict.ServerlessSplit, verdict.Serverless)
	o.clusters = max(len(d.split.Clusters), d.split.LowerBound)
	o.evaluation = d.evaluation(verdict.ServerlessSplit)
	splittableRule(&o.evaluation, splittable)
	d.planRule(&o.evaluation)
	if len(d.split.Clusters) > 0 {
		quotas := d.evaluation(verdict.Serverless)
		d.serverlessQuotas(&quotas, &d.split.worst, o.clusters)
		d.defaultRetentionRule(&quotas, &d.split.worst)
		o.evaluation.join(&quotas)
	}
	o.evaluation.join(&posture)
	b := d.bill()
	serverlessBill(&b, &d.profile, &d.load, o.clusters)
	o.cost, o.priced = b.total()
	o.lines, o.unpriced = b.lines, b.unpriced
}

// planned is the plan for a load. Where the load and all that bounds it are those of the decision that is tried again, so is
// the plan.
func (d *decision) planned(l *load) splitPlan {
	if d.like != nil && d.like.load == *l && len(d.like.split.Note) > 0 {
		return d.like.split
	}
	return planSplit(d.in, l)
}

func splittableRule(r *evaluation, splittable *bool) {
	const name, title, source = "splittable", "may be split", "requirements"
	switch {
	case isTrue(splittable):
		r.judge(name, title, source, verdict.Pass, "", "topics can be split over several clusters")
	default:
		r.judge(name, title, source, verdict.Unknown, "splittable",
			"whether topics can be split over several clusters is unknown: declare splittable")
		r.blocked = true // the answer that needs no promise is no
	}
}

// planRule says whether there is a plan.
func (d *decision) planRule(r *evaluation) {
	const name, title, source = "plan", "split of the topics", "S-LIM"
	switch {
	case d.split.Feasible == verdict.No:
		r.judge(name, d.split.Stop, source, verdict.Fail, "", "%s", d.split.Note)
	case len(d.split.Clusters) == 0:
		r.judge(name, title, source, verdict.Unknown, "topics", "%s", d.split.Note)
		r.blocked = true
	case d.split.Feasible == verdict.Maybe:
		r.judge(name, title, source, verdict.Unknown, "topics", "%s", d.split.Note)
	default:
		r.judge(name, title, source, verdict.Pass, "", "%s", d.split.Note)
	}
}
