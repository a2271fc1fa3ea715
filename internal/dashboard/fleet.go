package dashboard

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// fleetShown is how many clusters one page lists.
const fleetShown = 100

// fleetPage is the clusters that the link asks for, one row each.
type fleetPage struct {
	Rows []fleetRow
	// All is how many clusters there are; Found is how many of them match the search and the state.
	All, Found int
	Query      string
	// State keeps the clusters of one state: the tone of a [count]; empty for all.
	State       string
	Sort        string
	Desc        bool
	Columns     []column
	First, Last int
	// Previous and Next lead to the neighboring pages; empty at the ends.
	Previous, Next string
	// Cheaper and Dearer are what the recommended clusters cost less, and more, than the MSK clusters of today, each summed
	// over the clusters for which that is so; empty without one.
	Cheaper, Dearer string
	Counts          []count
}

// column is a heading that sorts; Link is the page sorted by it, the other way around when it is already.
type column struct {
	Name, Label, Link, Sorted string
	Number                    bool
}

// count is how many clusters are in one state. Link shows only these, or all of them again when Chosen.
type count struct {
	N      int
	Label  string
	Tone   string
	Link   string
	Chosen bool
}

// fleetRow is one cluster. Text that is empty is not known.
type fleetRow struct {
	Name, Region string
	Choice, Tone string
	Label        string
	Now, Cost    string // dollars a month today and recommended
	Saving       string
	Worst        string // the fullest limit, in words
	Use          string // its utilization
	UseTone      string
	Bar          int // 0–100
	State        string
	StateTone    string
	Swept        time.Time
	Replica      string // the one of several that watches it
	Spark        spark

	sort fleetKeys
}

type fleetKeys struct {
	cost, now, saving, use float64
	state                  int
}

func (s *server) fleet(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	p := fleetPage{Query: q.Get("q"), State: stateOf(q.Get("state")), Sort: cmp.Or(q.Get("sort"), "state"), Desc: q.Get("desc") == "1"}
	status := s.Agent.Status()
	p.All = len(status)
	var cheaper, dearer []float64
	states := map[string]int{}
	ctx, stop := within(r.Context())
	defer stop()
	for _, c := range status {
		row := s.fleetRow(c)
		switch {
		case row.sort.saving >= 1:
			cheaper = append(cheaper, row.sort.saving)
		case row.sort.saving <= -1:
			dearer = append(dearer, -row.sort.saving)
		}
		states[row.StateTone]++
		if p.keeps(row) {
			p.Rows = append(p.Rows, row)
		}
	}
	p.order()
	p.cut(q.Get("from"))
	s.sparks.fill(ctx, p.Rows, s.Now())
	p.Cheaper, p.Dearer = compared(cheaper, "less"), compared(dearer, "more")
	p.Counts = p.counts(states)
	p.Columns = columns(p)
	s.render(w, http.StatusOK, "fleet.html", s.layout("Fleet", "fleet", p))
}

// stateNames are the states as they are in links.
var stateNames = map[string]string{"bad": "critical", "warn": "attention", "good": "ok", "mute": "undecided"}

// stateOf is the tone of a state that a link names; empty for one that there is not.
func stateOf(name string) string {
	for tone, n := range stateNames {
		if n == name {
			return tone
		}
	}
	return ""
}

// StateName is the state as it is in links; empty for all.
func (p fleetPage) StateName() string { return stateNames[p.State] }

// keeps says whether the row matches the search and the state.
func (p *fleetPage) keeps(row fleetRow) bool {
	return (p.State == "" || p.State == row.StateTone) && (p.Query == "" ||
		strings.Contains(strings.ToLower(row.Name+" "+row.Region+" "+row.Choice), strings.ToLower(p.Query)))
}

// link is this page with another sorting, state or beginning.
func (p *fleetPage) link(sort string, desc bool, state string, from int) string {
	q := url.Values{"sort": {sort}}
	if p.Query != "" {
		q.Set("q", p.Query)
	}
	if state != "" {
		q.Set("state", stateNames[state])
	}
	if desc {
		q.Set("desc", "1")
	}
	if from > 0 {
		q.Set("from", strconv.Itoa(from))
	}
	return "/?" + q.Encode()
}

