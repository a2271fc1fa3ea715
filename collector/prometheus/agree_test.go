package prometheus

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// threeWays are the sources of one cluster: its admin API, the brokers' pages, and a Prometheus that scrapes these.
type threeWays struct {
	admin  *kafka.Source
	pages  *PageSource
	server *ServerSource
}

func watchThreeWays(t *testing.T, c *testbed.Cluster) threeWays {
	t.Helper()
	targets := ""
	exporters := DefaultExporters()
	for i, page := range c.MetricsURLs() {
		id := int32(i + 1)
		exporters.Brokers = append(exporters.Brokers, Broker{JMX: page, ID: &id})
		u, err := url.Parse(page)
		if err != nil {
			t.Fatal(err)
		}
		targets += fmt.Sprintf("%q,", u.Host)
	}
	cfg := DefaultConfig()
	cfg.Match = `{job="kafka"}`
	cfg.URL = testbed.Prometheus(t, testbed.PrometheusOptions{
		Config: fmt.Sprintf("global: {scrape_interval: 1s}\nscrape_configs: [{job_name: kafka, static_configs: [{targets: [%s]}]}]\n", targets)})
	admin := kafka.DefaultConfig()
	admin.Bootstrap = c.Bootstrap()

	var w threeWays
	var err error
	if w.admin, err = kafka.New(admin, zerolog.Nop()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.admin.Close)
	if w.pages, err = NewPageSource(exporters, time.Now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.pages.Close)
	if w.server, err = NewServerSource(cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.server.Close)
	return w
}

// TestMeasuredThreeWaysAgree has one load of real brokers seen by the admin API, by the brokers' pages and by a real Prometheus, at
// once. Each must hold the brokers' own counters within its bounds, and the merged figure is a measured one.
func TestMeasuredThreeWaysAgree(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{Brokers: 2, Alone: true})
	ways := watchThreeWays(t, c)
	load := testbed.StartLoad(t, c)
	load.AwaitSteady()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()

	collect := func(s collector.Source, w workload.Window) workload.Sample {
		sample, err := s.Collect(ctx, w)
		if err != nil {
			t.Fatal(err)
		}
		return sample
	}
	before, err := c.Counters(ctx)
	if err != nil {
		t.Fatal(err)
	}
	collect(ways.pages, workload.Window{})
	tick := time.NewTicker(4 * time.Second)
	defer tick.Stop()
	for range 10 {
		collect(ways.admin, workload.Window{})
		<-tick.C
	}
	collect(ways.admin, workload.Window{})
	pages := collect(ways.pages, workload.Window{})
	after, err := c.Counters(ctx)
	if err != nil {
		t.Fatal(err)
	}
	admin, ok := ways.admin.WholeWindow()
	if !ok {
		t.Fatal("there is no sample of the whole time")
	}
	server := collect(ways.server, admin.Window)

	truth := after.Since(before)
	span := after.At().Sub(before.At()).Seconds()
	// The four saw spans whose ends lie some hundred milliseconds to a scrape apart: by so much a steady load may differ.
	blur := 0.0
	for _, s := range []workload.Sample{admin, pages, server} {
		apart := math.Abs(s.Window.Start.Sub(before.At()).Seconds()) + math.Abs(after.At().Sub(s.Window.End).Seconds())
		blur = max(blur, (apart+2)/span)
	}
	t.Logf("window of %.1f s, its edges within %.1f %%", span, 100*blur)
	holds := func(what string, f *workload.Figure, counted int64) {
		t.Helper()
		rate := float64(counted) / span
		if f == nil {
			t.Errorf("%-34s there is no figure; the brokers counted %.0f/s", what, rate)
			return
		}
		t.Logf("%-34s %10.0f/s  brokers %10.0f/s  error %+6.2f %%  bounds %+6.2f %% to %+6.2f %%  %s", what, f.Value, rate,
			100*(f.Value/rate-1), 100*(f.Low/f.Value-1), 100*(f.High/f.Value-1), f.Method)
		if rate*(1+blur) < f.Low || rate*(1-blur) > f.High {
			t.Errorf("%s: the brokers counted %.0f/s, outside the stated [%.0f, %.0f]", what, rate, f.Low, f.High)
		}
	}
	merged := collector.Merge(admin, pages, server)
	for _, way := range []struct {
		name   string
		sample workload.Sample
	}{{"admin", admin}, {"pages", pages}, {"server", server}, {"merged", merged}} {
		holds(way.name+": bytes in", way.sample.Totals.IngressBytesPerSec, truth.Total.BytesIn)
		holds(way.name+": bytes out", way.sample.Totals.EgressBytesPerSec, truth.Total.BytesOut)
		holds(way.name+": messages in", way.sample.Totals.MessagesPerSec, truth.Total.MessagesIn)
		for _, topic := range way.sample.Topics {
			if topic.Name == testbed.LoadZstd || topic.Name == testbed.LoadCompacted {
				holds(way.name+": bytes in of "+topic.Name, topic.IngressBytesPerSec, truth.Topics[topic.Name].BytesIn)
			}
		}
		for _, g := range way.sample.Gaps {
			t.Logf("%s: gap: %s: %s: %s (%s)", way.name, g.Source, g.What, g.Why, g.Effect)
		}
	}
	for _, f := range []*workload.Figure{merged.Totals.IngressBytesPerSec, merged.Totals.EgressBytesPerSec,
		merged.Totals.MessagesPerSec} {
		if f == nil || f.Method != workload.Measured || !f.Bounded() {
			t.Errorf("merged figure %+v, want a measured one with bounds", f)
		}
	}
	for _, comparison := range merged.Comparisons {
		t.Log(comparison)
	}
	checkRequests(t, server, truth, span)
}

// checkRequests holds the request rate below all that the brokers counted, which count each fetch twice.
func checkRequests(t *testing.T, s workload.Sample, truth testbed.Counters, span float64) {
	t.Helper()
	all := 0.0
	for _, n := range truth.Requests {
		all += float64(n) / span
	}
	produce := float64(truth.Requests["Produce"]) / span
	f := s.Totals.RequestsPerSec
	if f == nil || f.Value > all || f.High < produce {
		t.Errorf("requests %+v, want between %.0f/s produce requests and %.0f/s of all kinds", f, produce, all)
		return
	}
	t.Logf("requests: %.1f/s from clients, of %.1f/s counted in all", f.Value, all)
}
