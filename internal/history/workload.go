package history

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Workload rolls up what is known of the cluster in the window: statistics of one-minute values for the cluster, of five
// minutes' means and maxima for topics and groups, and the latest facts. Minutes without data are left out of the statistics and counted
// in Coverage and Gaps; minutes still to come are not expected. Several sources are merged by method. A cluster without
// data is an empty Workload.
func (s *Store) Workload(ctx context.Context, cluster string, window workload.Window) (workload.Workload, error) {
	r, err := s.reader(ctx, cluster, window)
	if err != nil {
		return workload.Workload{}, err
	}
	w := workload.FromSamples(r.factsSamples(), workload.RollupOptions{Window: r.window})
	w.Cluster, w.Window, w.Coverage = cluster, window, 0
	if err := r.cluster(ctx, &w); err != nil {
		return workload.Workload{}, fmt.Errorf("read history of %q: %w", cluster, err)
	}
	if err := r.topics(ctx, &w); err != nil {
		return workload.Workload{}, fmt.Errorf("read history of the topics of %q: %w", cluster, err)
	}
	if err := r.groups(ctx, &w); err != nil {
		return workload.Workload{}, fmt.Errorf("read history of the consumer groups of %q: %w", cluster, err)
	}
	workload.Derive(&w)
	recorded, err := s.facts.gaps(ctx, cluster, r.window)
	if err != nil {
		return workload.Workload{}, err
	}
	w.Gaps = append(append(w.Gaps, recorded...), r.gaps...)
	return w, nil
}

// reader reads one window of one cluster.
type reader struct {
	store   *Store
	name    string
	window  workload.Window // ends now at the latest
	span    span
	facts   []workload.Sample
	words   map[string]string
	sources []string
	// coarse[source][minute] is the length of the window behind the minute, in seconds; nil for a source all of whose windows are a minute.
	coarse [][]float32
	gaps   []workload.Gap
}

func (s *Store) reader(ctx context.Context, cluster string, w workload.Window) (*reader, error) {
	if now := s.now(); w.End.After(now) {
		w.End = now
	}
	r := &reader{store: s, name: cluster, window: w, span: spanOf(w)}
	var err error
	r.facts, r.words, err = s.facts.snapshot(ctx, cluster)
	return r, err
}

// factsSamples gives the facts of all sources as samples that are read in the order of how many topics they know.
func (r *reader) factsSamples() []workload.Sample {
	out := slices.Clone(r.facts)
	slices.SortStableFunc(out, func(a, b workload.Sample) int { return len(a.Topics) - len(b.Topics) })
	for i := range out {
		at := r.window.End.Add(time.Duration(i))
		out[i].Window = workload.Window{Start: at, End: at}
		out[i].Gaps = nil // they come with when they were open
	}
	return out
}

// cluster fills in the figures of the whole cluster.
func (r *reader) cluster(ctx context.Context, w *workload.Workload) error {
	sel := selection{level: ofCluster, cluster: r.name, from: r.span.first * minuteMillis, to: (r.span.first + int64(r.span.n)) * minuteMillis}
	days := newDayPeaks(r)
	err := r.store.each(ctx, sel, func(_ string, all []series) error {
		of := byQuantity(all)
		if err := r.learnSources(all, of[windowSeconds]); err != nil {
			return err
		}
		covered := make([]float32, r.span.n)
		came := sync.OnceValues(func() (track, error) { return readTrack(r.span, of[ingress], r.sources) }) // egress needs it too
		for _, q := range slices.Sorted(maps.Keys(of)) {
			into, ok := quantityOf(w, q)
			if !ok {
				continue
			}
			read := came
			if q != ingress {
				read = func() (track, error) { return readTrack(r.span, of[q], r.sources) }
			}
			tr, err := read()
			if err != nil {
				return err
			}
			days.add(q, tr) // what was seen alone: no forecast rests on egress that is assumed
			if q == egress {
				in, err := came()
				if err != nil {
					return err
				}
				tr = r.assumeEgress(tr, in)
			}
			into(tr, r)
			c, err := r.compareSources(q, of[q])
			if err != nil {
				return err
			}
			if c != nil {
				w.Comparisons = append(w.Comparisons, *c)
			}
			if q == ingress || q == messages {
				r.mark(covered, tr)
			}
		}
		r.hottestOn(w, of)
		r.coverage(w, covered)
		w.DailyPeaks = days.rows(covered)
		return nil
	})
	if err == nil && w.Coverage == 0 && len(r.gaps) == 0 {
		r.coverage(w, make([]float32, r.span.n))
	}
	return err
}