// cut keeps the rows of one page, which begins at the row that the link names.
func (p *fleetPage) cut(from string) {
	p.Found = len(p.Rows)
	var first int
	first, p.Last = pageOf(from, p.Found, fleetShown)
	p.Rows, p.First = p.Rows[first:p.Last], first+1
	if first > 0 {
		p.Previous = p.link(p.Sort, p.Desc, p.State, first-fleetShown)
	}
	if p.Last < p.Found {
		p.Next = p.link(p.Sort, p.Desc, p.State, p.Last)
	}
}

// counts links the number of clusters in each state to a page of only these.
func (p *fleetPage) counts(states map[string]int) []count {
	var out []count
	for _, c := range []count{{N: states["bad"], Label: "critical", Tone: "bad"},
		{N: states["warn"], Label: verb(states["warn"], "needs", "need") + " attention", Tone: "warn"},
		{N: states["good"], Label: "ok", Tone: "good"}, {N: states["mute"], Label: "undecided", Tone: "mute"}} {
		if c.Chosen = c.Tone == p.State; c.N == 0 && !c.Chosen {
			continue
		}
		state := c.Tone
		if c.Chosen {
			state = ""
		}
		c.Link = p.link(p.Sort, p.Desc, state, 0)
		out = append(out, c)
	}
	return out
}

// compared says what some of the recommended clusters cost less or more than today's: "2 clusters for $6,400 a month less".
func compared(usd []float64, how string) string {
	if len(usd) == 0 {
		return ""
	}
	sum := 0.0
	for _, v := range usd {
		sum += v
	}
	return plural(len(usd), "cluster") + " for " + view.AboutUSD(sum) + " a month " + how
}

// answers keeps the first screen of each cluster's last verdict: a verdict does not change, and a fleet has a thousand. It is
// safe for concurrent use.
type answers struct {
	mu   sync.Mutex
	kept map[string]keptAnswer
}

type keptAnswer struct {
	verdict *verdict.Verdict
	answer  view.Answer
}

func (a *answers) of(cluster string, v *verdict.Verdict) view.Answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	if k := a.kept[cluster]; k.verdict == v {
		return k.answer
	}
	k := keptAnswer{v, view.AnswerOf(*v)}
	a.kept[cluster] = k
	return k.answer
}

func (s *server) fleetRow(c agent.ClusterStatus) fleetRow {
	row := fleetRow{Name: c.Name, Region: c.Region, Swept: c.KeptAt, Replica: c.Replica, Bar: -1,
		sort: fleetKeys{cost: -1, now: -1, saving: 0, use: -1}}
	row.state(c)
	v := c.Verdict
	if v == nil {
		row.Choice, row.Tone = "No verdict yet", "mute"
		return row
	}
	a := s.answers.of(c.Name, v)
	row.Choice, row.Tone, row.Label = a.Choice, a.Tone, a.Label
	if v.Choice != nil {
		row.Cost, row.sort.cost = view.AboutUSD(v.Choice.MonthlyUSD), v.Choice.MonthlyUSD
	}
	if v.Current != nil && v.Current.MonthlyUSD > 0 {
		row.Now, row.sort.now = view.AboutUSD(v.Current.MonthlyUSD), v.Current.MonthlyUSD
		if v.Choice != nil {
			row.sort.saving = v.Current.MonthlyUSD - v.Choice.MonthlyUSD
			row.Saving = savingWords(row.sort.saving)
		}
	}
	if r := worstRule(*v); r != nil {
		row.Worst, row.Use, row.sort.use = r.Title, workload.FormatPercent(*r.Utilization), *r.Utilization
		row.Bar, row.UseTone = barOf(*r.Utilization), useTone(*r)
	}
	return row
}

// savingWords is what a cluster would save; a recommended one that costs more than today's saves less than nothing.
func savingWords(usd float64) string {
	switch {
	case usd >= 1:
		return view.AboutUSD(usd)
	case usd <= -1:
		return "−" + view.AboutUSD(-usd)
	}
	return "$0"
}

