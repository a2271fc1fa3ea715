package analyzer

import (
	"fmt"

	"github.com/mskfit/mskfit/internal/workload"
)

// headroom finds the quota that leaves the least room, among those whose quantity goes up and down with the traffic and does
// not break them anyway.
type headroom struct {
	share float64 // of a quota that may be used
	worst check
	what  string
	seen  bool
}

// see looks at one quota after its own rule.
func (h *headroom) see(c check, what string) {
	if !c.observed.ok || c.limit <= 0 || c.observed.Low > c.limit {
		return
	}
	outcome := within(c.observed, h.share*c.limit)
	if h.seen && (severity(outcome) < severity(h.worst.outcome) || outcome == h.worst.outcome && used(c) <= used(h.worst)) {
		return
	}
	h.worst, h.what, h.seen = c, what, true
	h.worst.outcome = outcome
}

func used(c check) float64 { return c.observed.Value / c.limit }

// severity orders outcomes: what fails weighs more than what is unknown.
func severity(o Outcome) int {
	switch o {
	case Fail:
		return 3
	case Unknown:
		return 2
	case Pass:
		return 1
	case NotApplicable:
	}
	return 0
}

// rule says whether enough room is left. The quotas' own rules compare with the whole quota.
func (h *headroom) rule(r *ruling) {
	const name, title, source = "headroom", "room below the quotas", "options.headroom"
	if !h.seen {
		r.judge(name, title, source, NotApplicable, "", "no quantity that varies with the traffic is known and within its quota")
		return
	}
	w := h.worst
	c := check{name: name, title: title, source: source, outcome: w.outcome, needs: w.needs, limited: true, limit: h.share}
	c.observed = fig{Figure: workload.Exactly(used(w), w.observed.Method, w.observed.Source), ok: true}
	if r.words {
		c.evidence = fmt.Sprintf("%s leaves the least room: %s of %s are in use, and %s are to stay free", h.what,
			percent(used(w), 1), w.amount(w.limit), percent(1-h.share+1e-9, 1))
	}
	r.add(c)
}
