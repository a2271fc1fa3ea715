package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/verdict"
)

// Open is one thing that is not known, with the one action that resolves it.
type Open struct {
	// What is not known, Action is what resolves it, Effect is what an answer would change (may be empty).
	What, Action, Effect string
	// Matters is "choice", "price" or "nothing": what an answer could change.
	Matters string
}

// Sentence is the point with what would change, on one line.
func (o Open) Sentence() string {
	switch {
	case o.Effect == "":
		return o.What
	case strings.HasPrefix(o.Effect, "if "):
		return o.What + "; " + o.Effect
	case strings.HasPrefix(o.What, "Whether ") && strings.HasPrefix(o.Effect, "no: "):
		return o.What + "; if not: " + strings.TrimPrefix(o.Effect, "no: ")
	case strings.HasPrefix(o.What, "Whether ") && strings.HasPrefix(o.Effect, "yes: "):
		return o.What + "; if so: " + strings.TrimPrefix(o.Effect, "yes: ")
	case strings.HasSuffix(o.What, "?"), strings.HasPrefix(o.Effect, "above "):
		return o.What + " " + o.Effect
	}
	return o.What + ": " + o.Effect
}

// open lists all that is not known, each once: what could change the choice first. The rest, which cannot change anything, is one
// line.
func open(v verdict.Verdict) (out []Open, minor string) {
	var all []Open
	asked := map[string]bool{} // fields that are resolved by an unknown already
	for _, u := range unknowns(v) {
		all = append(all, Open{What: capital(u.What), Action: u.Action, Effect: u.Effect, Matters: u.Changes})
		for _, id := range u.Rules {
			asked[needs(v, id)] = true
		}
	}
	for _, q := range v.Questions {
		if !asked[q.Field] {
			all = append(all, Open{What: capital(q.Question), Action: "declare " + q.Field, Effect: q.Effect, Matters: "choice"})
		}
	}
	rank := map[string]int{"choice": 0, "price": 1}
	slices.SortStableFunc(all, func(a, b Open) int {
		return cmp.Or(at(rank, a.Matters)-at(rank, b.Matters), unexplained(a)-unexplained(b))
	})
	var small []string
	for _, o := range all {
		if o.Matters == "nothing" {
			small = append(small, lower(o.What))
			continue
		}
		out = append(out, o)
	}
	if len(small) > 0 {
		minor = fmt.Sprintf("Not checked, and no answer would change the choice or the price: %s.", strings.Join(small, ", "))
	}
	return out, minor
}

// unexplained is 1 for a point whose effect no one says.
func unexplained(o Open) int {
	if o.Effect == "" {
		return 1
	}
	return 0
}

func at(rank map[string]int, key string) int {
	if n, ok := rank[key]; ok {
		return n
	}
	return len(rank)
}

// unknowns are the verdict's own, or, in a verdict without them, the rules of the choice that are unknown, joined with the
// questions about the same fields.
func unknowns(v verdict.Verdict) []verdict.UnknownLimit {
	if len(v.Unknowns) > 0 || v.Choice == nil {
		return v.Unknowns
	}
	o, _ := optionOf(v, *v.Choice)
	var out []verdict.UnknownLimit
	for _, r := range o.Rules {
		if r.Outcome != verdict.Unknown {
			continue
		}
		u := verdict.UnknownLimit{Rules: []string{r.ID}, What: r.Title, Action: r.Evidence, Changes: "choice"}
		for _, q := range v.Questions {
			if q.Field == r.Needs {
				u.What, u.Action, u.Effect = q.Question, "declare "+q.Field, q.Effect
			}
		}
		out = append(out, u)
	}
	if len(out) == 0 {
		for _, c := range v.Conditions {
			out = append(out, verdict.UnknownLimit{What: c, Changes: "choice"})
		}
	}
	return out
}

// needs is the field that an unknown rule waits for; the same rule may hold for another option, which then waits for nothing.
func needs(v verdict.Verdict, rule string) string {
	for _, o := range v.Options {
		if r := o.Rule(rule); r != nil && r.Needs != "" {
			return r.Needs
		}
	}
	return ""
}
