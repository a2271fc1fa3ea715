package kafka

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/workload"
)

// configBatch is how many topics one DescribeConfigs asks for: a topic's answer takes about 2 KB.
const configBatch = 1000

// effectNoConfig is what an unread topic configuration costs.
const effectNoConfig = "it may or may not be compacted, so its bytes are estimated, and rules on topic configuration are unknown"

// readTopicConfigs reads the configuration of topics: of all when the slow sweep is due, else of those that are not known.
func (s *Source) readTopicConfigs(ctx context.Context, g *gaps) {
	var ask []*topic
	for _, name := range s.world.names {
		t := s.world.topics[name]
		if s.slowDue() || t.config == nil && t.first == s.sweep {
			ask = append(ask, t)
		}
	}
	for len(ask) > 0 && ctx.Err() == nil {
		n := min(len(ask), configBatch)
		s.askTopicConfigs(ctx, ask[:n])
		ask = ask[n:]
	}
	for _, name := range s.world.names {
		if t := s.world.topics[name]; t.config == nil {
			g.count("configuration of topic", t.name, s.slow.configRefusal(t.name), effectNoConfig)
		}
	}
}

func (s *Source) askTopicConfigs(ctx context.Context, topics []*topic) {
	answer, err := s.askAny(ctx, func() kmsg.Request {
		req := kmsg.NewPtrDescribeConfigsRequest()
		for _, t := range topics {
			r := kmsg.NewDescribeConfigsRequestResource()
			r.ResourceType, r.ResourceName = kmsg.ConfigResourceTypeTopic, t.name
			req.Resources = append(req.Resources, r)
		}
		return req
	})
	if err != nil {
		for _, t := range topics {
			s.slow.refuseConfig(t.name, why(s.cfg, err))
		}
		return
	}
	resp := answer.(*kmsg.DescribeConfigsResponse)
	for i := range resp.Resources {
		r := &resp.Resources[i]
		t := s.world.topics[r.ResourceName]
		if t == nil {
			continue
		}
		if err := kerr.ErrorForCode(r.ErrorCode); err != nil {
			s.slow.refuseConfig(t.name, configWhy(s.cfg, err))
			continue
		}
		t.config = overridden(r.Configs, resp.Version)
		t.policy = policyOf(t.config)
		s.slow.allowConfig(t.name)
	}
}

func configWhy(cfg Config, err error) string {
	if errors.Is(err, kerr.TopicAuthorizationFailed) {
		return "the user lacks the DescribeConfigs permission on the topic"
	}
	return why(cfg, err)
}

// overridden keeps what somebody set. Values of secrets are not sent by brokers and stay empty.
func overridden(configs []kmsg.DescribeConfigsResponseResourceConfig, version int16) map[string]workload.ConfigValue {
	out := map[string]workload.ConfigValue{}
	for i := range configs {
		c := &configs[i]
		source := configSource(c, version)
		if source == "default" {
			continue
		}
		v := workload.ConfigValue{Source: source}
		if c.Value != nil && !c.IsSensitive {
			v.Value = strings.Clone(*c.Value)
		}
		out[strings.Clone(c.Name)] = v
	}
	return out
}

// configSource translates Kafka's number for who set a value. Version 0 only says whether it is the default.
func configSource(c *kmsg.DescribeConfigsResponseResourceConfig, version int16) string {
	if version == 0 {
		if c.IsDefault {
			return "default"
		}
		return "topic"
	}
	switch c.Source {
	case kmsg.ConfigSourceDynamicTopicConfig:
		return "topic"
	case kmsg.ConfigSourceDynamicBrokerConfig:
		return "dynamic-broker"
	case kmsg.ConfigSourceDynamicDefaultBrokerConfig:
		return "dynamic-default-broker"
	case kmsg.ConfigSourceStaticBrokerConfig:
		return "static-broker"
	case kmsg.ConfigSourceDefaultConfig:
		return "default"
	}
	return "other"
}

// policyOf says what may shrink a topic's log.
func policyOf(config map[string]workload.ConfigValue) policy {
	compacted, known := workload.Topic{Config: config}.Compacted()
	compression := config["compression.type"].Value
	switch {
	case !known:
		return policyUnknown
	case compacted:
		return policyCompact
	case config["remote.storage.enable"].Value == "true":
		return policyTiered
	case compression != "" && compression != "producer":
		return policyRewritten
	}
	return policyDelete
}

// largestAllowed is the largest record batch that the broker takes for the topic, and false where it is not known.
func (t *topic) largestAllowed() (float64, bool) {
	if t.config == nil {
		return 0, false
	}
	v, set := t.config["max.message.bytes"]
	if !set {
		return defaultMaxMessage, true
	}
	n, err := strconv.ParseFloat(v.Value, 64)
	return n, err == nil && n > 0
}

// defaultMaxMessage is Kafka's default of max.message.bytes: 1 MiB and the 12 bytes of log overhead.
const defaultMaxMessage = 1<<20 + 12
