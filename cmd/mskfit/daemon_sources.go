package main

import (
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/config"
)

// wanted is one source of a cluster as the configuration asks for it.
type wanted struct {
	// name is what figures and gaps of the source carry.
	name string
	// cfg is its part of the configuration, by which a reload tells whether it has changed.
	cfg any
	// open makes the source without connecting yet.
	open func(zerolog.Logger) (*source, error)
}

// source is an open source.
type source struct {
	collector.Source
	past agent.Past
	// requests are those sent so far, by API; nil for sources that do not count them.
	requests func() map[string]int64
	close    func()
}

// sourcesOf lists the sources of a cluster. A new kind of source has its place here.
func sourcesOf(c config.Cluster) []wanted {
	var out []wanted
	if c.Kafka != nil {
		cfg := c.Kafka.Config
		out = append(out, wanted{"kafka", cfg, func(log zerolog.Logger) (*source, error) { return openKafka(cfg, log) }})
	}
	return out
}

func openKafka(cfg kafka.Config, log zerolog.Logger) (*source, error) {
	s, err := kafka.New(cfg, log)
	if err != nil {
		return nil, err
	}
	return &source{Source: s, close: s.Close, requests: func() map[string]int64 {
		counts := map[string]int64{}
		for _, r := range s.Stats().Requests {
			counts[r.API] = r.Count
		}
		return counts
	}}, nil
}
