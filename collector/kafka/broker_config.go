package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/workload"
)

// readBrokerConfigs reads each broker's own configuration and joins what is set, the lowest broker id winning. It returns nil
// when no broker shows.
func (s *Source) readBrokerConfigs(ctx context.Context, g *gaps) map[string]brokerSetting {
	var all map[string]brokerSetting
	for _, b := range s.world.brokers {
		settings, err := s.askBrokerConfig(ctx, b.id)
		if err != nil {
			text := why(s.cfg, err)
			if errors.Is(err, kerr.ClusterAuthorizationFailed) {
				text = "the user lacks the DescribeConfigs permission on the cluster"
			}
			g.count("configuration of broker", fmt.Sprint(b.id), text,
				"listeners, authentication and broker configuration are unknown")
			continue
		}
		if all == nil {
			all = map[string]brokerSetting{}
		}
		for name, v := range settings {
			if _, ok := all[name]; !ok {
				all[name] = v
			}
		}
	}
	return all
}

// brokerSetting is one property of a broker.
type brokerSetting struct {
	value  workload.ConfigValue
	secret bool
	// standard is Kafka's default, where the broker shows it.
	standard string
	answered bool
}

func (s *Source) askBrokerConfig(ctx context.Context, id int32) (map[string]brokerSetting, error) {
	req := kmsg.NewPtrDescribeConfigsRequest()
	r := kmsg.NewDescribeConfigsRequestResource()
	r.ResourceType, r.ResourceName = kmsg.ConfigResourceTypeBroker, fmt.Sprint(id)
	req.Resources = append(req.Resources, r)
	req.IncludeSynonyms = true
	answer, _, err := s.ask(ctx, id, req)
	if err != nil {
		return nil, err
	}
	resp := answer.(*kmsg.DescribeConfigsResponse)
	out := map[string]brokerSetting{}
	for i := range resp.Resources {
		if err := kerr.ErrorForCode(resp.Resources[i].ErrorCode); err != nil {
			return nil, err
		}
		for j := range resp.Resources[i].Configs {
			c := &resp.Resources[i].Configs[j]
			out[strings.Clone(c.Name)] = settingOf(c, resp.Version)
		}
	}
	return out, nil
}

func settingOf(c *kmsg.DescribeConfigsResponseResourceConfig, version int16) brokerSetting {
	v := brokerSetting{value: workload.ConfigValue{Source: configSource(c, version)}, secret: c.IsSensitive}
	if version == 0 && v.value.Source == "topic" {
		v.value.Source = "static-broker"
	}
	if c.Value != nil && !c.IsSensitive {
		v.value.Value = strings.Clone(*c.Value)
	}
	for _, synonym := range c.ConfigSynonyms {
		if synonym.Source == kmsg.ConfigSourceDefaultConfig && synonym.Value != nil {
			v.standard, v.answered = strings.Clone(*synonym.Value), true
		}
	}
	return v
}

// plumbing are the beginnings of properties that say where and how a broker runs, not what the cluster does for its
// clients: a managed service has its own. Listeners and authentication are distinguished from it.
var plumbing = []string{
	"advertised.", "authorizer.", "background.threads", "broker.id", "broker.rack", "broker.session.", "broker.heartbeat.",
	"client.quota.", "config.providers",
	"connection", "control", "early.start.listeners", "group.coordinator.", "group.initial.rebalance.delay.ms", "host.name",
	"initial.broker.",
	"inter.broker.", "leader.imbalance.", "listener", "log.cleaner.", "log.dir", "log.flush.", "log.retention.check.", "metadata.",
	"metric",
	"node.id", "num.io.", "num.network.", "num.recovery.", "num.replica.", "offsets.", "password.", "port", "principal.",
	"process.roles", "queued.",
	"quorum.", "quota.", "remote.log.manager.", "remote.log.metadata.", "remote.log.storage.", "replica.", "replication.quota.",
	"request.", "reserved.broker.",
	"sasl.", "security.", "server.", "share.coordinator.", "socket.", "ssl.", "super.users", "transaction.state.", "zookeeper",
}

// ofConsequence keeps what somebody set to something else than Kafka's default, and what a move would have to keep.
func ofConsequence(config map[string]brokerSetting) map[string]workload.ConfigValue {
	out := map[string]workload.ConfigValue{}
	for name, v := range config {
		switch {
		case v.secret, !v.value.Overridden(), v.answered && v.standard == v.value.Value:
		case slices.ContainsFunc(plumbing, func(p string) bool { return strings.HasPrefix(name, p) }):
		default:
			out[name] = v.value
		}
	}
	return out
}
