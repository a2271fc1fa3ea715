package analyzer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

var propertyNow = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// drawn makes inputs of all sizes, observed and declared, with and without bounds, topics, groups and declarations.
func drawn(t *rapid.T) Input {
	magnitude := func(label string, low, high float64) float64 {
		return math.Pow(10, rapid.Float64Range(low, high).Draw(t, label))
	}
	spread := rapid.SampledFrom([]float64{0, 0.02, 0.2, 0.6}).Draw(t, "spread")
	figure := func(v float64) workload.Figure {
		return workload.Between(v, v*(1-spread), v*(1+spread), workload.Estimated, "drawn")
	}
	quantity := func(v float64) *workload.Quantity {
		p99, peak := v*rapid.Float64Range(1, 3).Draw(t, "p99"), v*rapid.Float64Range(3, 6).Draw(t, "peak")
		return &workload.Quantity{Figure: figure(v), P99: &p99, Peak: &peak, Samples: 20000}
	}
	in := Input{Options: DefaultOptions()}
	w := &in.Workload
	w.Region = rapid.SampledFrom([]string{"us-east-1", "eu-central-1", "us-west-2", "us-west-1"}).Draw(t, "region")
	w.Window = workload.Window{Start: propertyNow.AddDate(0, 0, -14), End: propertyNow}
	w.Coverage, w.RackAwareConsumers = 1, rapid.Bool().Draw(t, "rack")
	ingress := magnitude("ingress", 4, 10)
	w.IngressBytesPerSec = quantity(ingress)
	w.EgressBytesPerSec = quantity(ingress * rapid.Float64Range(0, 6).Draw(t, "fan-out"))
	if rapid.Bool().Draw(t, "unbounded egress") {
		w.EgressBytesPerSec.High = math.Inf(1)
	}
	days := time.Duration(rapid.IntRange(1, 60).Draw(t, "days")) * 24 * time.Hour
	w.Retention = &days
	w.ReplicationFactor = rapid.IntRange(0, 4).Draw(t, "copies")
	drawnTopics(t, w, ingress, quantity)
	in.Requirements = drawnRequirements(t)
	return in
}

func drawnTopics(t *rapid.T, w *workload.Workload, ingress float64, quantity func(float64) *workload.Quantity) {
	n := rapid.IntRange(1, 12).Draw(t, "topics")
	total, compacted := 0, 0
	for i := range n {
		partitions := rapid.IntRange(1, 400).Draw(t, "partitions")
		total += partitions
		share := ingress / float64(n)
		hot := min(share/float64(partitions)*rapid.Float64Range(1, 3).Draw(t, "skew"), share)
		topic := workload.TopicWorkload{Name: fmt.Sprintf("topic-%02d", i), Partitions: partitions, ReplicationFactor: 3,
			Config: map[string]workload.ConfigValue{}, IngressBytesPerSec: quantity(share), HottestIngress: quantity(hot)}
		isCompacted := rapid.IntRange(0, 5).Draw(t, "compacted") == 0
		topic.Compacted = &isCompacted
		if isCompacted {
			compacted += partitions
		}
		if rapid.IntRange(0, 5).Draw(t, "segment") == 0 {
			topic.Config["segment.bytes"] = workload.ConfigValue{Value: "52428800", Source: "topic"}
		}
		stored := share * w.Retention.Seconds()
		topic.StoredBytes = workload.Exactly(stored, workload.Measured, "drawn").Ptr()
		group := fmt.Sprintf("group-%d", rapid.IntRange(0, n-1).Draw(t, "group"))
		topic.Groups = []string{group}
		w.TopicList = append(w.TopicList, topic)
		if !slices.ContainsFunc(w.GroupList, func(g workload.GroupWorkload) bool { return g.Name == group }) {
			w.GroupList = append(w.GroupList, workload.GroupWorkload{Name: group, Type: "classic"})
		}
		for g := range w.GroupList {
			if w.GroupList[g].Name == group {
				w.GroupList[g].Topics = append(w.GroupList[g].Topics, topic.Name)
			}
		}
		w.HottestIngress = hotter(w.HottestIngress, topic.HottestIngress)
	}
	count := func(v int) *workload.Figure { return workload.Exactly(float64(v), workload.Measured, "drawn").Ptr() }
	w.Partitions, w.CompactedPartitions, w.ConsumerGroups, w.Topics = count(total), count(compacted), count(len(w.GroupList)),
		count(n)
	if rapid.Bool().Draw(t, "messages known") {
		w.MaxMessageBytes = count(rapid.SampledFrom([]int{1 << 20, 9 << 20}).Draw(t, "largest"))
	}
	if rapid.Bool().Draw(t, "requests known") {
		w.RequestsPerSec = quantity(rapid.Float64Range(10, 20000).Draw(t, "requests"))
	}
}

