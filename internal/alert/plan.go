package alert

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/analyzer"
)

// Book is what has been told of one cluster: the alerts that are open, by key. The zero value has told nothing.
type Book struct {
	Open map[string]OpenAlert `json:"open"`
}

// OpenAlert is one alert that has not been resolved.
type OpenAlert struct {
	Item Item `json:"item"`
	// ToldAt is when it was last told; zero while a maintenance holds it back.
	ToldAt time.Time `json:"told_at,omitzero"`
	// ToldTo are the targets that were told, so that the closing message goes there too.
	ToldTo []string `json:"told_to,omitempty"`
}

// Envelope is one message on its way to one target.
type Envelope struct {
	Target  string  `json:"target"`
	Message Message `json:"message"`
}

// Input is what Plan decides on.
type Input struct {
	Config Config
	// Targets are the names of all targets.
	Targets []string
	Verdict analyzer.Verdict
	// WeekAgo is a verdict of about a week before, for the movers; nil when there is none.
	WeekAgo *analyzer.Verdict
	Events  []analyzer.Event
	// AdHoc are the maintenance spans declared at run time, besides the configured ones.
	AdHoc []Maintenance
}

// Plan says what to tell whom. It is pure: the book that goes in is not changed. Events of one run make one message for each
// target. In a maintenance nothing is told; an alert that opened in it is told at its end if it is still open, and one that
// opened and closed in it is never told.
func Plan(book Book, in Input, now time.Time) (Book, []Envelope) {
	p := planner{in: in, now: now, open: maps.Clone(book.Open), items: map[string][]Item{}}
	if p.open == nil {
		p.open = map[string]OpenAlert{}
	}
	p.silent = p.inMaintenance()
	for _, e := range in.Events {
		p.event(e)
	}
	p.waiting()
	return Book{Open: p.open}, p.envelopes()
}

type planner struct {
	in     Input
	now    time.Time
	silent bool
	open   map[string]OpenAlert
	items  map[string][]Item // by target
}

func (p *planner) inMaintenance() bool {
	covers := func(m Maintenance) bool { return m.covers(p.in.Verdict.Cluster, p.now) }
	return slices.ContainsFunc(p.in.Config.Maintenance, covers) || slices.ContainsFunc(p.in.AdHoc, covers)
}

func (p *planner) event(e analyzer.Event) {
	item := p.item(e)
	before := p.open[item.Key]
	item.Was = before.Item.Level
	switch item.State {
	case Resolved:
		delete(p.open, item.Key)
		if p.in.Config.Resolved {
			p.tell(item, before.ToldTo) // nobody, where the alert itself was never told
		}
		return
	case ChoiceChanged:
		if !p.silent { // a change is told once and never closes
			p.tell(item, p.targets(item))
			return
		}
	case Raised, Lowered, Reminder:
	}
	p.openAlert(item, before.ToldTo)
}

// openAlert tells a new or changed alert, or keeps it until the maintenance is over.
func (p *planner) openAlert(item Item, toldBefore []string) {
	entry := OpenAlert{Item: item, ToldTo: toldBefore}
	if !p.silent {
		to := p.targets(item)
		p.tell(item, to)
		entry.ToldAt, entry.ToldTo = p.now, union(toldBefore, to)
	}
	p.open[item.Key] = entry
}

// waiting tells what a maintenance held back, and reminds of what has been open for the repeat interval.
func (p *planner) waiting() {
	if p.silent {
		return
	}
	repeat := p.in.Config.RepeatInterval
	for _, key := range slices.Sorted(maps.Keys(p.open)) {
		entry := p.open[key]
		switch {
		case entry.ToldAt.Equal(p.now):
			continue
		case entry.ToldAt.IsZero() && entry.Item.State == ChoiceChanged:
			p.tell(entry.Item, p.targets(entry.Item))
			delete(p.open, key)
			continue
		case entry.ToldAt.IsZero():
		case repeat > 0 && p.now.Sub(entry.ToldAt) >= repeat:
			entry.Item = p.refreshed(entry.Item)
			entry.Item.State, entry.Item.Was = Reminder, entry.Item.Level
		default:
			continue
		}
		to := p.targets(entry.Item)
		p.tell(entry.Item, to)
		entry.ToldAt, entry.ToldTo = p.now, union(entry.ToldTo, to)
		p.open[key] = entry
	}
}

func (p *planner) tell(item Item, targets []string) {
	for _, t := range targets {
		p.items[t] = append(p.items[t], item)
	}
}

// targets are those of every route that matches, sorted; without routes, all.
func (p *planner) targets(item Item) []string {
	return routed(p.in.Config, p.in.Targets, p.in.Verdict.Cluster, string(item.Level), KindDrift)
}

func routed(c Config, all []string, cluster, severity string, kind Kind) []string {
	if len(c.Routes) == 0 {
		return slices.Sorted(slices.Values(all))
	}
	var out []string
	for _, r := range c.Routes {
		severityFits := severity == "" || len(r.Severities) == 0 || slices.Contains(r.Severities, severity)
		if severityFits && matches(r.Clusters, cluster) && (len(r.Kinds) == 0 || slices.Contains(r.Kinds, string(kind))) {
			out = append(out, r.Targets...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// envelopes makes one message for each target that has something to be told.
func (p *planner) envelopes() []Envelope {
	var out []Envelope
	for _, target := range slices.Sorted(maps.Keys(p.items)) {
		out = append(out, Envelope{Target: target, Message: p.message(target, p.items[target])})
	}
	return out
}

func (p *planner) message(target string, items []Item) Message {
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(severity(b.Level)-severity(a.Level), compareUtilization(b, a), strings.Compare(a.Key, b.Key))
	})
	v := p.in.Verdict
	m := Message{Schema: Schema, Kind: KindDrift, Cluster: v.Cluster, Region: v.Region, Severity: items[0].Level,
		Title: title(v.Cluster, items), At: p.now, Items: items, Choice: v.Choice,
		Link: link(p.in.Config.ExternalURL, v.Cluster), Thread: "drift/" + v.Cluster}
	m.ID = id(target, m)
	if len(items) > MaxItems {
		m.Items, m.Omitted = items[:MaxItems:MaxItems], len(items)-MaxItems
	}
	return m
}

func severity(l analyzer.Level) int {
	return slices.Index([]analyzer.Level{analyzer.LevelOK, analyzer.LevelPending, analyzer.LevelWarning, analyzer.LevelCritical}, l)
}

func compareUtilization(a, b Item) int {
	value := func(i Item) float64 {
		if i.Utilization == nil {
			return -1
		}
		return *i.Utilization
	}
	return cmp.Compare(value(a), value(b))
}

// id hashes what makes a message the same: its target, its cluster, its time and what it tells.
func id(target string, m Message) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n", target, m.Kind, m.Cluster, m.At.UTC().Format(time.RFC3339Nano))
	for _, i := range m.Items {
		fmt.Fprintf(h, "%s %s %s\n", i.Key, i.State, i.Level)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// link leads to the cluster's page.
func link(external, cluster string) string {
	if external == "" {
		return ""
	}
	return strings.TrimRight(external, "/") + "/clusters/" + url.PathEscape(cluster)
}
