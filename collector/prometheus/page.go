package prometheus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

// page is what one reading of a broker's pages shows.
type page struct {
	// at is the instant of the reading, give or take blur.
	at   time.Time
	blur time.Duration
	// series holds each quantity's series by their labels.
	series [quantities]map[string]counted
	// started is when the process says that it began, in seconds; 0: it does not say.
	started float64
	node    node
}

// counted is one series of a page.
type counted struct {
	topic string
	value float64
}

// reader reads the series of pages that are wanted.
type reader struct {
	names  *names
	match  *selector
	topics *regexp.Regexp // nil: none
}

// errNothing is for a page without a series that the names know.
var errNothing = errors.New("it has none of the expected series")

// read parses a page of the text format, of OpenMetrics or of Prometheus's protocol buffers. A line that is malformed spoils
// the page: what comes after it cannot be trusted, and half a page looks like a broker with little traffic. Values that are no
// counts (NaN, negative) are left out.
func (r reader) read(body []byte, contentType string) (p *page, err error) {
	p = &page{}
	for q := range p.series {
		p.series[q] = map[string]counted{}
	}
	found := false
	err = eachSeries(body, contentType, r.names.wanted(), func(l labels.Labels, v float64) {
		p.node.take(l, v)
		if l.Get(model.MetricNameLabel) == "process_start_time_seconds" {
			p.started = v
		}
		if r.match != nil && !r.match.picks(l) {
			return
		}
		for q, s := range r.names.of {
			if s.picks(l) && v >= 0 && !math.IsInf(v, 1) {
				found = true
				if topic := l.Get(r.names.TopicLabel); topic == "" || !quantity(q).byTopic() || r.topics != nil &&
					r.topics.MatchString(topic) {
					p.series[q][l.String()] = counted{topic, v}
				}
			}
		}
	})
	if err == nil && !found {
		err = errNothing
	}
	return p, err
}

// eachSeries visits the plain values of a page. A page without a content type is taken for the text format. The parser is
// given arbitrary bytes, so that a fault of its own must not end the program.
//
// wanted looks at a series as it is on the page, which begins with its name or with a brace; nil wants all. A busy broker's
// page has a hundred thousand series, and a few thousand are wanted.
func eachSeries(body []byte, contentType string, wanted func([]byte) bool, visit func(labels.Labels, float64)) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("it cannot be parsed: %v", fault)
		}
	}()
	parser, err := textparse.New(body, contentType, labels.NewSymbolTable(),
		textparse.ParserOptions{FallbackContentType: "text/plain"})
	if parser == nil {
		return fmt.Errorf("it cannot be parsed: %w", err)
	}
	for {
		entry, err := parser.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("it is malformed: %w", err)
		case entry != textparse.EntrySeries:
			continue
		}
		text, _, v := parser.Series()
		if wanted != nil && !wanted(text) {
			continue
		}
		var l labels.Labels
		parser.Labels(&l)
		visit(l, v)
	}
}

// wanted says quickly of most series that they are none of the wanted ones; nil where a selector has no name.
func (n *names) wanted() func([]byte) bool {
	known := [][]byte{[]byte("process_start_time_seconds"), []byte("node_")}
	for _, s := range n.of {
		if s == nil {
			continue
		}
		if s.name == "" {
			return nil
		}
		known = append(known, []byte(s.name))
	}
	return func(series []byte) bool {
		return bytes.HasPrefix(series, []byte("{")) ||
			slices.ContainsFunc(known, func(name []byte) bool { return bytes.HasPrefix(series, name) })
	}
}

// recognize returns the first names that occur on the page.
func recognize(body []byte, contentType string, match *selector, candidates []names) (*names, error) {
	found := make([]bool, len(candidates))
	err := eachSeries(body, contentType, nil, func(l labels.Labels, _ float64) {
		for i := range candidates {
			n := &candidates[i]
			found[i] = found[i] || (match == nil || match.picks(l)) && n.of[n.first()].picks(l)
		}
	})
	if err != nil {
		return nil, err
	}
	for i := range found {
		if found[i] {
			return &candidates[i], nil
		}
	}
	return nil, errNothing
}
