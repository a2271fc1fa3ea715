package prometheus

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// selector picks series by name and labels. It is used twice: as PromQL by a server, and against the series of a page.
type selector struct {
	name     string
	matchers []*labels.Matcher
}

// parseSelector reads name, name{label="value",…} or {label="value",…}. The empty text is nil: nothing is picked.
func parseSelector(text string) (*selector, error) {
	if text == "" {
		return nil, nil
	}
	all, err := parser.NewParser(parser.Options{}).ParseMetricSelector(text)
	if err != nil {
		return nil, fmt.Errorf("%q is not a selector like name{label=\"value\"}: %w", text, err)
	}
	s := &selector{}
	for _, m := range all {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
			s.name = m.Value
			continue
		}
		s.matchers = append(s.matchers, m)
	}
	return s, nil
}

// promQL writes the selector with more matchers, each as PromQL has it (topic="").
func (s *selector) promQL(more ...string) string {
	var all []string
	if s.name != "" {
		all = append(all, model.MetricNameLabel+"="+strconv.Quote(s.name))
	}
	for _, m := range s.matchers {
		all = append(all, m.String())
	}
	for _, m := range more {
		if m != "" {
			all = append(all, m)
		}
	}
	return "{" + strings.Join(all, ",") + "}"
}

// list is only the matchers, for promQL of another selector.
func (s *selector) list() string {
	if s == nil {
		return ""
	}
	return strings.Trim(s.promQL(), "{}")
}

// picks reports whether a series of a page is one of those. A label that is not there is an empty one, as in PromQL.
func (s *selector) picks(l labels.Labels) bool {
	if s == nil || s.name != "" && l.Get(model.MetricNameLabel) != s.name {
		return false
	}
	return !slices.ContainsFunc(s.matchers, func(m *labels.Matcher) bool { return !m.Matches(l.Get(m.Name)) })
}

// restricts reports whether the selector says anything of a label.
func (s *selector) restricts(label string) bool {
	return slices.ContainsFunc(s.matchers, func(m *labels.Matcher) bool { return m.Name == label })
}
