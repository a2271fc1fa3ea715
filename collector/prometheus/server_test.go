package prometheus

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// The past of three brokers, in minutes since it began. Broker i takes in i kB/s, half of it of the topic orders.
const (
	pastMinutes  = 300
	lostFrom     = 120 // broker 3 is not read
	lostUntil    = 130
	restartAt    = 180 // broker 2 begins again
	blindFrom    = 200 // no broker is read
	blindUntil   = 260
	scrapedEvery = 15 * time.Second
)

// past writes what a Prometheus server would have scraped of three brokers.
func past(began time.Time) string {
	var b strings.Builder
	write := func(name, labels string, each func(broker int, s float64) (float64, bool)) {
		fmt.Fprintf(&b, "# TYPE %s unknown\n", name)
		for broker := 1; broker <= 3; broker++ {
			for at := time.Duration(0); at <= pastMinutes*time.Minute; at += scrapedEvery {
				if v, known := each(broker, at.Seconds()); known {
					fmt.Fprintf(&b, "%s{instance=\"b-%d.orders.example:11001\",job=\"kafka\"%s} %g %d\n", name, broker, labels, v,
						began.Add(at).Unix())
				}
			}
		}
	}
	lost := func(broker int, s float64) bool {
		return broker == 3 && s > lostFrom*60 && s < lostUntil*60 || s > blindFrom*60 && s < blindUntil*60
	}
	counter := func(perSecond float64) func(int, float64) (float64, bool) {
		return func(broker int, s float64) (float64, bool) {
			known := !lost(broker, s)
			if broker == 2 && s >= restartAt*60 {
				s -= restartAt * 60
			}
			return perSecond * float64(broker) * s, known
		}
	}
	const in = "kafka_server_brokertopicmetrics_bytesin_total"
	write(in, "", counter(1000))
	write(in, `,topic="orders"`, counter(500))
	write("kafka_server_brokertopicmetrics_messagesin_total", "", counter(10))
	write("up", "", func(broker int, s float64) (float64, bool) {
		if lost(broker, s) {
			return 0, s <= blindFrom*60
		}
		return 1, true
	})
	write("scrape_duration_seconds", "", func(broker int, s float64) (float64, bool) { return 0.03, !lost(broker, s) })
	return b.String() + "# EOF\n"
}

// pastServer is a source of a real Prometheus that has the past; minute returns the window of a minute of it.
func pastServer(t *testing.T, change ...func(*Config)) (s *ServerSource, began time.Time) {
	t.Helper()
	began = time.Now().UTC().Add(-9 * time.Hour).Truncate(time.Hour)
	cfg := DefaultConfig()
	cfg.URL = testbed.Prometheus(t, testbed.PrometheusOptions{History: past(began)})
	for _, f := range change {
		f(&cfg)
	}
	s, err := NewServerSource(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, began
}

func minute(began time.Time, n int) workload.Window {
	start := began.Add(time.Duration(n) * time.Minute)
	return workload.Window{Start: start, End: start.Add(time.Minute)}
}

func near(t *testing.T, what string, f *workload.Figure, value float64, m workload.Method, bounded bool) {
	t.Helper()
	if f == nil {
		t.Errorf("%s: there is no figure, want %g", what, value)
		return
	}
	if f.Value < value*0.995 || f.Value > value*1.005 || f.Method != m || f.Bounded() != bounded {
		t.Errorf("%s: got %g (%s, bounded %t), want about %g (%s, bounded %t)", what, f.Value, f.Method, f.Bounded(), value, m,
			bounded)
	}
}

func TestServerTellsRates(t *testing.T) {
	s, began := pastServer(t)
	collect := func(n int) workload.Sample {
		t.Helper()
		sample, err := s.Collect(t.Context(), minute(began, n))
		if err != nil {
			t.Fatal(err)
		}
		return sample
	}

	quiet := collect(60)
	near(t, "bytes in: the totals, without their topics", quiet.Totals.IngressBytesPerSec, 6000, workload.Measured, true)
	near(t, "messages", quiet.Totals.MessagesPerSec, 60, workload.Measured, true)
	if e, ok := quiet.Totals.IngressBytesPerSec.RelativeError(); !ok || e > 0.0011 {
		t.Errorf("the error of a scrape of 30 ms in a minute is %g, want 0.001", e)
	}
	if quiet.Totals.EgressBytesPerSec != nil {
		t.Errorf("egress %+v: nobody tells it", quiet.Totals.EgressBytesPerSec)
	}
	wantGap(t, quiet, "bytes out", "there is no series")
	near(t, "orders", quiet.Topics[0].IngressBytesPerSec, 3000, workload.Measured, true)
	if len(quiet.Brokers) != 3 || quiet.Brokers[2].ID != 3 {
		t.Fatalf("brokers %+v, want 1 to 3", quiet.Brokers)
	}
	near(t, "broker 3", quiet.Brokers[2].IngressBytesPerSec, 3000, workload.Measured, true)

	lost := collect(lostFrom + 5)
	near(t, "without broker 3", lost.Totals.IngressBytesPerSec, 3000, workload.Estimated, false)
	near(t, "orders without broker 3", lost.Topics[0].IngressBytesPerSec, 1500, workload.Estimated, false)
	wantGap(t, lost, "broker b-3.orders.example:11001", "up is 0")

	anew := collect(restartAt)
	near(t, "broker 2 were reset", anew.Totals.IngressBytesPerSec, 6000*0.93, workload.Estimated, false)
	wantGap(t, anew, "counters of broker b-2.orders.example:11001", "were reset")
}

func TestServerWithFewerBrokersThanDeclared(t *testing.T) {
	s, began := pastServer(t, func(c *Config) { c.Brokers = 4 })
	sample, err := s.Collect(t.Context(), minute(began, 60))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "three of four brokers", sample.Totals.IngressBytesPerSec, 6000, workload.Estimated, false)
	wantGap(t, sample, "figures of 1 broker", "fewer brokers are seen")
}