func byQuantity(all []series) map[quantity][]series {
	out := map[quantity][]series{}
	for _, s := range all {
		out[s.id.quantity] = append(out[s.id.quantity], s)
	}
	return out
}

// quantityOf says where a quantity belongs in w.
func quantityOf(w *workload.Workload, q quantity) (func(track, *reader), bool) {
	quantities := map[quantity]**workload.Quantity{
		ingress: &w.IngressBytesPerSec, egress: &w.EgressBytesPerSec, messages: &w.MessagesPerSec, hottestIngress: &w.HottestIngress,
		hottestEgress: &w.HottestEgress, connections: &w.ClientConnections, attempts: &w.ConnectionsPerSec, requests: &w.RequestsPerSec,
	}
	if into, ok := quantities[q]; ok {
		return func(tr track, r *reader) { *into = tr.statistics(r.worth, r.sourceNamer(ofCluster, q)) }, true
	}
	figures := map[quantity]**workload.Figure{
		stored: &w.StoredBytes, topics: &w.Topics, partitions: &w.Partitions, compacted: &w.CompactedPartitions, groups: &w.ConsumerGroups,
	}
	if into, ok := figures[q]; ok {
		return func(tr track, r *reader) { *into = or(tr.last(r.sourceNamer(ofCluster, q)), *into) }, true
	}
	return nil, false
}

