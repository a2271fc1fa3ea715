package drift

import (
	"fmt"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
	"github.com/mskfit/mskfit/verdict"
)

// Watch names a cluster whose limits alerts follow.
type Watch string

// What can be watched. Two clusters of one kind have the same rules: of them the first in this order is watched.
const (
	WatchCurrent     Watch = "current"     // the MSK cluster that carries the workload today; none where it runs elsewhere
	WatchRecommended Watch = "recommended" // the choice that was reported last
	WatchServerless  Watch = "serverless"  // the quotas of one Serverless cluster, whatever the choice is
)

// Watches are all values.
func Watches() []Watch { return []Watch{WatchCurrent, WatchRecommended, WatchServerless} }

// ValidateWatch reports values that are none.
func ValidateWatch(list []Watch) error {
	for i, w := range list {
		if !slices.Contains(Watches(), w) {
			return yamlfile.Invalid(fmt.Sprintf("watch[%d]", i), "%q cannot be watched: write current, recommended or serverless",
				w)
		}
	}
	return nil
}

// Noted returns s with what the verdict on the long window says of Serverless. A workload that could run on one Serverless cluster,
// or prefers it, is watched against its quotas from then on: its owner wants to know when it no longer can.
func (s State) Noted(v verdict.Verdict, r workload.Requirements) State {
	s.Fitted = s.Fitted || r.Prefer == string(verdict.Serverless) || fitsServerless(v)
	return s
}

// fitsServerless reports whether no quota and no requirement rules Serverless out. Room below the quotas is not asked for: with
// less of it the quotas still hold.
func fitsServerless(v verdict.Verdict) bool {
	if v.Status != verdict.Decided {
		return false
	}
	for _, o := range v.Options {
		if o.Kind == verdict.Serverless {
			return !slices.ContainsFunc(o.Rules,
				func(r verdict.Rule) bool { return r.Outcome == verdict.Fail && r.ID != "serverless.headroom" })
		}
	}
	return false
}

// WatchedChoices are the clusters whose rules are followed, one of each kind; empty while there is nothing to watch. Without a
// list these are the MSK cluster of today, or the reported choice where there is none, and Serverless for a workload that is
// meant for it: it is the reported choice, or the workload fitted it and runs on no other MSK cluster.
func WatchedChoices(v verdict.Verdict, s State, list []Watch) []verdict.Choice {
	var current *verdict.Choice
	if v.Current != nil {
		current = &v.Current.Choice
	}
	recommended := s.Held
	if recommended == nil {
		recommended = v.Choice
	}
	serverless := &verdict.Choice{Kind: verdict.Serverless, Clusters: 1}
	all := map[Watch]*verdict.Choice{WatchCurrent: current, WatchRecommended: recommended, WatchServerless: serverless}
	if len(list) == 0 {
		list = []Watch{WatchCurrent}
		if current == nil {
			list = append(list, WatchRecommended)
		}
		if recommended != nil && onServerless(*recommended) || current == nil && s.Fitted {
			list = append(list, WatchServerless)
		}
	}
	var out []verdict.Choice
	for _, w := range Watches() {
		c := all[w]
		same := func(o verdict.Choice) bool { return o.Kind == c.Kind || onServerless(o) && onServerless(*c) }
		if c != nil && slices.Contains(list, w) && !slices.ContainsFunc(out, same) {
			out = append(out, *c)
		}
	}
	return out
}

func onServerless(c verdict.Choice) bool {
	return c.Kind == verdict.Serverless || c.Kind == verdict.ServerlessSplit
}
