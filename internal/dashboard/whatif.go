package dashboard

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// whatIfPage decides again on the cluster's last input with other settings. The link keeps them.
type whatIfPage struct {
	Name    string
	Set     settings
	Regions []string
	// Problems are settings that make no sense; they are left out of the decision.
	Problems []string
	Now      view.Answer
	Then     view.Answer
	Prices   []view.Price
	// Difference is the change of the monthly price in words; empty where one of the two has none.
	Difference string
	Same       bool
	Missing    string
}

// settings are the form's fields as text; empty: as it is.
type settings struct{ Growth, Readers, Retention, Headroom, Region, Team string }

func settingsOf(q url.Values) settings {
	get := func(name string) string { return strings.TrimSpace(q.Get(name)) }
	return settings{get("growth"), get("readers"), get("retention"), get("headroom"), get("region"), get("team")}
}

func (s *server) whatIf(w http.ResponseWriter, r *http.Request) {
	c, found := s.find(w, r)
	if !found {
		return
	}
	p := whatIfPage{Name: c.Name, Set: settingsOf(r.URL.Query())}
	in, known := s.Agent.Input(c.Name)
	if !known {
		p.Missing = "There is nothing to decide on yet. " + waiting(c)
		s.render(w, http.StatusOK, "what-if.html", s.layout("What if: "+c.Name, "fleet", p))
		return
	}
	p.Regions = slices.Sorted(maps.Keys(in.Catalog.Regions))
	before := analyzer.Analyze(in, s.Now())
	changed, problems := p.Set.apply(in)
	p.Problems = problems
	after := analyzer.Analyze(changed, s.Now())
	then := view.Of(after, view.Past{})
	p.Now, p.Then, p.Prices = view.Of(before, view.Past{}).Answer, then.Answer, then.Prices
	p.Difference, p.Same = difference(before, after)
	s.render(w, http.StatusOK, "what-if.html", s.layout("What if: "+c.Name, "fleet", p))
}

func difference(before, after verdict.Verdict) (words string, same bool) {
	if before.Choice == nil || after.Choice == nil {
		return "", before.Choice == nil && after.Choice == nil
	}
	same = before.Choice.Name() == after.Choice.Name()
	switch d := after.Choice.MonthlyUSD - before.Choice.MonthlyUSD; {
	case d >= 1:
		words = view.AboutUSD(d) + " a month more than now"
	case d <= -1:
		words = view.AboutUSD(-d) + " a month less than now"
	default:
		words = "the same price as now"
	}
	return words, same
}

// apply returns the input with the settings in place, and what is wrong with those that cannot be used.
func (f settings) apply(in analyzer.Input) (analyzer.Input, []string) {
	var problems []string
	number := func(name, text string, low, high float64) (float64, bool) {
		if text == "" {
			return 0, false
		}
		v, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(strings.TrimSuffix(text, "%")), "+"), 64)
		if err != nil || !(v >= low && v <= high) {
			problems = append(problems, fmt.Sprintf("%s: %q is not a number from %g to %g", name, text, low, high))
			return 0, false
		}
		return v, true
	}
	if v, ok := number("Growth", f.Growth, -90, 1000); ok {
		grow(&in.Workload, 1+v/100)
	}
	if v, ok := number("More readers", f.Readers, 0, 1000); ok {
		if was := in.Requirements.ExtraReaders; was != nil {
			v += *was
		}
		in.Requirements.ExtraReaders = &v
	}
	if v, ok := number("Headroom", f.Headroom, 0, 90); ok {
		share := v / 100
		in.Requirements.Headroom = &share
	}
	if v, ok := number("Retention", f.Retention, 1, 100_000); ok {
		retain(&in.Workload, time.Duration(v*float64(time.Hour)))
	}
	switch f.Team {
	case "":
	case "yes", "no":
		team := f.Team == "yes"
		in.Requirements.OperationsTeam = &team
	default:
		problems = append(problems, fmt.Sprintf("Team: %q is neither yes nor no", f.Team))
	}
	if f.Region != "" {
		if _, known := in.Catalog.Regions[f.Region]; known {
			in.Workload.Region = f.Region
		} else {
			problems = append(problems, fmt.Sprintf("Region: there are no prices for %q", f.Region))
		}
	}
	return in, problems
}

// grow multiplies all traffic, and what it leaves in storage, by k. Topics, partitions, groups and connections stay as they are.
func grow(w *workload.Workload, k float64) {
	rates := func(all ...**workload.Quantity) {
		for _, q := range all {
			if *q != nil {
				scaled := (*q).Scale(k)
				*q = &scaled
			}
		}
	}
	bytes := func(f **workload.Figure) {
		if *f != nil {
			scaled := (*f).Scale(k)
			*f = &scaled
		}
	}
	rates(&w.IngressBytesPerSec, &w.EgressBytesPerSec, &w.MessagesPerSec, &w.HottestIngress, &w.HottestEgress, &w.RequestsPerSec,
		&w.BatchesPerSec)
	bytes(&w.StoredBytes)
	w.TopicList, w.GroupList = slices.Clone(w.TopicList), slices.Clone(w.GroupList)
	for i := range w.TopicList {
		t := &w.TopicList[i]
		rates(&t.IngressBytesPerSec, &t.EgressBytesPerSec, &t.MessagesPerSec, &t.HottestIngress, &t.HottestEgress, &t.BatchesPerSec)
		bytes(&t.StoredBytes)
	}
	for i := range w.GroupList {
		rates(&w.GroupList[i].EgressBytesPerSec)
	}
}

// retain sets the retention of every topic that is not compacted. What is stored then follows from the ingress.
func retain(w *workload.Workload, d time.Duration) {
	w.Retention, w.StoredBytes = &d, nil
	w.TopicList = slices.Clone(w.TopicList)
	for i := range w.TopicList {
		t := &w.TopicList[i]
		if t.Compacted != nil && *t.Compacted {
			continue
		}
		t.StoredBytes = nil
		if t.Config != nil {
			t.Config = maps.Clone(t.Config)
			t.Config["retention.ms"] = workload.ConfigValue{Value: strconv.FormatInt(d.Milliseconds(), 10), Source: "topic"}
			delete(t.Config, "retention.bytes")
		}
	}
}
