package kafka

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/mskfit/mskfit/internal/workload"
)

// gaps gathers what a sweep could not see. Equal reasons are counted and listed once, with the first few names. It is safe for
// concurrent use.
type gaps struct {
	mu  sync.Mutex
	all map[gapKey]*gapCount
}

// leavesOpen lists quantities of the cluster with commas between them.
type gapKey struct{ noun, why, effect, leavesOpen string }

type gapCount struct {
	names []string
	n     int
}

// The verdict's names of what a gap can leave open.
const (
	opensIngress = "ingress_bytes_per_second"
	opensStored  = "stored_bytes"
)

// Reasons that hold however well a sweep goes.
const (
	whyRecompressed = "the broker recompresses batches (compression.type is set), so the log differs from what was sent"
	whyUnsupported  = "the broker does not support this request"
)

// gapNames is how many names a gap lists before it only counts.
const gapNames = 3

func newGaps() *gaps { return &gaps{all: map[gapKey]*gapCount{}} }

// add notes one thing that is missing.
func (g *gaps) add(what, why, effect string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all[gapKey{noun: what, why: why, effect: effect}] = &gapCount{}
}

// count notes one of several things of a kind: count("window of partition", "orders-3", …) three times makes
// "window of 3 partitions (orders-3, …)". leavesOpen are the cluster's quantities that it leaves open; a gap is no gap once another
// source knows them all.
func (g *gaps) count(noun, name, why, effect string, leavesOpen ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	key := gapKey{noun, why, effect, strings.Join(leavesOpen, ",")}
	c := g.all[key]
	if c == nil {
		c = &gapCount{}
		g.all[key] = c
	}
	c.n++
	// The smallest names are kept, so that the order in which brokers answer does not show.
	at, _ := slices.BinarySearch(c.names, name)
	if at < gapNames {
		c.names = slices.Insert(c.names, at, strings.Clone(name))
		c.names = c.names[:min(len(c.names), gapNames)]
	}
}

// join takes over the gaps of o, which may be nil.
func (g *gaps) join(o *gaps) {
	if o == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for key, c := range o.all {
		g.all[key] = c
	}
}

// list returns the gaps, sorted.
func (g *gaps) list() []workload.Gap {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := make([]workload.Gap, 0, len(g.all))
	for key, c := range g.all {
		out = append(out, workload.Gap{Source: sourceName, What: c.what(key.noun), Why: key.why, Effect: key.effect,
			LeavesOpen: key.leavesOpen,
			Inherent:   key.why == whyRecompressed || key.why == whyUnsupported})
	}
	slices.SortFunc(out, func(a, b workload.Gap) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why), cmp.Compare(a.Effect, b.Effect))
	})
	return out
}

func (c *gapCount) what(noun string) string {
	switch {
	case c.n == 0:
		return noun
	case c.n == 1:
		return noun + " " + c.names[0]
	}
	head, last := "", noun
	if i := strings.LastIndexByte(noun, ' '); i >= 0 {
		head, last = noun[:i+1], noun[i+1:]
	}
	names := strings.Join(c.names, ", ")
	if c.n > len(c.names) {
		names += ", …"
	}
	return fmt.Sprintf("%s%d %ss (%s)", head, c.n, last, names)
}
