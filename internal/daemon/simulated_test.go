package daemon

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// The simulated time, and the topics: partitions take 1/6, 2/6 and 3/6 of a topic's records, of a size of their own each.
const (
	simulatedMinutes    = 72 * 60
	simulatedPartitions = 3
)

var simulatedTopics = map[string]int64{"audit": 311, "clicks": 97, "orders": 1203, "reborn": 211}

// simulation is a cluster whose logs grow by the minute as it was drawn beforehand, and which notes what it has returned.
type simulation struct {
	*kfake.Cluster
	network *kfake.VirtualNetwork
	admin   *kadm.Client
	started time.Time
	grown   map[string][]int64 // records of a topic at the beginning of each minute

	mu   sync.Mutex
	down bool
	// born is how much a topic had grown when it was made, and life which of its lives it is in.
	born map[string]int64
	life map[string]int
	// answers are the readings of all ends, each once; nil stands between two processes.
	answers []*reading
}

// reading is what one sweep read.
type reading struct {
	at   time.Time
	ends map[string]int64 // of all partitions of a topic
	life map[string]int
}

// quiet are minutes in which the topic reborn takes in nothing: it is deleted and made again then, and what came in a window of
// which it has only a part is not known.
func quiet(m int) bool { return m >= 1998 && m < 2103 || m >= 3498 && m < 3503 }

func newSimulation(t *testing.T) *simulation {
	t.Helper()
	s := &simulation{network: &kfake.VirtualNetwork{}, started: time.Now(), grown: map[string][]int64{}, born: map[string]int64{},
		life: map[string]int{}}
	rng := rand.New(rand.NewPCG(5, 72))
	for i, name := range sortedNames() {
		s.life[name] = 1
		total := int64(0)
		for m := range simulatedMinutes + 60 {
			s.grown[name] = append(s.grown[name], total)
			perSecond := float64(1+i) * 500 * (1 + 0.5*math.Sin(2*math.Pi*float64(m)/1440)) * (0.8 + 0.4*rng.Float64())
			if name != "reborn" || !quiet(m) {
				total += int64(60 * perSecond)
			}
		}
	}
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.Ports(9092), kfake.ListenFn(s.network.Listen),
		kfake.SeedTopics(simulatedPartitions, sortedNames()...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	s.Cluster = c
	client, err := kgo.NewClient(kgo.SeedBrokers("localhost:9092"), kgo.Dialer(s.network.DialContext))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	s.admin = kadm.NewClient(client)
	s.control(kmsg.NewPtrMetadataRequest().Key(), func(kmsg.Request) kmsg.Response { return nil })
	s.control(kmsg.NewPtrListOffsetsRequest().Key(),
		func(r kmsg.Request) kmsg.Response { return s.offsets(r.(*kmsg.ListOffsetsRequest)) })
	s.control(kmsg.NewPtrDescribeLogDirsRequest().Key(),
		func(r kmsg.Request) kmsg.Response { return s.sizes(r.(*kmsg.DescribeLogDirsRequest)) })
	return s
}

func sortedNames() []string { return []string{"audit", "clicks", "orders", "reborn"} }

// control answers requests of a kind, and hangs up on them while the cluster is down. No answer leaves it to the broker.
func (s *simulation) control(key int16, answer func(kmsg.Request) kmsg.Response) {
	s.ControlKey(key, func(req kmsg.Request) (kmsg.Response, error, bool) {
		s.KeepControl()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.down {
			return nil, errors.New("down"), true
		}
		resp := answer(req)
		return resp, nil, resp != nil
	})
}

// end is the end offset of a partition now.
func (s *simulation) end(topic string, partition int32) int64 {
	since := time.Since(s.started)
	m := int(since / time.Minute)
	grown := s.grown[topic]
	now := grown[m] + (grown[m+1]-grown[m])*int64((since%time.Minute)/time.Millisecond)/60_000
	return (now - s.born[topic]) * int64(partition+1) / 6
}

func (s *simulation) offsets(req *kmsg.ListOffsetsRequest) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.ListOffsetsResponse)
	r := reading{at: time.Now(), ends: map[string]int64{}, life: map[string]int{}}
	ends := false
	for _, t := range req.Topics {
		rt := kmsg.ListOffsetsResponseTopic{Topic: t.Topic}
		for _, p := range t.Partitions {
			rp := kmsg.NewListOffsetsResponseTopicPartition()
			rp.Partition, rp.Offset = p.Partition, 0
			if p.Timestamp == -1 {
				ends = true
				rp.Offset = s.end(t.Topic, p.Partition)
				r.ends[t.Topic] += rp.Offset
				r.life[t.Topic] = s.life[t.Topic]
			}
			rt.Partitions = append(rt.Partitions, rp)
		}
		resp.Topics = append(resp.Topics, rt)
	}
	if ends {
		s.answers = append(s.answers, &r)
	}
	return resp
}