// state is the worst of: a critical alert, a warning, a source that gives nothing, all fine.
func (row *fleetRow) state(c agent.ClusterStatus) {
	open := openAlerts(c)
	critical := slices.ContainsFunc(open, func(a openAlert) bool { return a.Level == drift.LevelCritical })
	down := slices.ContainsFunc(c.Sources, func(s agent.SourceStatus) bool { return s.Error != "" })
	switch {
	case critical:
		row.State, row.StateTone, row.sort.state = plural(len(open), "alert"), "bad", 0
	case down:
		row.State, row.StateTone, row.sort.state = "source down", "warn", 1
	case len(open) > 0:
		row.State, row.StateTone, row.sort.state = plural(len(open), "alert"), "warn", 1
	case c.Verdict == nil || c.Verdict.Status != verdict.Decided:
		row.State, row.StateTone, row.sort.state = "undecided", "mute", 2
	default:
		row.State, row.StateTone, row.sort.state = "ok", "good", 3
	}
}

// worstRule is the limit of the choice with the highest utilization; nil where none is known.
func worstRule(v verdict.Verdict) *verdict.Rule {
	if v.Choice == nil {
		return nil
	}
	var worst *verdict.Rule
	for i, o := range v.Options {
		if o.Kind != v.Choice.Kind || o.Size != v.Choice.Size || o.Brokers != v.Choice.Brokers {
			continue
		}
		for j, r := range v.Options[i].Rules {
			if r.Utilization != nil && r.Outcome != verdict.NotApplicable && (worst == nil || *r.Utilization > *worst.Utilization) {
				worst = &v.Options[i].Rules[j]
			}
		}
	}
	return worst
}

func barOf(u float64) int { return int(min(max(100*u, 1), 100)) }

// useTone follows the alerts' default marks: a quota is yellow from 80 % and red from 100 %; what brokers are planned to carry
// is yellow only beyond 100 %.
func useTone(r verdict.Rule) string {
	m, followed := drift.MarksOf(r, drift.DefaultPolicy())
	switch u := *r.Utilization; {
	case !followed:
		return "good"
	case u >= m.Critical:
		return "bad"
	case u >= m.Warn:
		return "warn"
	}
	return "good"
}

func (p *fleetPage) order() {
	by := map[string]func(a, b fleetRow) int{
		"name":   func(a, b fleetRow) int { return 0 },
		"region": func(a, b fleetRow) int { return cmp.Compare(a.Region, b.Region) },
		"choice": func(a, b fleetRow) int { return cmp.Compare(a.Choice, b.Choice) },
		"now":    func(a, b fleetRow) int { return cmp.Compare(b.sort.now, a.sort.now) },
		"cost":   func(a, b fleetRow) int { return cmp.Compare(b.sort.cost, a.sort.cost) },
		"saving": func(a, b fleetRow) int { return cmp.Compare(b.sort.saving, a.sort.saving) },
		"use":    func(a, b fleetRow) int { return cmp.Compare(b.sort.use, a.sort.use) },
		"state":  func(a, b fleetRow) int { return cmp.Compare(a.sort.state, b.sort.state) },
		"swept":  func(a, b fleetRow) int { return a.Swept.Compare(b.Swept) },
	}
	compare, known := by[p.Sort]
	if !known {
		p.Sort, compare = "state", by["state"]
	}
	slices.SortStableFunc(p.Rows, func(a, b fleetRow) int {
		c := cmp.Or(compare(a, b), strings.Compare(a.Name, b.Name))
		if p.Desc {
			return -c
		}
		return c
	})
}

func columns(p fleetPage) []column {
	var out []column
	for _, c := range []column{{Name: "name", Label: "Cluster"}, {Name: "choice", Label: "Needs"},
		{Name: "cost", Label: "Cost a month", Number: true},
		{Name: "now", Label: "Cost today", Number: true}, {Name: "saving", Label: "Saving", Number: true},
		{Name: "use", Label: "Fullest limit"}, {Name: "state", Label: "State"}, {Name: "swept", Label: "Last sample"}} {
		desc := false
		if p.Sort == c.Name {
			c.Sorted, desc = "ascending", !p.Desc
			if p.Desc {
				c.Sorted = "descending"
			}
		}
		c.Link = p.link(c.Name, desc, p.State, 0)
		out = append(out, c)
	}
	return out
}
