package plan

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// topic is one topic to create, and what differs from the one that there is.
type topic struct {
	Cluster    string `yaml:"cluster"`
	Name       string `yaml:"name"`
	Partitions int    `yaml:"partitions"`
	// ReplicationFactor is 0 where the target sets it.
	ReplicationFactor int               `yaml:"replication_factor,omitempty"`
	Config            map[string]string `yaml:"config,omitempty"`
	// Changes say what is not as it was, each with its reason.
	Changes []string `yaml:"changes,omitempty"`
	// Application is the declared owner.
	Application string `yaml:"application,omitempty"`
	source      *workload.TopicWorkload
}

// legalTopic is what Kafka itself allows.
var legalTopic = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,249}$`)

// internalPrefixes start the names of topics that belong to the machinery of one cluster.
var internalPrefixes = []string{"__", "_schemas_internal"}

// planTopics plans every topic of users, in the order of their names.
func (p *plan) planTopics() ([]topic, error) {
	var out []topic
	var errs []error
	for i := range p.Workload.TopicList {
		t := &p.Workload.TopicList[i]
		if t.Internal || slices.ContainsFunc(internalPrefixes, func(s string) bool { return strings.HasPrefix(t.Name, s) }) {
			continue
		}
		if !legalTopic.MatchString(t.Name) || t.Name == "." || t.Name == ".." {
			errs = append(errs, fmt.Errorf("topic %q: Kafka has no topic of this name: letters, digits, dot, hyphen and underscore, at most 249", t.Name))
			continue
		}
		planned, err := p.planTopic(t)
		if err != nil {
			errs = append(errs, fmt.Errorf("topic %s: %w", t.Name, err))
		}
		out = append(out, planned)
	}
	slices.SortFunc(out, func(a, b topic) int { return strings.Compare(a.Name, b.Name) })
	return out, errors.Join(errs...)
}

func (p *plan) planTopic(t *workload.TopicWorkload) (topic, error) {
	out := topic{Name: t.Name, Partitions: t.Partitions, Config: map[string]string{}, Application: t.Application, source: t,
		Cluster: p.clusterOf(t.Name)}
	for _, r := range p.Raised {
		if r.Name == t.Name {
			out.note("partitions %d instead of %d: %s; keys move to other partitions; raise it at the source first (runbook.md, step 4)", r.To, r.From, r.Why)
		}
	}
	p.replication(&out)
	if err := p.configure(&out); err != nil {
		return out, err
	}
	return out, nil
}

func (t *topic) note(format string, args ...any) {
	t.Changes = append(t.Changes, fmt.Sprintf(format, args...))
}

func (p *plan) clusterOf(name string) string {
	for _, c := range p.clusters {
		if c.Topics == nil || slices.Contains(c.Topics, name) {
			return c.Name
		}
	}
	return p.clusters[0].Name
}

// replication sets the factor where the target lets it: Serverless and Express set it themselves.
func (p *plan) replication(t *topic) {
	was := t.source.ReplicationFactor
	if was == 0 {
		was = p.Workload.ReplicationFactor
	}
	switch {
	case p.Option.Kind == verdict.Standard:
		t.ReplicationFactor = was
		if was == 0 {
			t.ReplicationFactor = 3
			t.note("replication factor 3: that of today is unknown, and MSK recommends 3")
		}
		if was > p.Option.Brokers {
			t.ReplicationFactor = p.Option.Brokers
			t.note("replication factor %d instead of %d: there are %d brokers", p.Option.Brokers, was, p.Option.Brokers)
		}
		if was > 0 && was < 2 {
			t.note("replication factor 1 is kept: its partitions are offline while MSK patches their broker; raise it to 3")
		}
	case p.Option.Kind == verdict.Express && was != 0 && was != p.Catalog.Express.ReplicationFactor:
		t.note("replication factor %d instead of %d: Express sets it", p.Catalog.Express.ReplicationFactor, was)
	case p.serverless() && was != 0 && was != 3:
		t.note("replication factor is set by Serverless; it is %d today", was)
	}
}

// configure keeps what the topic sets itself and the target takes, and notes what it drops.
func (p *plan) configure(t *topic) error {
	names := slices.Sorted(maps.Keys(t.source.Config))
	var errs []error
	for _, name := range names {
		v := t.source.Config[name]
		if v.Source != "topic" {
			continue
		}
		if strings.ContainsAny(v.Value, "=\n\r") {
			errs = append(errs, fmt.Errorf("%s=%q: kafka-topics takes no such value; remove the setting from the source topic, or set it by hand afterwards", name, v.Value))
			continue
		}
		if why := p.refuses(name, v.Value); why != "" {
			t.note("%s=%s dropped: %s", name, v.Value, why)
			continue
		}
		t.Config[name] = v.Value
	}
	p.declared(t)
	p.inherited(t)
	p.tier(t)
	if policy := t.Config["cleanup.policy"]; p.serverless() && strings.Contains(policy, ",") {
		t.note("cleanup.policy=%s: AWS documents delete or compact for Serverless, not both; create this topic first to see",
			policy)
	}
	return errors.Join(errs...)
}

// declared sets what a workload file says of a topic without listing its configuration.
func (p *plan) declared(t *topic) {
	if t.source.Config != nil {
		return
	}
	compacted := t.source.Compacted != nil && *t.source.Compacted
	if compacted {
		t.Config["cleanup.policy"] = "compact"
	}
	keep := t.source.Retention
	if keep == nil && p.Workload.Declared {
		keep = p.Workload.Retention
	}
	if keep != nil && !compacted {
		t.Config["retention.ms"] = milliseconds(*keep)
	}
	if m := t.source.MaxMessageBytes; m != nil && m.Value > defaultMaxMessage {
		t.Config["max.message.bytes"] = strconv.FormatFloat(m.Value+batchOverhead, 'f', 0, 64)
	}
}

// Kafka's default of max.message.bytes, which bounds a batch with its head and that of its one record, and what those take at most.
const (
	defaultMaxMessage = 1048588
	batchOverhead     = 1024
)

func milliseconds(d time.Duration) string {
	if d == workload.RetentionUnlimited {
		return "-1"
	}
	return strconv.FormatInt(d.Milliseconds(), 10)
}

// inherited are broker settings of today that topics depend on without setting them: on a target with other defaults the topic sets
// them itself.
var inherited = []struct{ broker, topic string }{
	{"log.retention.ms", "retention.ms"}, {"log.retention.bytes", "retention.bytes"}, {"log.cleanup.policy", "cleanup.policy"},
	{"message.max.bytes", "max.message.bytes"}, {"log.message.timestamp.type", "message.timestamp.type"},
	{"compression.type", "compression.type"},
}

// inherited writes into the topic what it inherits today from broker settings that the target does not get, and lifts Serverless's
// default of retention.bytes from a topic that keeps more.
func (p *plan) inherited(t *topic) {
	for _, pair := range inherited {
		v, ok := t.source.Config[pair.topic]
		if !ok || v.Source == "topic" || !v.Overridden() || t.Config[pair.topic] != "" || p.refuses(pair.topic, v.Value) != "" {
			continue
		}
		if _, kept := p.brokerProperties[pair.broker]; kept {
			continue
		}
		t.Config[pair.topic] = v.Value
		t.note("%s=%s set on the topic: today it comes from %s of the brokers, which the target does not get", pair.topic, v.Value,
			pair.broker)
	}
	limit := p.Catalog.Serverless.DefaultRetentionBytes
	s := t.source.StoredBytes
	if !p.serverless() || limit <= 0 || s == nil || t.Partitions < 1 || t.Config["retention.bytes"] != "" ||
		strings.Contains(t.Config["cleanup.policy"], "compact") {
		return
	}
	if each := s.Value / float64(t.Partitions); each > limit {
		t.Config["retention.bytes"] = "-1"
		t.note("retention.bytes=-1 set: a partition holds about %s, and Serverless trims at %s by default",
			workload.FormatBytes(each), workload.FormatBytes(limit))
	}
}

// refuses says why the target does not take a topic's setting; empty: it does.
func (p *plan) refuses(name, value string) string {
	switch {
	case p.Option.Kind == verdict.Standard && p.Option.TieredStorage && name == "cleanup.policy" &&
		strings.Contains(value, "compact"):
		return "" // the topic stays on the brokers
	case p.Option.Kind == verdict.Standard:
		if strings.HasSuffix(name, ".replication.throttled.replicas") {
			return "it names brokers of the old cluster"
		}
		return ""
	case p.Option.Kind == verdict.Express:
		if name == "min.insync.replicas" {
			return fmt.Sprintf("Express always has %d", p.Catalog.Express.MinInsyncReplicas)
		}
		if !slices.Contains(p.Catalog.Express.TopicConfigs, name) {
			return "it is not on AWS's list of topic settings for Express; if you need it, try it on one topic first"
		}
		return ""
	}
	return p.serverlessRefuses(name, value)
}

func (p *plan) serverlessRefuses(name, value string) string {
	for _, b := range p.Catalog.Serverless.TopicConfigs {
		if b.Name != name {
			continue
		}
		if v, err := strconv.ParseFloat(value, 64); err == nil && b.Max != nil && v > *b.Max {
			return fmt.Sprintf("Serverless takes at most %s", strconv.FormatFloat(*b.Max, 'f', -1, 64))
		}
		return ""
	}
	return "Serverless sets it itself"
}

// tier moves what is older than the primary retention to the low-cost tier, where the option is sized with it. Compacted topics
// stay.
func (p *plan) tier(t *topic) {
	if !p.Option.TieredStorage || strings.Contains(t.Config["cleanup.policy"], "compact") {
		return
	}
	local := p.primaryRetention()
	if ms, err := strconv.ParseFloat(t.source.Config["retention.ms"].Value, 64); err == nil && ms >= 0 &&
		ms <= float64(local.Milliseconds()) {
		return
	}
	t.Config["remote.storage.enable"], t.Config["local.retention.ms"] = "true", strconv.FormatInt(local.Milliseconds(), 10)
	t.note("remote.storage.enable=true with local.retention.ms=%d: the option is sized with %s on the brokers",
		local.Milliseconds(), hours(local))
}

// defaultPrimary is how long data stays on the brokers unless configured otherwise.
const defaultPrimary = 24 * time.Hour

func (p *plan) primaryRetention() time.Duration {
	if r := p.Workload.PrimaryRetention; r != nil {
		return *r
	}
	return defaultPrimary
}

func hours(d time.Duration) string { return strconv.FormatFloat(d.Hours(), 'f', -1, 64) + " h" }
