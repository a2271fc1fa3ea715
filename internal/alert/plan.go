package alert

import (
	"maps"
	"slices"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/verdict"
)

// Log is what has been sent about one cluster: the open alerts, by key. In the zero value nothing was sent.
type Log struct {
	// Open has the open alerts by [Item.Key].
	Open map[string]OpenAlert `json:"open"`
}

// OpenAlert is one alert that has not been closed.
type OpenAlert struct {
	// Item is the alert as of its last event.
	Item Item `json:"item"`
	// NotifiedLevel is the level of the last message; empty while nothing was sent.
	NotifiedLevel drift.Level `json:"told,omitempty"`
	// NotifiedAt is when it was last sent, NotifiedTargets the targets, so that the closing message goes there too.
	NotifiedAt time.Time `json:"told_at,omitzero"`
	// NotifiedTargets are names of targets; empty while nothing was sent.
	NotifiedTargets []string `json:"told_to,omitempty"`
	// Held is true while a maintenance holds back what has happened since.
	Held bool `json:"held,omitempty"`
	// RefreshedAt is when it was last sent again to targets that forget.
	RefreshedAt time.Time `json:"refreshed_at,omitzero"`
}

// Envelope is one message on its way to one target.
type Envelope struct {
	// Target is the name of a configured target.
	Target string `json:"target"`
	// Message is complete: what the target gets is fixed when it is put into the outbox.
	Message Message `json:"message"`
}

// Recipient is a target as planning sees it.
type Recipient struct {
	// Name is the target's in the configuration.
	Name string
	// Mirrors: the target keeps a list of open alerts of its own (Alertmanager, PagerDuty). It gets every item of a message and
	// every closing, whatever is configured, or its list would be wrong.
	Mirrors bool
	// Refresh is how often what is open is sent again, as it was sent, to a target that forgets it when it is restarted
	// (Alertmanager); 0: only with the reminders.
	Refresh time.Duration
}

// Input is what Plan decides on.
type Input struct {
	// Config holds routes, reminders and scheduled maintenance.
	Config Config
	// Recipients are all targets.
	Recipients []Recipient
	// Cluster is what the events are about: a cluster, or mskfit itself.
	Cluster string
	// Verdict is what analyzer.Present says; the zero value where no verdict is made.
	Verdict verdict.Verdict
	// Events are those of this step, in its order; empty: nothing changed.
	Events []drift.Event
	// State is the state of the rules after the events.
	State drift.State
	// Earlier is what to compare with, for the top contributors.
	Earlier Earlier
	// AdHoc are the maintenance spans declared at run time, besides the configured ones.
	AdHoc []Maintenance
}

// Plan says what to send to whom. It is pure: the log that goes in is not changed. Events of one run make one message for each
// target, and of several events on one alert the last one counts. In a maintenance nothing is sent. At its end what differs
// from what was sent before is sent: an alert that opened in it and is still open, one that closed in it; not one that opened
// and closed in it.
func Plan(alertLog Log, in Input, now time.Time) (Log, []Envelope) {
	p := planner{in: in, now: now, open: maps.Clone(alertLog.Open), changed: map[string]bool{}, items: map[string][]Item{}}
	if p.open == nil {
		p.open = map[string]OpenAlert{}
	}
	for _, e := range in.Events {
		p.note(e)
	}
	silent := p.inMaintenance()
	for _, key := range slices.Sorted(maps.Keys(p.open)) {
		p.evaluate(key, silent)
	}
	return Log{Open: p.open}, p.envelopes()
}

type planner struct {
	in      Input
	now     time.Time
	open    map[string]OpenAlert
	changed map[string]bool
	items   map[string][]Item // by target
}

func (p *planner) inMaintenance() bool {
	covers := func(m Maintenance) bool { return m.covers(p.in.Cluster, p.now) }
	return slices.ContainsFunc(p.in.Config.Maintenance, covers) || slices.ContainsFunc(p.in.AdHoc, covers)
}

// note enters an event into the log without sending it.
func (p *planner) note(e drift.Event) {
	item := p.item(e)
	entry, known := p.open[item.Key]
	if item.State == Resolved && !known {
		return // no message said that it was open
	}
	entry.Item = item
	p.open[item.Key], p.changed[item.Key] = entry, true
}