func TestServerReadsBack(t *testing.T) {
	s, began := pastServer(t)
	end := began.Add((pastMinutes + 30) * time.Minute)
	span := workload.Window{Start: began.Add(-48 * time.Hour), End: end}
	samples := map[int]workload.Sample{}
	reached := end
	take := func(sample workload.Sample) error {
		if !sample.Window.End.Equal(reached) || sample.Window.Duration() != time.Minute {
			return fmt.Errorf("window %v does not adjoin %s", sample.Window, reached)
		}
		reached = sample.Window.Start
		samples[int(sample.Window.Start.Sub(began)/time.Minute)] = sample
		return nil
	}

	stop := errors.New("stopped on the way")
	err := s.ReadBack(t.Context(), span, func(sample workload.Sample) error {
		if len(samples) == 100 {
			return stop
		}
		return take(sample)
	})
	if !errors.Is(err, stop) {
		t.Fatalf("error %v, want that of emit", err)
	}
	if err := s.ReadBack(t.Context(), workload.Window{Start: span.Start, End: reached}, take); err != nil { // goes on
		t.Fatal(err)
	}
	if early := began.Sub(reached); early > piece {
		t.Errorf("it read %s of what the server has not", early)
	}
	right := 0
	for n := range pastMinutes {
		in := samples[n].Totals.IngressBytesPerSec
		switch {
		case n > blindFrom && n < blindUntil-1:
			if in != nil {
				t.Errorf("minute %d has %v although nobody was read", n, in)
			}
		case n > lostFrom && n < lostUntil-1:
			near(t, fmt.Sprintf("minute %d without broker 3", n), in, 3000, workload.Estimated, false)
		case n > 1 && n < lostFrom-2, n > lostUntil+2 && n < restartAt-2, n > restartAt+2 && n < blindFrom-2, n > blindUntil+2:
			near(t, fmt.Sprintf("minute %d", n), in, 6000, workload.Measured, true)
			near(t, fmt.Sprintf("minute %d of orders", n), samples[n].Topics[0].IngressBytesPerSec, 3000, workload.Measured, true)
			right++
		}
	}
	if right < 200 {
		t.Errorf("%d minutes are there, want more than 200", right)
	}
}

func TestServerHasNothing(t *testing.T) {
	s, began := pastServer(t, func(c *Config) { c.Match = `{job="other"}` })
	_, err := s.Collect(t.Context(), minute(began, 60))
	if err == nil || !strings.Contains(err.Error(), "no series with a Kafka broker") ||
		!strings.Contains(err.Error(), "check match") {
		t.Errorf("error %v, want one that says what was searched for", err)
	}
	span := workload.Window{Start: began, End: began.Add(pastMinutes * time.Minute)}
	if err := s.ReadBack(t.Context(), span, func(workload.Sample) error { return errors.New("there is a sample") }); err != nil {
		t.Error(err)
	}
}

func TestServerStopsWhenTold(t *testing.T) {
	s, began := pastServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.ReadBack(ctx, workload.Window{Start: began, End: began.Add(time.Hour)}, func(workload.Sample) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}