func (s *simulation) sizes(req *kmsg.DescribeLogDirsRequest) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.DescribeLogDirsResponse)
	dir := kmsg.NewDescribeLogDirsResponseDir()
	dir.Dir = "/data"
	for _, name := range sortedNames() {
		if s.life[name] == 0 {
			continue
		}
		t := kmsg.DescribeLogDirsResponseDirTopic{Topic: name}
		for p := range int32(simulatedPartitions) {
			t.Partitions = append(t.Partitions,
				kmsg.DescribeLogDirsResponseDirTopicPartition{Partition: p, Size: s.end(name, p) * simulatedTopics[name]})
		}
		dir.Topics = append(dir.Topics, t)
	}
	resp.Dirs = append(resp.Dirs, dir)
	return resp
}

func (s *simulation) set(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// recreate deletes the topic reborn, and makes it again after a while.
func (s *simulation) recreate(t *testing.T, after time.Duration) {
	t.Helper()
	if _, err := s.admin.DeleteTopics(t.Context(), "reborn"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	s.mu.Lock()
	s.life["reborn"]++
	s.born["reborn"] = s.grown["reborn"][time.Since(s.started)/time.Minute]
	s.mu.Unlock()
	if _, err := s.admin.CreateTopic(t.Context(), simulatedPartitions, 1, nil, "reborn"); err != nil {
		t.Fatal(err)
	}
}

// sleepTo waits until a minute of the simulation is half over: sweeps come in its first half.
func (s *simulation) sleepTo(minute int) {
	time.Sleep(time.Until(s.started.Add(time.Duration(minute)*time.Minute + 45*time.Second)))
}

// longestGap is the longest time between two sweeps over which the collector gives a mean: eight sweeps.
const longestGap = 8 * time.Minute

// truth is the raw one-minute values of the cluster ("") and of each topic, from what the sweeps read.
func (s *simulation) truth() (bytes, records map[string]map[int64]float64) {
	bytes, records = map[string]map[int64]float64{"": {}}, map[string]map[int64]float64{"": {}}
	for _, name := range sortedNames() {
		bytes[name], records[name] = map[int64]float64{}, map[int64]float64{}
	}
	for i := 1; i < len(s.answers); i++ {
		a, b := s.answers[i-1], s.answers[i]
		if a == nil || b == nil || b.at.Sub(a.at) > longestGap {
			continue
		}
		for minute := a.at.Round(time.Minute).Unix() / 60; minute < b.at.Round(time.Minute).Unix()/60; minute++ {
			bytes[""][minute], records[""][minute] = 0, 0
			for name, end := range b.ends {
				began, known := a.ends[name]
				if a.life[name] != b.life[name] {
					if !known {
						continue // there was no topic when the window began
					}
					began = 0 // its log was made anew: all that it holds is of this window
				}
				perSecond := float64(end-began) / b.at.Sub(a.at).Seconds()
				records[name][minute], bytes[name][minute] = perSecond, perSecond*float64(simulatedTopics[name])
				records[""][minute] += perSecond
				bytes[""][minute] += perSecond * float64(simulatedTopics[name])
			}
		}
	}
	return bytes, records
}

// witness looks at every sample that the agent takes: no rate is negative, and none above the most that ever came in.
type witness struct {
	t        *testing.T
	mu       sync.Mutex
	samples  int
	failed   int
	verdicts []verdict.Verdict
}

func (w *witness) Collected(_, _ string, s workload.Sample, _ time.Duration, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.failed++
		return
	}
	w.samples++
	most := map[string]float64{"": 0}
	for i, name := range sortedNames() {
		most[name] = float64(1+i) * 500 * 1.5 * 1.2 * float64(simulatedTopics[name])
		most[""] += most[name]
	}
	check := func(name string, f *workload.Figure) {
		if f != nil && (f.Value < 0 || f.Low < 0 || f.Value > most[name]) {
			w.t.Errorf("%s: %q takes in %+v", s.Window.Start, name, *f)
		}
	}
	check("", s.Totals.IngressBytesPerSec)
	for _, t := range s.Topics {
		check(t.Name, t.IngressBytesPerSec)
	}
}

func (w *witness) Backfilled(string, string, agent.Backfill) {}

func (w *witness) Decided(v verdict.Verdict, _ drift.State) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.verdicts = append(w.verdicts, v)
}

