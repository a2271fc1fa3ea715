package prometheus

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/promclient"
	"github.com/mskfit/mskfit/internal/workload"
)

// fromPages is the source that samples and gaps of pages name. It is not a server's: both may watch one cluster, and history keeps
// what each source says apart.
const fromPages = "exporters"

// PageSource reads the pages of a cluster's exporters. Rates are between two readings, so that the first gives none.
type PageSource struct {
	cfg        Exporters
	client     *promclient.Client
	now        func() time.Time
	candidates []names
	reader     reader
	naming     sync.Mutex // of reader.names, while pages are read
	targets    []target
	// earlier are the pages of the last reading by broker, read at the instant before.
	earlier map[string]*page
	before  time.Time
}

var _ collector.Source = (*PageSource)(nil)

// target is where one broker's pages are.
type target struct {
	name, jmx, node string
	id              *int32
}

// NewPageSource returns a source of the pages that the configuration names; nothing is asked yet.
func NewPageSource(cfg Exporters, now func() time.Time) (*PageSource, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	client, err := promclient.New(cfg.Config)
	if err != nil {
		return nil, err
	}
	s := &PageSource{cfg: cfg, client: client, now: now, targets: cfg.targets()}
	s.reader.topics = topicPattern(cfg.Topics)
	if s.reader.match, err = parseSelector(cfg.Match); err != nil {
		return nil, err
	}
	s.candidates, err = compileAll(cfg.Metrics)
	return s, err
}

func compileAll(m Metrics) ([]names, error) {
	var all []names
	for _, c := range m.candidates() {
		n, err := c.compile()
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// Close lets go of idle connections.
func (s *PageSource) Close() { s.client.Close() }

func (e Exporters) targets() []target {
	var all []target
	for _, host := range e.Hosts {
		t := target{name: host, jmx: fmt.Sprintf("http://%s/metrics", net.JoinHostPort(host, strconv.Itoa(e.JMXPort)))}
		if e.NodePort > 0 {
			t.node = fmt.Sprintf("http://%s/metrics", net.JoinHostPort(host, strconv.Itoa(e.NodePort)))
		}
		all = append(all, t)
	}
	for _, b := range e.Brokers {
		t := target{name: b.JMX, jmx: b.JMX, node: b.Node, id: b.ID}
		if u, err := url.Parse(b.JMX); err == nil {
			t.name = u.Host
		}
		all = append(all, t)
	}
	return all
}

// answer is what came of reading one broker's pages.
type answer struct {
	page *page
	err  error // of the JMX page
	node error
}

// Collect reads all pages at once and compares them with those of the last reading. Its window is between the two readings,
// whatever was asked for. A page that cannot be read is a gap, and makes the figures floors.
func (s *PageSource) Collect(ctx context.Context, _ workload.Window) (workload.Sample, error) {
	began := s.now()
	answers := s.readAll(ctx)
	instant := began.Add(s.now().Sub(began) / 2)
	pages := map[string]*page{}
	var errs []error
	for i, t := range s.targets {
		if a := answers[i]; a.err == nil {
			pages[t.name] = a.page
		} else {
			errs = append(errs, fmt.Errorf("broker %s: %w", t.name, a.err))
		}
	}
	if len(pages) == 0 {
		s.reader.names = nil // perhaps the next pages are another exporter's
		return workload.Sample{Source: fromPages}, fmt.Errorf("read metrics pages: %w", errors.Join(errs...))
	}
	r := s.compareAll(workload.Window{Start: s.before.UTC(), End: instant.UTC()}, pages, answers)
	s.earlier, s.before = pages, instant
	return r.sample(), nil
}

func (s *PageSource) compareAll(w workload.Window, pages map[string]*page, answers []answer) *reading {
	unrated := len(s.earlier) == 0 || w.Duration() <= 0
	if unrated {
		w.Start = w.End
	}
	r := newReading(fromPages, fromPages+": counters", s.reader.names, w)
	r.unrated = unrated
	for i, t := range s.targets {
		now, before := pages[t.name], s.earlier[t.name]
		switch {
		case now == nil:
			r.missing[t.name] = answers[i].err.Error()
		case unrated:
			r.levels(t.name, now)
		case before == nil:
			r.levels(t.name, now)
			r.missing[t.name] = "its page could not be read at the previous reading"
		default:
			r.compare(t.name, before, now)
		}
		if answers[i].node != nil {
			r.gaps.Count("processor and disk of broker", t.name, answers[i].node.Error(), "its load is unknown")
		}
		if now != nil {
			r.noteNode(t, before, now)
		}
	}
	return r
}

// noteNode keeps what is known of a broker beside its traffic.
func (r *reading) noteNode(t target, before, now *page) {
	b := workload.Broker{Host: hostOf(t.name), StorageUsedRatio: now.node.used(fromPages)}
	if t.id != nil {
		b.ID = *t.id
	} else {
		id, known := brokerID(t.name, r.names.Preset)
		if !known {
			return
		}
		b.ID = id
	}
	if before != nil {
		b.CPUBusyRatio = now.node.busy(&before.node, fromPages)
	}
	r.nodes[t.name] = b
}

// Ping reads all pages and returns what is wrong with each, joined.
func (s *PageSource) Ping(ctx context.Context) error {
	var errs []error
	for i, a := range s.readAll(ctx) {
		if a.err != nil {
			errs = append(errs, fmt.Errorf("broker %s: %w", s.targets[i].name, a.err))
		}
		if a.node != nil {
			errs = append(errs, fmt.Errorf("broker %s: %w", s.targets[i].name, a.node))
		}
	}
	return errors.Join(errs...)
}