// learnSources lists the sources and how long the windows behind their minutes were.
func (r *reader) learnSources(all, windows []series) error {
	seen := map[string]bool{}
	for _, s := range all {
		seen[s.id.source] = true
	}
	r.sources = slices.Sorted(maps.Keys(seen))
	r.coarse = make([][]float32, len(r.sources))
	for _, s := range windows {
		i := slices.Index(r.sources, s.id.source)
		err := s.each(func(t int64, seconds float64) {
			m, ok := r.span.index(t)
			if !ok || seconds < 90 {
				return
			}
			if r.coarse[i] == nil {
				r.coarse[i] = make([]float32, r.span.n)
			}
			r.coarse[i][m] = float32(seconds)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// windowOf is the length of the window behind a minute in seconds.
func (r *reader) windowOf(source uint8, minute int) float64 {
	if int(source) < len(r.coarse) && r.coarse[source] != nil && minute >= 0 && minute < r.span.n {
		if seconds := r.coarse[source][minute]; seconds > 0 {
			return float64(seconds)
		}
	}
	return 60
}

// worth is what a minute counts as a value of its own: the sixtieth part when it was read back with its hour.
func (r *reader) worth(source uint8, minute int) float64 {
	return min(1, 60/r.windowOf(source, minute))
}

// worthOf is worth for parts of five minutes; nil when every minute was one of its own.
func (r *reader) worthOf() func(source uint8, p *part) float64 {
	for _, c := range r.coarse {
		if c != nil {
			return func(source uint8, p *part) float64 { return r.worth(source, p.minuteIn(r.span)) }
		}
	}
	return nil
}

// mark notes for every minute with a figure how long the window behind it was; 0 stays where there is none.
func (r *reader) mark(covered []float32, tr track) {
	for i, c := range tr.cells {
		if c.rank == 0 || c.low <= 0 && c.high > 0 {
			continue // of a minute between nothing and a ceiling nothing was seen
		}
		if seconds := float32(r.windowOf(c.source, i)); covered[i] == 0 || seconds < covered[i] {
			covered[i] = seconds
		}
	}
}

// sourceNamer returns what names the sources of a quantity in the words that they used themselves.
func (r *reader) sourceNamer(lv level, q quantity) func(sources uint64, rank uint8) string {
	return func(sources uint64, rank uint8) string {
		var names []string
		for i, source := range r.sources {
			if sources>>i&1 == 0 {
				continue
			}
			words, ok := r.words[wordsKey(lv, q, source, methods[rank-1])]
			if !ok {
				words = source
			}
			names = append(names, words)
		}
		return strings.Join(names, ", ")
	}
}

// blockReaders are what goroutines read topics and groups with.
var blockReaders = sync.Pool{New: func() any { return &blockReader{} }}

// eachName reads the quantities of every topic or group.
func (r *reader) eachName(ctx context.Context, lv level, quantities []quantity, visit func(name string, found map[quantity]*workload.Quantity)) error {
	// The last row of a block may stand for minutes of which only some are in the window; whole blocks are read.
	from := r.span.first / blockMinutes * blockMinutes
	sel := selection{level: lv, cluster: r.name, from: from * minuteMillis, to: (r.span.first + int64(r.span.n)) * minuteMillis, quantities: quantities}
	var mu sync.Mutex
	return r.store.each(ctx, sel, func(name string, all []series) error {
		b := blockReaders.Get().(*blockReader)
		defer blockReaders.Put(b)
		found := map[quantity]*workload.Quantity{}
		for q, mine := range byQuantity(all) {
			parts, err := b.read(mine, r.sources)
			if err != nil {
				return err
			}
			found[q] = b.statistics(parts, r.worthOf(), r.sourceNamer(lv, q))
		}
		mu.Lock()
		defer mu.Unlock()
		visit(strings.Clone(name), found)
		return nil
	})
}

func (r *reader) topics(ctx context.Context, w *workload.Workload) error {
	at := map[string]*workload.TopicWorkload{}
	for i := range w.TopicList {
		at[w.TopicList[i].Name] = &w.TopicList[i]
	}
	var gone []string
	err := r.eachName(ctx, ofTopic, nil, func(name string, found map[quantity]*workload.Quantity) {
		t := at[name]
		if t == nil {
			gone = append(gone, name)
			return
		}
		t.IngressBytesPerSec, t.EgressBytesPerSec, t.MessagesPerSec = found[ingress], found[egress], found[messages]
		t.HottestIngress, t.HottestEgress = found[hottestIngress], found[hottestEgress]
	})
	slices.Sort(gone)
	r.vanished("topics", gone)
	return err
}

func (r *reader) groups(ctx context.Context, w *workload.Workload) error {
	at := map[string]*workload.GroupWorkload{}
	for i := range w.GroupList {
		at[w.GroupList[i].Name] = &w.GroupList[i]
	}
	var gone []string
	err := r.eachName(ctx, ofGroup, nil, func(name string, found map[quantity]*workload.Quantity) {
		if g := at[name]; g != nil {
			g.EgressBytesPerSec = found[egress]
			return
		}
		gone = append(gone, name)
	})
	slices.Sort(gone)
	r.vanished("consumer groups", gone)
	return err
}

// vanished tells of names that have values in the window and are no longer there.
func (r *reader) vanished(what string, names []string) {
	if len(names) == 0 {
		return
	}
	list := names
	if len(list) > 3 {
		list = append(slices.Clone(names[:3]), fmt.Sprintf("and %d more", len(names)-3))
	}
	r.gaps = append(r.gaps, workload.Gap{Source: "history", What: what + " " + strings.Join(list, ", "),
		Why:    "they carried data in the window and are no longer there",
		Effect: "they are not listed; their bytes are part of the cluster's figures", Inherent: true})
}
