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

	"github.com/mskfit/mskfit/analyzer/drift"
)

// envelopes makes one message for each target that has something to be sent.
func (p *planner) envelopes() []Envelope {
	var out []Envelope
	for _, target := range slices.Sorted(maps.Keys(p.items)) {
		out = append(out, Envelope{Target: target, Message: p.message(target, p.items[target])})
	}
	return out
}

func (p *planner) message(target string, items []Item) Message {
	v := p.in.Verdict
	mirrors := p.mirrors(target)
	if !mirrors {
		items = folded(items)
	}
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(severity(b.Level)-severity(a.Level), compareUtilization(b, a), strings.Compare(a.Key, b.Key))
	})
	m := Message{Schema: Schema, Kind: KindDrift, Cluster: p.in.Cluster, Region: v.Region, Severity: items[0].Level,
		Title: title(p.in.Cluster, items), At: p.now, Items: items, Choice: v.Choice, StillOpen: p.stillOpen(target),
		Link: link(p.in.Config.ExternalURL, p.in.Cluster), Thread: "drift/" + p.in.Cluster}
	if drift.SubjectOf(items[0].Key).Kind == drift.OfDaemon { // the daemon itself is no cluster with a page
		m.Link = strings.TrimRight(p.in.Config.ExternalURL, "/")
	}
	m.ID = id(target, m, m.At.UTC().Format(time.RFC3339Nano))
	if len(items) > MaxItems && !mirrors {
		m.Items, m.Omitted = items[:MaxItems:MaxItems], len(items)-MaxItems
	}
	return m
}

func (p *planner) stillOpen(target string) (n int) {
	for _, entry := range p.open {
		if slices.Contains(entry.NotifiedTargets, target) {
			n++
		}
	}
	return n
}

// folded puts figures that are missing, or are back, together into one item each.
func folded(items []Item) []Item {
	var out []Item
	first := map[ItemState]int{}
	titles := map[ItemState][]string{}
	for _, i := range items {
		if drift.SubjectOf(i.Key).Kind != drift.OfMissing {
			out = append(out, i)
			continue
		}
		titles[i.State] = append(titles[i.State], strings.TrimPrefix(i.Title, missingTitle))
		if at, found := first[i.State]; found {
			out[at].Also = append(slices.Clone(out[at].Also), i.Key)
			continue
		}
		first[i.State] = len(out)
		out = append(out, i)
	}
	for state, at := range first {
		if n := len(titles[state]); n > 1 {
			out[at].Title = fmt.Sprintf("%s%s and %d more", missingTitle, titles[state][0], n-1)
		}
	}
	return out
}

// missingTitle begins the title of an item on a figure that is missing.
const missingTitle = "no figure for "

func severity(l drift.Level) int {
	return slices.Index([]drift.Level{drift.LevelOK, drift.LevelPending, drift.LevelWarning, drift.LevelCritical}, l)
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

// id hashes what makes a message the same: its target, its cluster, what it says and an occasion.
func id(target string, m Message, occasion string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n", target, m.Kind, m.Cluster, occasion)
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

// TestMessage is what mskfit check --send-test sends to a target.
func TestMessage(target, externalURL string, now time.Time) Message {
	m := Message{Schema: Schema, Kind: KindTest, Severity: drift.LevelOK, Title: "mskfit: test message to " + target, At: now.UTC(),
		Items: []Item{},
		Link:  strings.TrimRight(externalURL, "/")}
	m.ID = id(target, m, m.At.Format(time.RFC3339Nano))
	return m
}
