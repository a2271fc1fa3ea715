package analyzer

import (
	"fmt"
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// smallerMessages lowers the largest message to the quota.
func (d *decision) smallerMessages(r remedy, rule verdict.Rule) (remedy, bool) {
	limit, ok := QuotaLimit(d.in, r.rule)
	if !ok || rule.Outcome != verdict.Fail {
		return r, false
	}
	names := map[string]bool{}
	for _, t := range d.in.Workload.TopicList {
		if m := t.MaxMessageBytes; m != nil && m.Value > limit {
			names[t.Name] = true
			r.actions = append(r.actions, verdict.Action{Target: "topic " + t.Name,
				Action: fmt.Sprintf("lower max.message.bytes from %.0f to %.0f", m.Value, limit),
				Why:    "larger messages are refused: " + bigger(t.AverageMessageBytes, limit)})
		}
	}
	if len(r.actions) == 0 {
		r.actions = []verdict.Action{{Target: "producers",
			Action: fmt.Sprintf("send nothing larger than %s: keep larger payloads in S3 and send a reference",
				workload.FormatSize(limit)), Why: rule.Evidence}}
	}
	if m := d.in.Workload.MaxMessageBytes; d.in.Workload.Declared && m != nil {
		r.near = true // the owner knows how large messages are
		r.changes = []verdict.Change{{Field: "workload.max_message_size", From: bytesText(m.Value), To: bytesText(limit)}}
	}
	r.question = fmt.Sprintf("Can every message be kept to %s?", workload.FormatSize(limit))
	r.premise = "no message is larger than " + workload.FormatSize(limit)
	if m := d.in.Workload.MaxMessageBytes; m != nil {
		r.premise += " (the largest is " + workload.FormatSize(m.Value) + ")"
	}
	r.apply = func(in *Input) {
		in.Workload.MaxMessageBytes = workload.Exactly(limit, workload.Declared, "after the action").Ptr()
		in.Workload.TopicList = slices.Clone(in.Workload.TopicList)
		for i := range in.Workload.TopicList {
			if t := &in.Workload.TopicList[i]; names[t.Name] {
				t.MaxMessageBytes = in.Workload.MaxMessageBytes
			}
		}
	}
	return r, true
}

func bigger(average *workload.Figure, limit float64) string {
	if average == nil {
		return "check first what is sent today"
	}
	return fmt.Sprintf("the average message has %s, so the limit of %s may never have been used",
		workload.FormatSize(average.Value), workload.FormatSize(limit))
}

// gentler asks clients for fewer requests, connections or connection attempts.
func (d *decision) gentler(r remedy, rule verdict.Rule) (remedy, bool) {
	if rule.Outcome != verdict.Fail || rule.Observed == nil || rule.Limit == nil {
		return r, false
	}
	target := *rule.Limit * (1 - d.in.freeOr(r.rule))
	k := target / *rule.Observed
	way := map[string]string{
		"request_rate":        "batch more (linger.ms, batch.size, fetch.min.bytes): %s times as much in each request",
		"client_connections":  "share clients between threads and instances: %s times the work on each connection",
		"connection_attempts": "keep clients alive instead of opening new ones, and spread restarts: %s times as long-lived",
	}[r.rule]
	r.actions = []verdict.Action{{Target: "clients", Action: fmt.Sprintf(way, count(1/k)), Why: rule.Evidence}}
	r.premise = fmt.Sprintf(map[string]string{"request_rate": "clients send %s requests a second instead of %s",
		"client_connections":  "clients keep %s connections instead of %s",
		"connection_attempts": "clients open %s new connections a second instead of %s"}[r.rule], count(target),
		count(*rule.Observed))
	r.apply = func(in *Input) {
		w := &in.Workload
		switch r.rule {
		case "request_rate":
			w.RequestsPerSec = scaled(w.RequestsPerSec, k)
		case "client_connections":
			w.ClientConnections = scaled(w.ClientConnections, k)
		default:
			w.ConnectionsPerSec = scaled(w.ConnectionsPerSec, k)
		}
	}
	return r, true
}

// fewerGroups deletes groups that no one is a member of, where that is enough.
func (d *decision) fewerGroups(r remedy, rule verdict.Rule) (remedy, bool) {
	idle := 0.0
	for _, g := range d.in.Workload.GroupList {
		if g.Members != nil && *g.Members == 0 {
			idle++
		}
	}
	limit, ok := QuotaLimit(d.in, r.rule)
	groups := d.in.Workload.ConsumerGroups
	if !ok || rule.Outcome != verdict.Fail || groups == nil || idle == 0 || groups.High-idle > limit {
		return r, false
	}
	r.actions = []verdict.Action{{Target: "consumer groups",
		Action: fmt.Sprintf("delete the %s groups without members", count(idle)), Why: rule.Evidence}}
	r.premise = fmt.Sprintf("the %s groups without members are deleted", count(idle))
	r.apply = func(in *Input) {
		f := *groups
		f.Value, f.Low, f.High = f.Value-idle, f.Low-idle, f.High-idle
		in.Workload.ConsumerGroups = &f
	}
	return r, true
}

// splitCompacted spreads compacted topics over more partitions, which is possible while they are created again.
func (d *decision) splitCompacted(r remedy, rule verdict.Rule) (remedy, bool) {
	limit, ok := QuotaLimit(d.in, r.rule)
	largest := d.load.largestCompacted
	if !ok || !largest.ok || rule.Outcome != verdict.Fail {
		return r, false
	}
	k := math.Ceil(largest.High / (limit * (1 - d.in.freeOr(r.rule))))
	if !(k > 1 && k <= 100) {
		return r, false
	}
	r.actions = []verdict.Action{{Target: "compacted topics",
		Action: fmt.Sprintf("create them with %s times the partitions", count(k)), Why: rule.Evidence}}
	r.premise = fmt.Sprintf("compacted topics get %s times the partitions", count(k))
	r.apply = func(in *Input) {
		w := &in.Workload
		if w.LargestCompactedPartitionBytes != nil {
			w.LargestCompactedPartitionBytes = w.LargestCompactedPartitionBytes.Scale(1 / k).Ptr()
		}
		if c := w.CompactedPartitions; c != nil && w.Partitions != nil {
			w.Partitions = w.Partitions.Plus(c.Scale(k - 1)).Ptr()
			w.CompactedPartitions = c.Scale(k).Ptr()
		}
	}
	return r, true
}
