package kafka

import (
	"context"
	"maps"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

// sourceName is what samples and gaps of this package are marked with.
const sourceName = "kafka"

// Source observes one Kafka cluster. Each Collect is one sweep; what is remembered between sweeps makes the rates.
// A Source is used by one goroutine at a time, except for Stats and Close.
type Source struct {
	cfg    Config
	log    zerolog.Logger
	now    func() time.Time
	dial   func(ctx context.Context, network, host string) (net.Conn, error)
	client *kgo.Client
	meter  *meter

	// sweep is the number of the current sweep, from 1.
	sweep int32
	asked asked
	slow  slow
	memory
	route  route
	result result
	// batches guards what topics keep of the brokers' answers to fetches.
	batches sync.Mutex
}

// asked is what the current sweep has come to.
type asked struct {
	// spent counts its requests.
	spent atomic.Int64
	// listed is how many brokers listed what they store.
	listed atomic.Int64
	// groupsKnown is true when every broker listed its groups; coordinators is how many brokers have any. They are those of the
	// sweep before until this one has asked.
	groupsKnown  bool
	coordinators int
}

// memory is what sweeps leave to later ones.
type memory struct {
	world    *topology
	groups   map[string]*group
	clock    clock
	versions map[int32]versions // by broker
	// undescribable are topics that brokers store and the metadata does not show, noted by several goroutines.
	undescribableMu sync.Mutex
	undescribable   map[string]undescribableTopic
}

// route is whom to ask.
type route struct {
	// favorite is the broker that answered last when any would do.
	favorite    int32
	hasFavorite bool
	// strangers is true when the client itself does not know yet where some broker is.
	strangers bool
	// turn rotates what does not fit into one sweep.
	turn int
}

// result is what evaluating sweeps has come to.
type result struct {
	// finished and previous are the last two sweeps that were evaluated, 0: none.
	finished, previous int32
	// window is that of the last finished sweep; origin and firstTimes are the first one's.
	window     workload.Window
	origin     time.Time
	firstTimes sweepTimes
	// gaps are those of the last finished sweep.
	gaps *gaps
	// elapsed are the times between readings that this sweep is compared with.
	elapsed map[elapsedKey]elapsed
}

var _ collector.Source = (*Source)(nil)

// Option changes how a Source meets the world; tests use them.
type Option func(*Source)

// WithClock replaces time.Now.
func WithClock(now func() time.Time) Option { return func(s *Source) { s.now = now } }

// WithDialer replaces the way to open a TCP connection.
func WithDialer(dial func(ctx context.Context, network, host string) (net.Conn, error)) Option {
	return func(s *Source) { s.dial = dial }
}

// New returns a source for the cluster of cfg, which must be valid. It connects to nothing yet; it fails on files
// (certificates, password) that cannot be read. Close it.
func New(cfg Config, log zerolog.Logger, opts ...Option) (*Source, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Source{
		cfg: cfg, log: log.With().Str("component", "collector.kafka").Logger(), now: time.Now, meter: &meter{},
		memory: memory{world: newTopology(), groups: map[string]*group{}, versions: map[int32]versions{},
			undescribable: map[string]undescribableTopic{}},
		result: result{elapsed: map[elapsedKey]elapsed{}},
	}
	for _, o := range opts {
		o(s)
	}
	client, err := newClient(cfg, s.meter, s.now, s.dial)
	if err != nil {
		return nil, err
	}
	s.client = client
	return s, nil
}

// Close ends all connections. Collect fails afterwards.
func (s *Source) Close() { s.client.Close() }

// Stats returns what observing has cost so far. It is safe to call at any time.
func (s *Source) Stats() Stats { return s.meter.stats() }

// Collect makes one sweep and returns the cluster as it is now, with the rates since the sweep before. The sample's
// window is the one that was really observed: from sweep to sweep, whatever w asks for. The first sweep has no rates, and
// its window is an instant. The error is for a cluster from which nothing could be read.
func (s *Source) Collect(ctx context.Context, _ workload.Window) (workload.Sample, error) {
	g := newGaps()
	s.sweep++
	now := s.now()
	s.clock.begin(s.sweep, now)
	s.beginSlow(now)
	if err := s.observe(ctx, g); err != nil {
		if s.slow.fresh {
			s.slow.at = time.Time{} // what was not finished is due again
		}
		return workload.Sample{Source: sourceName, Cluster: s.clusterName()}, err
	}
	sample := s.evaluate(g)
	s.meter.finish()
	s.log.Debug().Int32("sweep", s.sweep).Int("topics", len(s.world.names)).Int("gaps", len(sample.Gaps)).Msg("sweep finished")
	return sample, nil
}

// WholeWindow returns one sample of the whole time observed, from the first sweep to the last: its window's edges are paid for
// once. It sends no request. It reports false before two sweeps are done, and after a sweep that failed. Each call makes the
// sample anew, which takes as long as evaluating a sweep.
func (s *Source) WholeWindow() (workload.Sample, bool) {
	if s.result.finished != s.sweep || s.result.window.Duration() <= 0 {
		return workload.Sample{}, false
	}
	return s.sample(wholeWindowEdges, s.result.gaps), true
}

// observe asks all that a sweep asks.
func (s *Source) observe(ctx context.Context, g *gaps) error {
	if s.sweep == 1 {
		if err := s.Ping(ctx); err != nil {
			return err
		}
	}
	if err := s.readMetadata(ctx, g); err != nil {
		return s.metadataError(ctx, err)
	}
	s.readVersions(ctx, g)
	s.readTopicConfigs(ctx, g)
	s.asked.listed.Store(0)
	s.asked.spent.Store(1) // the metadata; versions and configuration belong to the slow sweep
	if err := s.readBrokers(ctx, g); err != nil {
		return err
	}
	s.noteNoTopics(g)
	s.readGroups(ctx, g)
	s.readBatches(ctx, g)
	s.readPosture(ctx, g)
	return ctx.Err()
}

func (s *Source) clusterName() string {
	if s.cfg.Cluster != "" {
		return s.cfg.Cluster
	}
	return s.world.clusterID
}

func sortedKeys[M ~map[K]V, K interface{ ~int32 | ~string }, V any](m M) []K {
	return slices.Sorted(maps.Keys(m))
}
