package analyzer

import (
	"cmp"

	"github.com/mskfit/mskfit/verdict"
)

// headroom finds the quota with the highest use among those of throughput, requests and connections that are not exceeded.
type headroom struct {
	worst check
	// share of the worst quota that may be used.
	share float64
	what  string
	seen  bool
	// open names a quantity that may exceed its quota: until that is known, its headroom is not checked. exceeded names the
	// first that does.
	open, exceeded string
}

// see checks one quota after its own rule; share is the part of the quota that may be used.
func (h *headroom) see(c check, what string, share float64) {
	if !c.observed.ok || c.limit <= 0 {
		return
	}
	if c.observed.Low > c.limit {
		h.exceeded = cmp.Or(h.exceeded, what)
		return
	}
	outcome := within(c.observed, share*c.limit)
	if c.observed.High > c.limit && outcome != verdict.Fail {
		h.open = what
		return
	}
	if h.seen && (severity(outcome) < severity(h.worst.outcome) || outcome == h.worst.outcome &&
		used(c)/share <= used(h.worst)/h.share) {
		return
	}
	h.worst, h.what, h.share, h.seen = c, what, share, true
	h.worst.outcome = outcome
}

func used(c check) float64 { return c.observed.Value / c.limit }

// severity orders outcomes: what fails ranks above what is unknown.
func severity(o verdict.Outcome) int {
	switch o {
	case verdict.Fail:
		return 3
	case verdict.Unknown:
		return 2
	case verdict.Pass:
		return 1
	case verdict.NotApplicable:
	}
	return 0
}

// rule says whether enough headroom is left. The quotas' own rules compare with the whole quota and carry the figures; this one
// carries none, so that the same utilization is not counted twice.
func (h *headroom) rule(r *evaluation) {
	const name, title, source = "headroom", "headroom", "requirements.headroom"
	w := h.worst
	switch {
	case h.open != "" && w.outcome != verdict.Fail:
		if r.words {
			r.judge(name, title, source, verdict.NotApplicable, "",
				"%s may be above its quota; headroom is checked once that is known", h.open)
		}
	case !h.seen:
		if r.words {
			r.judge(name, title, source, verdict.NotApplicable, "", "no limit on traffic can be checked for headroom")
		}
	case !r.words:
		r.judge(name, title, source, w.outcome, w.needs, "")
	case h.exceeded != "":
		r.judge(name, title, source, w.outcome, w.needs,
			"apart from %s, which is above its quota, the highest use is %s of %s (%s); we keep %s free",
			h.exceeded, percent(used(w), 1), w.amount(w.limit), h.what, sharePercent(1-h.share))
	default:
		r.judge(name, title, source, w.outcome, w.needs, "peak use of a throughput quota is %s of %s (%s); we keep %s free",
			percent(used(w), 1), w.amount(w.limit), h.what, sharePercent(1-h.share))
	}
	// An estimate that leaves too little headroom counts like one above a limit.
	r.blocked = r.blocked || h.seen && w.outcome == verdict.Unknown && used(w) > h.share
}
