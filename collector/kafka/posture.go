package kafka

import (
	"context"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kversion"

	"github.com/mskfit/mskfit/internal/workload"
)

// Modes of a cluster.
const (
	kraftMode     = "kraft"
	zookeeperMode = "zookeeper"
)

// readPosture reads how the cluster is set up, when it is due. What cannot be read stays nil, with a gap that is repeated
// until the next slow sweep.
func (s *Source) readPosture(ctx context.Context, g *gaps) {
	if s.slowDue() {
		s.slow.gaps = newGaps()
		s.slow.posture = s.posture(ctx, s.slow.gaps)
	}
	g.join(s.slow.gaps)
}

func (s *Source) posture(ctx context.Context, g *gaps) *workload.Posture {
	p := &workload.Posture{ReadAt: s.now().UTC()}
	s.describeVersions(p, g)
	if config := s.readBrokerConfigs(ctx, g); config != nil {
		p.Listeners = listenersOf(config)
		p.Authentication = authenticationOf(p.Listeners, config)
		p.BrokerConfig = ofConsequence(config)
	}
	for _, c := range []struct {
		what, needs, effect string
		into                **int
		read                func(context.Context) (int, error)
	}{
		{"ACLs", "Describe permission on the cluster", "it is unknown whether Kafka ACLs are in use", &p.ACLs, s.countACLs},
		{"SCRAM users", "Describe permission on the cluster", "their number is unknown", &p.SCRAMUsers, s.countScramUsers},
		{"client quotas", "DescribeConfigs permission on the cluster", "their number is unknown", &p.ClientQuotas, s.countQuotas},
		{"transactional producers", "Read permission on topics", "it is unknown whether transactions are in use", &p.Transactional,
			s.countTransactional},
	} {
		switch n, err := c.read(ctx); {
		case err == nil:
			*c.into = &n
		case denied(err):
			g.add(c.what, "the user lacks the "+c.needs, c.effect)
		default:
			g.add(c.what, why(s.cfg, err), c.effect)
		}
	}
	return p
}

// describeVersions fills in what the brokers' own lists of requests show: release, mode and features.
func (s *Source) describeVersions(p *workload.Posture, g *gaps) {
	var seen []string
	for _, b := range s.world.brokers {
		v, ok := s.versions[b.id]
		if !ok {
			continue
		}
		if guess := releaseOf(v); guess != "" && !slices.Contains(seen, guess) {
			seen = append(seen, guess)
		}
		if p.Mode == "" {
			p.Mode = modeOf(v)
		}
		if p.Features == nil && len(v.features) > 0 {
			p.Features = v.features
		}
	}
	slices.Sort(seen)
	p.KafkaVersion = strings.Join(seen, ", ")
	if p.KafkaVersion == "" {
		g.add("Kafka version", "the brokers' API versions match no known Kafka release", "rules on versions stay unknown")
	}
}

// releaseOf guesses the release from the requests that the broker understands: "4.3". A broker between two releases, or newer
// than all that are known, says so in words.
func releaseOf(v versions) string {
	guess := kversion.FromApiVersionsResponse(v.answer).VersionGuess()
	return strings.ReplaceAll(strings.TrimPrefix(guess, "v"), " v", " ")
}

// modeOf distinguishes ZooKeeper from KRaft: only brokers with ZooKeeper take orders from a controller over UpdateMetadata,
// and only those without have a metadata version, or answer for the quorum.
func modeOf(v versions) string {
	const updateMetadata, describeQuorum = 6, 55
	switch {
	case v.features["metadata.version"] > 0:
		return kraftMode
	case v.has(updateMetadata):
		return zookeeperMode
	case v.has(describeQuorum):
		return kraftMode
	}
	return ""
}

func (v versions) has(key int16) bool {
	_, ok := v.newest[key]
	return ok
}
