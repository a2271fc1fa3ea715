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
// minutes' means and maxima for topics and groups, and the latest facts. Minutes without data are left out of the statistics
// and counted
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
	span    span            // of the cluster's minutes
	facts   []workload.Sample
	words   map[string]string
	sources []string
	// coarse[source][minute] is the length of the window behind the minute, in seconds; nil for a source all of whose windows
	// are a minute.
	coarse [][]float32
	gaps   []workload.Gap
}

func (s *Store) reader(ctx context.Context, cluster string, w workload.Window) (*reader, error) {
	if now := s.now(); w.End.After(now) {
		w.End = now
	}
	r := &reader{store: s, name: cluster, window: w, span: spanOf(ofCluster, w)}
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

// selection is what is read of a level in the window.
func (r *reader) selection(lv level, q ...Quantity) selection {
	return selection{level: lv, cluster: r.name, span: spanOf(lv, r.window), quantities: q}
}

// cluster fills in the figures of the whole cluster.
func (r *reader) cluster(ctx context.Context, w *workload.Workload) error {
	covered := make([]float32, r.span.n)
	days := newDayPeaks(r)
	err := r.store.each(ctx, r.selection(ofCluster), func(_ string, all []series) error {
		of := byQuantity(all)
		if err := r.readSources(all, of[windowSeconds]); err != nil {
			return err
		}
		in, err := r.clusterTrack(w, Ingress, of[Ingress])
		if err != nil {
			return err
		}
		for _, q := range slices.Sorted(maps.Keys(of)) {
			into, ok := quantityOf(w, q)
			if !ok {
				continue
			}
			tr := in
			if q != Ingress {
				if tr, err = r.clusterTrack(w, q, of[q]); err != nil {
					return err
				}
			}
			days.add(q, tr) // without what is assumed: no forecast rests on that
			if q == Ingress || q == Messages {
				r.mark(covered, tr)
			}
			if q == Egress {
				tr = r.assumeEgress(tr, in)
			}
			into(tr, r)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(w.Comparisons, func(a, b workload.Comparison) int { return strings.Compare(a.Quantity, b.Quantity) })
	r.coverage(w, covered)
	w.DailyPeaks = days.rows(covered)
	return r.hottestOn(ctx, w)
}

// clusterTrack reads a quantity of the cluster, and compares its sources on the way.
func (r *reader) clusterTrack(w *workload.Workload, q Quantity, all []series) (track, error) {
	sources, err := sourceTracks(r.span, all, r.sources)
	if err != nil {
		return track{}, err
	}
	if c := r.compareSources(q, sources); c != nil {
		w.Comparisons = append(w.Comparisons, *c)
	}
	return merge(r.span, sources), nil
}

func byQuantity(all []series) map[Quantity][]series {
	out := map[Quantity][]series{}
	for _, s := range all {
		out[s.id.quantity] = append(out[s.id.quantity], s)
	}
	return out
}

// quantityOf says where a quantity belongs in w.
func quantityOf(w *workload.Workload, q Quantity) (func(track, *reader), bool) {
	quantities := map[Quantity]**workload.Quantity{
		Ingress: &w.IngressBytesPerSec, Egress: &w.EgressBytesPerSec, Messages: &w.MessagesPerSec,
		HottestIngress: &w.HottestIngress,
		HottestEgress:  &w.HottestEgress, Connections: &w.ClientConnections, Attempts: &w.ConnectionsPerSec,
		Requests: &w.RequestsPerSec,
		Batches:  &w.BatchesPerSec,
	}
	if into, ok := quantities[q]; ok {
		return func(tr track, r *reader) {
			*into = new(trackReader).statistics(tr, r.worth, r.sourceNamer(ofCluster, q))
		}, true
	}
	figures := map[Quantity]**workload.Figure{
		Stored: &w.StoredBytes, Topics: &w.Topics, Partitions: &w.Partitions, Compacted: &w.CompactedPartitions,
		Groups: &w.ConsumerGroups,
	}
	if into, ok := figures[q]; ok {
		return func(tr track, r *reader) { *into = or(tr.last(r.sourceNamer(ofCluster, q)), *into) }, true
	}
	return nil, false
}

// readSources lists the sources and how long the windows behind their minutes were.
func (r *reader) readSources(all, windows []series) error {
	seen := map[string]bool{}
	for _, s := range all {
		seen[s.id.source] = true
	}
	r.sources = slices.Sorted(maps.Keys(seen))
	r.coarse = make([][]float32, len(r.sources))
	lengths, err := sourceTracks(r.span, windows, r.sources)
	for source, points := range lengths {
		for m, p := range points {
			if p.mask == 0 || !p.coarse {
				continue
			}
			if r.coarse[source] == nil {
				r.coarse[source] = make([]float32, r.span.n)
			}
			r.coarse[source][m] = float32(p.v)
		}
	}
	return err
}

// windowOf is the length of the window behind a minute, counted from 1970, in seconds.
func (r *reader) windowOf(source uint8, minute int64) float64 {
	i := minute - r.span.first
	if int(source) < len(r.coarse) && r.coarse[source] != nil && i >= 0 && i < int64(r.span.n) {
		if seconds := r.coarse[source][i]; seconds > 0 {
			return float64(seconds)
		}
	}
	return 60
}

// worth is what a minute counts as a value of its own: the sixtieth part when it was read back with its hour.
func (r *reader) worth(source uint8, minute int64) float64 {
	return min(1, 60/r.windowOf(source, minute))
}

// mark notes for every minute with a figure how long the window behind it was; 0 stays where there is none.
func (r *reader) mark(covered []float32, tr track) {
	for i, c := range tr.points {
		if c.rank == 0 || c.low <= 0 && c.high > 0 {
			continue // of a minute between nothing and a ceiling nothing was seen
		}
		if seconds := float32(r.windowOf(c.source, tr.minute(i))); covered[i] == 0 || seconds < covered[i] {
			covered[i] = seconds
		}
	}
}

// sourceNamer returns what names the sources of a quantity in the words that they used themselves.
func (r *reader) sourceNamer(lv level, q Quantity) func(sources uint64, rank uint8) string {
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

// trackReaders are what goroutines read topics and groups with.
var trackReaders = sync.Pool{New: func() any { return &trackReader{} }}

// eachName reads the quantities of every topic or group.
func (r *reader) eachName(ctx context.Context, lv level, quantities []Quantity,
	visit func(name string, found map[Quantity]*workload.Quantity)) error {
	sel := r.selection(lv, quantities...)
	var mu sync.Mutex
	return r.store.each(ctx, sel, func(name string, all []series) error {
		b := trackReaders.Get().(*trackReader)
		defer trackReaders.Put(b)
		found := map[Quantity]*workload.Quantity{}
		for q, mine := range byQuantity(all) {
			tr, err := b.read(sel.span, mine, r.sources)
			if err != nil {
				return err
			}
			found[q] = b.statistics(tr, r.worth, r.sourceNamer(lv, q))
		}
		mu.Lock()
		defer mu.Unlock()
		visit(name, found)
		return nil
	})
}

func (r *reader) topics(ctx context.Context, w *workload.Workload) error {
	at := map[string]*workload.TopicWorkload{}
	for i := range w.TopicList {
		at[w.TopicList[i].Name] = &w.TopicList[i]
	}
	var gone []string
	err := r.eachName(ctx, ofTopic, nil, func(name string, found map[Quantity]*workload.Quantity) {
		t := at[name]
		if t == nil {
			gone = append(gone, name)
			return
		}
		t.IngressBytesPerSec, t.EgressBytesPerSec, t.MessagesPerSec = found[Ingress], found[Egress], found[Messages]
		t.BatchesPerSec = found[Batches]
		t.HottestIngress, t.HottestEgress = found[HottestIngress], found[HottestEgress]
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
	err := r.eachName(ctx, ofGroup, nil, func(name string, found map[Quantity]*workload.Quantity) {
		if g := at[name]; g != nil {
			g.EgressBytesPerSec = found[Egress]
			return
		}
		gone = append(gone, name)
	})
	slices.Sort(gone)
	r.vanished("consumer groups", gone)
	return err
}

// vanished reports names that have values in the window and are no longer among the facts. Only a source that lists what there
// is shows that they are gone: metrics fall silent without traffic, too.
func (r *reader) vanished(what string, names []string) {
	if len(names) == 0 {
		return
	}
	list := names
	if len(list) > 3 {
		list = append(slices.Clone(names[:3]), fmt.Sprintf("and %d more", len(names)-3))
	}
	why := "they carried data in the window and publish no metrics any more: whether they still exist is not known"
	if r.listing() {
		why = "they carried data in the window and no longer exist"
	}
	r.gaps = append(r.gaps, workload.Gap{Source: "history", What: what + " " + strings.Join(list, ", "), Why: why,
		Effect: "they are not listed; their bytes are included in the cluster's figures", Inherent: true})
}

// listing reports whether one of the sources lists topics and groups, and does not only hear of them by their metrics.
func (r *reader) listing() bool {
	return slices.ContainsFunc(r.facts, func(s workload.Sample) bool { return s.Source == "kafka" })
}