func drawnRequirements(t *rapid.T) workload.Requirements {
	maybe := func(label string) *bool {
		switch rapid.IntRange(0, 2).Draw(t, label) {
		case 0:
			return nil
		case 1:
			yes := true
			return &yes
		}
		no := false
		return &no
	}
	r := workload.Requirements{OperationsTeam: maybe("team"), ZooKeeperAccess: maybe("zookeeper"), ACLs: maybe("acls"),
		AuthenticationChange: maybe("change"), Splittable: maybe("splittable")}
	r.Authentication = rapid.SampledFrom([][]string{nil, {"iam"}, {"sasl_scram"}, {"kerberos"}}).Draw(t, "authentication")
	r.BrokerConfigurationDeclared = rapid.Bool().Draw(t, "configuration declared")
	if r.BrokerConfigurationDeclared && rapid.Bool().Draw(t, "configuration") {
		r.BrokerConfiguration = []string{"log.retention.hours"}
	}
	if rapid.Bool().Draw(t, "readers declared") {
		n := float64(rapid.IntRange(0, 3).Draw(t, "readers"))
		r.ExtraReaders = &n
	}
	return r
}

func prepared(t testing.TB, in Input) Input {
	in.Catalog = embedded(t)
	in.Workload = sanitized(in.Workload)
	in.Options = in.Options.withDefaults()
	return in
}

// heavier is the workload with k times the traffic.
func heavier(w workload.Workload, k float64) workload.Workload {
	for _, q := range []**workload.Quantity{&w.IngressBytesPerSec, &w.EgressBytesPerSec, &w.HottestIngress, &w.HottestEgress,
		&w.RequestsPerSec} {
		*q = scaled(*q, k)
	}
	w.TopicList = slices.Clone(w.TopicList)
	for i := range w.TopicList {
		t := &w.TopicList[i]
		t.IngressBytesPerSec, t.HottestIngress, t.StoredBytes = scaled(t.IngressBytesPerSec, k), scaled(t.HottestIngress, k),
			t.StoredBytes.Scale(k).Ptr()
	}
	return w
}

// cheapestCost is the bill of the cheapest option that may be chosen; +Inf where there is none.
func cheapestCost(d *decision) float64 {
	if i := d.cheapest(-1); i >= 0 {
		return d.options[i].cost
	}
	return math.Inf(1)
}

// noSmaller checks that no option of after has fewer brokers, a lower bill or a better standing than in before.
func noSmaller(t *rapid.T, what string, before, after *decision) {
	for i := range before.options {
		b := &before.options[i]
		if b.kind == verdict.ServerlessSplit {
			continue // whether it is considered depends on the single cluster
		}
		a := after.sizedAs(b)
		if a.brokers < b.brokers || a.cost < b.cost-0.005 {
			t.Fatalf("%s: %s %s went from %d brokers at %.2f to %d at %.2f", what, b.kind, b.size, b.brokers, b.cost, a.brokers,
				a.cost)
		}
		if a.eligible() && !b.eligible() {
			t.Fatalf("%s: %s %s may be chosen now, before: %s", what, b.kind, b.size, b.binding())
		}
	}
}

func (d *decision) sizedAs(o *option) *option {
	for i := range d.options {
		if a := &d.options[i]; a.twin(o) {
			return a
		}
	}
	return nil
}

// More load never needs a smaller or cheaper cluster, and never makes one fit that did not.
func TestMoreLoadIsNeverCheaper(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := prepared(t, drawn(rt))
		in.Requirements.Splittable = nil
		more := in
		more.Workload = heavier(in.Workload, rapid.Float64Range(1, 5).Draw(rt, "times"))
		before, after := decide(&in, forComparison), decide(&more, forComparison)
		noSmaller(rt, "more load", before, after)
		if cheapestCost(after) < cheapestCost(before)-0.005 {
			rt.Fatalf("the cheapest went from %.2f to %.2f", cheapestCost(before), cheapestCost(after))
		}
	})
}

// More headroom never lowers a bill.
func TestMoreHeadroomIsNeverCheaper(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := prepared(t, drawn(rt))
		in.Requirements.Splittable = nil
		in.Options.Profile = rapid.SampledFrom([]string{"mskfit", "aws-script", "aws-guide"}).Draw(rt, "profile")
		more := in
		more.Options.Headroom = rapid.Float64Range(in.Options.Headroom, 0.9).Draw(rt, "headroom")
		noSmaller(rt, "more headroom", decide(&in, forComparison), decide(&more, forComparison))
	})
}

// The order of topics and groups never matters, and the same input gives the same bytes.
func TestOrderNeverMatters(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := drawn(rt)
		in.Catalog = embedded(t)
		want, err := json.Marshal(Analyze(in, propertyNow))
		if err != nil {
			rt.Fatal(err)
		}
		again, err := json.Marshal(Analyze(in, propertyNow))
		if err != nil || !bytes.Equal(want, again) {
			rt.Fatalf("the same input gave other bytes: %v", err)
		}
		shuffled := in
		shuffled.Workload.TopicList, shuffled.Workload.GroupList = slices.Clone(in.Workload.TopicList),
			slices.Clone(in.Workload.GroupList)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		random.Shuffle(len(shuffled.Workload.TopicList), func(i, j int) {
			l := shuffled.Workload.TopicList
			l[i], l[j] = l[j], l[i]
		})
		random.Shuffle(len(shuffled.Workload.GroupList), func(i, j int) {
			l := shuffled.Workload.GroupList
			l[i], l[j] = l[j], l[i]
		})
		got, err := json.Marshal(Analyze(shuffled, propertyNow))
		if err != nil || !bytes.Equal(want, got) {
			rt.Fatalf("another order gave another verdict: %v", err)
		}
	})
}

