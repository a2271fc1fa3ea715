package plan

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// topicsFile writes the topics as data.
func topicsFile(p *plan) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Topics of %s on %s. create-topics.sh creates them.\n", oneLine(p.Workload.Cluster), p.name())
	if len(p.topics) == 0 {
		b.WriteString("# The source names no topics: list them here by hand, or plan from a live cluster.\n")
	}
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	topics := p.topics
	if topics == nil {
		topics = []topic{}
	}
	if err := enc.Encode(map[string][]topic{"topics": topics}); err != nil {
		return nil, err
	}
	return b.Bytes(), enc.Close()
}

// step is one line of the script. A create makes partitions, a grow adds some, and a pause waits for the next five minutes.
type step struct {
	verb  string
	topic *topic
	total int // partitions of the topic after it
}

// steps are what creates the topics of one cluster. With a pace, no more partitions are made within five minutes than that: a topic
// that has more is created small and grown.
func steps(topics []topic, cluster string, pace int) []step {
	var out []step
	made := 0
	for i := range topics {
		t := &topics[i]
		if t.Cluster != cluster {
			continue
		}
		verb, have := "create", 0
		for have < t.Partitions {
			add := t.Partitions - have
			if pace > 0 {
				if made > 0 && (made == pace || made+add > pace && add <= pace) {
					out, made = append(out, step{verb: "pause"}), 0
				}
				add = min(add, pace-made)
			}
			have, made = have+add, made+add
			out = append(out, step{verb, t, have})
			verb = "grow"
		}
	}
	return out
}

// pace is how many partitions may be created in five minutes; 0: any number.
func (p *plan) pace() int {
	if q, ok := p.Catalog.Serverless.Quota("partition_create_delete_rate"); ok && p.serverless() && q.Limit != nil {
		return int(*q.Limit)
	}
	return 0
}

const scriptHead = `#!/usr/bin/env bash
# Creates the topics of %s on %s. It can be run again: topics that exist are left as they are.
#
#   %s./create-topics.sh
#
# COMMAND_CONFIG names the client properties for kafka-topics (authentication), KAFKA_TOPICS the program.
set -euo pipefail

kafka_topics=${KAFKA_TOPICS:-kafka-topics.sh}
config=()
if [[ -n "${COMMAND_CONFIG:-}" ]]; then config=(--command-config "$COMMAND_CONFIG"); fi

topics() { "$kafka_topics" --bootstrap-server "$bootstrap" ${config[@]+"${config[@]}"} "$@"; }

create() { # NAME PARTITIONS [MORE OPTIONS]
  local name=$1 partitions=$2
  shift 2
  echo "create $name with $partitions partitions"
  topics --create --if-not-exists --topic="$name" --partitions "$partitions" "$@"
}
`

const scriptGrow = `
grow() { # NAME PARTITIONS: a topic that has as many already is left as it is
  local have
  have=$(topics --describe --topic="${1//./\\.}" | sed -n 's/.*PartitionCount: *\([0-9]*\).*/\1/p' | head -n 1)
  if ((${have:-0} >= $2)); then return; fi
  echo "grow $1 to $2 partitions"
  topics --alter --topic="${1//./\\.}" --partitions "$2" # it takes a pattern
}
`

const scriptPause = `
pause() { # Serverless creates %d partitions in 5 minutes
  echo "waiting ${PAUSE_SECONDS:-300} seconds"
  sleep "${PAUSE_SECONDS:-300}"
}
`

// topicsScript writes the script that creates the topics.
func topicsScript(p *plan) ([]byte, error) {
	var b bytes.Buffer
	needs := ""
	for _, c := range p.clusters {
		needs += p.bootstrapVariable(c) + "=HOST:PORT "
	}
	fmt.Fprintf(&b, scriptHead, oneLine(p.Workload.Cluster), p.name(), needs)
	all := map[string][]step{}
	for _, c := range p.clusters {
		all[c.Name] = steps(p.topics, c.Name, p.pace())
	}
	uses := func(verb string) bool {
		for _, list := range all {
			if slices.ContainsFunc(list, func(s step) bool { return s.verb == verb }) {
				return true
			}
		}
		return false
	}
	if uses("grow") {
		b.WriteString(scriptGrow)
	}
	if uses("pause") {
		fmt.Fprintf(&b, scriptPause, p.pace())
	}
	for _, c := range p.clusters {
		name := p.bootstrapVariable(c)
		fmt.Fprintf(&b, "\n# %s\nbootstrap=${%s:?set it to the bootstrap brokers of %s}\n", c.Name, name, c.Name)
		for _, s := range all[c.Name] {
			b.WriteString(s.line() + "\n")
		}
	}
	if len(p.topics) == 0 {
		b.WriteString("\necho 'the source of this plan names no topics: nothing was created' >&2\nexit 1\n")
	}
	return b.Bytes(), nil
}

func (p *plan) bootstrapVariable(c cluster) string {
	if len(p.clusters) == 1 {
		return "BOOTSTRAP_SERVER"
	}
	return "BOOTSTRAP_SERVER_" + strings.ToUpper(strings.TrimPrefix(c.Label, "part_"))
}

func (s step) line() string {
	if s.verb == "pause" {
		return "pause"
	}
	out := fmt.Sprintf("%s %s %d", s.verb, shellQuoted(s.topic.Name), s.total)
	if s.verb != "create" {
		return out
	}
	if n := s.topic.ReplicationFactor; n > 0 {
		out += fmt.Sprintf(" --replication-factor %d", n)
	}
	for _, name := range slices.Sorted(maps.Keys(s.topic.Config)) {
		out += " --config " + shellQuoted(name+"="+s.topic.Config[name])
	}
	return out
}

// shellQuoted writes a word so that a shell reads it as it is.
func shellQuoted(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/:=,", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// oneLine is s where a comment may hold it: without control characters.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}