func (w *witness) RunDone(r agent.Run) {
	if r.Err != nil && r.Job != agent.JobCollect {
		w.t.Errorf("%s at %s: %v", r.Job, r.At, r.Err)
	}
}

// Notify and Report take everything.
func (w *witness) Notify(context.Context, verdict.Verdict, drift.State, []drift.Event) error {
	return nil
}
func (w *witness) Report(context.Context, []verdict.Verdict, time.Time) error { return nil }

// process is one life of the daemon's parts on the simulated cluster.
type process struct {
	History *history.Store
	stop    func()
}

func (s *simulation) start(t *testing.T, dir string, w *witness) *process {
	t.Helper()
	cfg := history.DefaultConfig()
	cfg.Dir, cfg.FlushInterval = filepath.Join(dir, "history"), 15*time.Minute
	store, err := history.Open(cfg, history.Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	lc := ledger.DefaultConfig()
	lc.File = filepath.Join(dir, "ledger.db")
	l, err := ledger.Open(t.Context(), lc, ledger.Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	kc := kafka.DefaultConfig()
	kc.Bootstrap, kc.Cluster, kc.SampleBatches = []string{"localhost:9092"}, "prod", false
	src, err := kafka.New(kc, zerolog.Nop(), kafka.WithDialer(s.network.DialContext))
	if err != nil {
		t.Fatal(err)
	}
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	cluster := agent.Cluster{Name: "prod", Region: "us-east-1", Sources: []agent.NamedSource{{Name: "kafka", Source: src}}}
	a, err := agent.New(agent.DefaultConfig(), []agent.Cluster{cluster},
		agent.Deps{Catalog: cat, History: store, Ledger: &ledgerAdapter{Ledger: l, now: time.Now},
			Notifier: w, Reporter: w, Observer: w, Log: zerolog.Nop(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for _, run := range []func(context.Context) error{a.Run, store.Run} {
		running.Go(func() {
			if err := run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	return &process{store, func() {
		cancel()
		running.Wait()
		src.Close()
		if err := errors.Join(store.Close(), l.Close()); err != nil {
			t.Error(err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.answers = append(s.answers, nil)
	}}
}

// TestThreeDaysOfADaemon drives 72 hours of one-minute sweeps, a decision every quarter of an hour, outages of three minutes and of
// half an hour, three restarts and a topic that is deleted and made again through the collector, the agent, the history and the
// analyzer. The statistics are those of what the cluster reported, and no rate is negative or absurd.
func TestThreeDaysOfADaemon(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s, w := newSimulation(t), &witness{t: t}
		p := s.start(t, dir, w)
		restart := func(minute, pause int) {
			s.sleepTo(minute)
			p.stop()
			s.sleepTo(minute + pause)
			p = s.start(t, dir, w)
		}
		outage := func(minute, length int) {
			s.sleepTo(minute)
			s.set(true)
			s.sleepTo(minute + length)
			s.set(false)
		}
		outage(500, 30)
		restart(1000, 3)
		outage(1500, 3)
		s.sleepTo(1999)
		s.recreate(t, 100*time.Minute)
		restart(2500, 0)
		s.sleepTo(3500)
		s.recreate(t, 0)
		restart(3600, 60)
		s.sleepTo(simulatedMinutes)
		s.check(t, p.History, w)
		p.stop()
	})
}

// check compares what the history says of the 72 hours with the truth.
func (s *simulation) check(t *testing.T, store *history.Store, w *witness) {
	t.Helper()
	window := workload.Window{Start: s.started.UTC(), End: s.started.Add(simulatedMinutes * time.Minute).UTC()}
	got, err := store.Workload(t.Context(), "prod", window)
	if err != nil {
		t.Fatal(err)
	}
	bytes, records := s.truth()
	agreesWithRaw(t, "cluster bytes", got.IngressBytesPerSec, bytes[""], 0)
	agreesWithRaw(t, "cluster records", got.MessagesPerSec, records[""], 0)
	var names []string
	for _, topic := range got.TopicList {
		names = append(names, topic.Name)
		agreesWithRaw(t, topic.Name+" bytes", topic.IngressBytesPerSec, bytes[topic.Name], 0.02)
	}
	if !slices.Equal(names, sortedNames()) {
		t.Errorf("topics %v", names)
	}
	if want := float64(len(bytes[""])) / simulatedMinutes; math.Abs(got.Coverage-want) > 1e-9 {
		t.Errorf("coverage %v, want %v", got.Coverage, want)
	}
	if len(w.verdicts) < simulatedMinutes/15-10 || w.failed < 30 || w.samples < simulatedMinutes-150 {
		t.Errorf("%d verdicts, %d sweeps and %d failed", len(w.verdicts), w.samples, w.failed)
	}
	if v := w.verdicts[len(w.verdicts)-1]; v.Status != verdict.Decided || v.Choice == nil {
		t.Errorf("the last verdict is %s: %s", v.Status, strings.Join(v.Reasons, "; "))
	}
	t.Logf("%d sweeps, %d failed, %d verdicts, %d of %d minutes", w.samples, w.failed, len(w.verdicts), len(bytes[""]),
		simulatedMinutes)
}

// agreesWithRaw compares statistics with raw values: mean, peak and count to the history's rounding, percentiles within a
// tolerance where those of five minutes are kept as mean and maximum.
func agreesWithRaw(t *testing.T, what string, q *workload.Quantity, raw map[int64]float64, tolerance float64) {
	t.Helper()
	if q == nil || q.P50 == nil || q.P95 == nil || q.P99 == nil || q.Peak == nil {
		t.Errorf("%s: %+v", what, q)
		return
	}
	var sorted []float64
	total := 0.0
	for _, v := range raw {
		sorted, total = append(sorted, v), total+v
	}
	slices.Sort(sorted)
	rank := func(p float64) float64 { return sorted[int(math.Ceil(p*float64(len(sorted))-1e-9))-1] }
	const rounding = 2e-5
	for _, s := range []struct {
		name      string
		got, want float64
		within    float64
	}{
		{"mean", q.Value, total / float64(len(sorted)), rounding}, {"peak", *q.Peak, sorted[len(sorted)-1], rounding},
		{"p50", *q.P50, rank(0.50), max(rounding, tolerance)}, {"p95", *q.P95, rank(0.95), max(rounding, tolerance)},
		{"p99", *q.P99, rank(0.99), max(rounding, tolerance)},
	} {
		if math.Abs(s.got-s.want) > s.within*s.want {
			t.Errorf("%s: %s %v, want %v", what, s.name, s.got, s.want)
		}
	}
	if v := raw[q.PeakAt.Unix()/60]; math.Abs(v-sorted[len(sorted)-1]) > rounding*v {
		t.Errorf("%s: the peak is said to be at %s, where there were %v", what, q.PeakAt, v)
	}
	if least := len(raw) - 3; q.Samples < least || q.Samples > len(raw) { // the four minutes around the short outage are one value
		t.Errorf("%s: %d values, want %d to %d", what, q.Samples, least, len(raw))
	}
	if q.Low > q.Value || q.High < q.Value {
		t.Errorf("%s: bounds [%v, %v] do not hold %v", what, q.Low, q.High, q.Value)
	}
}