// Bounds that widen never turn unknown into pass, nor fail into pass, for limits that do not move with them.
func TestWiderBoundsNeverPass(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := prepared(t, drawn(rt))
		in.Requirements.Splittable = nil
		wide := in
		low, high := rapid.Float64Range(0, 1).Draw(rt, "low"), rapid.Float64Range(1, 3).Draw(rt, "high")
		widen := func(q *workload.Quantity) *workload.Quantity {
			if q == nil {
				return nil
			}
			c := *q
			c.Low, c.High = q.Low*low, q.High*high
			return &c
		}
		w := &wide.Workload
		w.IngressBytesPerSec, w.EgressBytesPerSec = widen(w.IngressBytesPerSec), widen(w.EgressBytesPerSec)
		w.HottestIngress, w.RequestsPerSec = widen(w.HottestIngress), widen(w.RequestsPerSec)
		before, after := decide(&in, forVerdict), decide(&wide, forVerdict)
		now := map[string]verdict.Outcome{}
		for _, r := range after.single().evaluation.rules {
			now[r.ID] = r.Outcome
		}
		for _, r := range before.single().evaluation.rules {
			if (r.Outcome == verdict.Unknown || r.Outcome == verdict.Fail) && now[r.ID] == verdict.Pass {
				rt.Fatalf("%s went from %s to pass", r.ID, r.Outcome)
			}
		}
	})
}

// An action fixes the rule that it names, and says which other rule it breaks.
func TestActionsFixAndBreakNothingUnsaid(t *testing.T) {
	tried := 0
	rapid.Check(t, func(rt *rapid.T) {
		in := prepared(t, drawn(rt))
		d := decide(&in, forVerdict)
		for _, k := range []verdict.Kind{verdict.Serverless, verdict.Express, verdict.Standard} {
			o := d.representative(k)
			remedies, _ := d.remedies(o)
			for _, r := range remedies {
				if r.near {
					continue // no action
				}
				tried++
				fixed := in
				r.apply(&fixed)
				after := map[string]verdict.Outcome{}
				for _, rule := range decide(&fixed, forVerdict).sizedAs(o).evaluation.rules {
					after[rule.ID] = rule.Outcome
				}
				said := ""
				for _, a := range r.actions {
					said += a.Why
					if a.Fixes != o.evaluation.id(r.rule) {
						rt.Fatalf("%+v does not name %s", a, r.rule)
					}
				}
				if got := after[o.evaluation.id(r.rule)]; got != verdict.Pass && got != verdict.NotApplicable {
					rt.Fatalf("%s is %s after %+v", r.rule, got, r.actions)
				}
				for _, rule := range o.evaluation.rules {
					if now := after[rule.ID]; rule.Outcome == verdict.Pass && (now == verdict.Fail || now == verdict.Unknown) &&
						!strings.Contains(said, rule.Title) {
						rt.Fatalf("%s went from pass to %s after %+v", rule.ID, now, r.actions)
					}
				}
			}
		}
	})
	if tried == 0 {
		t.Error("no remedy was tried")
	}
}

// Deciding again leaves out what cannot be the choice, and takes the same cluster as deciding in full.
func TestPruningNeverChangesTheChoice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := prepared(t, drawn(rt))
		in.Requirements.Prefer = rapid.SampledFrom([]string{"", "serverless", "serverless_split", "standard", "express"}).Draw(rt,
			"prefer")
		full := decide(&in, forVerdict)
		quick := full.again(&in, forChoice)
		if got, want := quick.outcome(), full.outcome(); got != want {
			rt.Fatalf("got %s, want %s", got, want)
		}
	})
}

// A tipping point is a choice that the policy really takes at that position, of another kind or size.
func TestTippingPointsChangeTheChoice(t *testing.T) {
	found := 0
	rapid.Check(t, func(rt *rapid.T) {
		in := prepared(t, drawn(rt))
		d := decide(&in, forVerdict)
		if d.chosen < 0 {
			return
		}
		chosen := d.options[d.chosen].choice()
		search := &decision{evalContext: evalContextOf(d.in, d.evalContext, forComparison)}
		for _, v := range d.sensitivityInputs() {
			x, to, ok := search.tippingPoint(d.load, v, chosen, 6)
			if !ok {
				continue
			}
			found++
			full := &decision{evalContext: evalContextOf(d.in, nil, forVerdict)}
			full.evaluate(v.at(d.load, x))
			if got := full.options[full.chosen].choice(); got != to || got.Kind == chosen.Kind && got.Size == chosen.Size &&
				got.TieredStorage == chosen.TieredStorage {
				rt.Fatalf("%s: got %+v, want %+v, another than %+v", v.say(x), got, to, chosen)
			}
		}
	})
	if found == 0 {
		t.Error("nothing flipped")
	}
}