// evaluate sends what is due for one alert.
func (p *planner) evaluate(key string, silent bool) {
	entry := p.open[key]
	if entry.NotifiedAt.After(p.now) {
		entry.NotifiedAt = p.now // the clock was set back
	}
	changed := p.changed[key] || entry.Held
	switch {
	case silent, entry.Held && entry.NotifiedLevel == "" && !p.changed[key] && p.in.State.Rules[key].Clearing():
		entry.Held = changed // in a maintenance, or what it left behind is about to be over
	case changed && entry.Item.State == Resolved:
		p.close(entry)
		delete(p.open, key)
		return
	case changed && entry.Item.State == ChoiceChanged: // sent once, and never closed
		p.notify(entry.Item, p.targets(entry.Item))
		delete(p.open, key)
		return
	case changed && entry.NotifiedLevel == entry.Item.Level:
		entry.Held = false // it went and came back while nothing was sent
	case changed:
		if !p.changed[key] {
			entry.Item = p.refreshed(entry.Item)
		}
		entry = p.notified(entry)
	case p.repeats(entry):
		entry.Item = p.refreshed(entry.Item)
		entry.Item.State = Reminder
		entry = p.notified(entry)
	default:
		entry = p.refresh(entry)
	}
	p.open[key] = entry
}

// refresh sends an open alert again to the targets that forget.
func (p *planner) refresh(entry OpenAlert) OpenAlert {
	last := entry.NotifiedAt
	if entry.RefreshedAt.After(last) && !entry.RefreshedAt.After(p.now) {
		last = entry.RefreshedAt
	}
	again := entry.Item
	again.State, again.Was = Reminder, entry.NotifiedLevel
	for _, r := range p.in.Recipients {
		if r.Refresh > 0 && slices.Contains(entry.NotifiedTargets, r.Name) && p.now.Sub(last) >= r.Refresh {
			p.notify(again, []string{r.Name})
			entry.RefreshedAt = p.now
		}
	}
	return entry
}

// notified sends an alert to the targets of its level and to those that got it before: what gets worse is the same
// alert.
func (p *planner) notified(entry OpenAlert) OpenAlert {
	item := &entry.Item
	item.Was = entry.NotifiedLevel
	if item.State != Reminder {
		item.State = Raised
		if severity(entry.NotifiedLevel) > severity(item.Level) {
			item.State = Lowered
		}
	}
	entry.NotifiedLevel, entry.Held = item.Level, false
	if item.State == Lowered {
		// A message says that it is over once it is; that it is a little better would be one more message in between.
		p.notify(*item, slices.DeleteFunc(p.known(entry.NotifiedTargets), func(name string) bool { return !p.mirrors(name) }))
		return entry
	}
	to := union(p.targets(*item), p.known(entry.NotifiedTargets))
	p.notify(*item, to)
	entry.NotifiedAt, entry.NotifiedTargets = p.now, to
	return entry
}

func (p *planner) mirrors(name string) bool {
	return mirrors(p.in.Recipients, name)
}

func mirrors(all []Recipient, name string) bool {
	return slices.ContainsFunc(all, func(r Recipient) bool { return r.Name == name && r.Mirrors })
}

// close sends the closing message to those who were notified of the alert.
func (p *planner) close(entry OpenAlert) {
	item := entry.Item
	item.Was = entry.NotifiedLevel
	for _, r := range p.in.Recipients {
		if slices.Contains(entry.NotifiedTargets, r.Name) && (p.in.Config.Resolved || r.Mirrors) {
			p.notify(item, []string{r.Name})
		}
	}
}

// repeats reports whether it is time for a reminder.
func (p *planner) repeats(entry OpenAlert) bool {
	return entry.due(p.in.Config, p.now)
}

func (o OpenAlert) due(c Config, now time.Time) bool {
	return c.RepeatInterval > 0 && o.NotifiedLevel != "" && now.Sub(o.NotifiedAt) >= c.RepeatInterval
}

func (p *planner) notify(item Item, targets []string) {
	for _, t := range targets {
		p.items[t] = append(p.items[t], item)
	}
}

// targets are those of every route that matches, sorted; without routes, all.
func (p *planner) targets(item Item) []string {
	return routed(p.in.Config, p.in.Recipients, p.in.Cluster, string(item.Level), KindDrift)
}

// known leaves out targets that are no longer configured.
func (p *planner) known(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !has(p.in.Recipients, name) })
}

func has(all []Recipient, name string) bool {
	return slices.ContainsFunc(all, func(r Recipient) bool { return r.Name == name })
}

// routed are the names of the targets that a message goes to, sorted.
func routed(c Config, all []Recipient, cluster, severity string, kind Kind) []string {
	var out []string
	if len(c.Routes) == 0 {
		for _, r := range all {
			out = append(out, r.Name)
		}
	}
	for _, r := range c.Routes {
		severityFits := severity == "" || len(r.Severities) == 0 || slices.Contains(r.Severities, severity)
		if severityFits && matches(r.Clusters, cluster) && (len(r.Kinds) == 0 || slices.Contains(r.Kinds, string(kind))) {
			out = append(out, r.Targets...)
		}
	}
	return union(out, nil)
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}
