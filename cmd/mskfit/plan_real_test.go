package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"go.yaml.in/yaml/v3"

	"github.com/mskfit/mskfit/internal/testbed"
)

type plannedTopic struct {
	Name       string            `yaml:"name"`
	Partitions int               `yaml:"partitions"`
	Config     map[string]string `yaml:"config"`
	Changes    []string          `yaml:"changes"`
}

// A real cluster is planned, its topics are created again by the script, and what the broker then says of them is what
// topics.yaml says: as before, but for the changes that are noted.
func TestPlanOfARealCluster(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{ACLs: true, NoCounters: true})
	before := map[string]map[string]string{
		"orders.v1":  {"retention.ms": "3600000", "max.message.bytes": "2000000"},
		"orders-v1":  {"cleanup.policy": "compact", "segment.bytes": "1048576"},
		"-rf":        {"min.insync.replicas": "1", "cleanup.policy": "compact,delete"},
		"plain_2024": nil,
	}
	partitions := map[string]int{"orders.v1": 3, "orders-v1": 2, "-rf": 1, "plain_2024": 4}
	for name, config := range before {
		c.CreateTopic(name, partitions[name], config)
	}
	admin := kadm.NewClient(c.Client())
	acls := kadm.NewACLs().Topics("orders.v1").Groups("billing").ResourcePatternType(kadm.ACLPatternLiteral).
		Operations(kadm.OpRead).
		Allow("User:billing").AllowHosts()
	if _, err := admin.CreateACLs(t.Context(), acls); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "move")
	_, stderr, code := mskfit(t, "plan", "-b", strings.Join(c.Bootstrap(), ","), "--cluster", "shop", "--for", "3s", "--interval",
		"1s", "--backfill", "0",
		"--option", "express:express.m7g.large", "--out", dir)
	if code != exitDone {
		t.Fatalf("exit code %d, stderr %q", code, stderr)
	}
	planned := readTopics(t, dir)
	if len(planned) != len(before) {
		t.Fatalf("%d topics are planned, want %d: %+v", len(planned), len(before), planned)
	}
	for _, p := range planned {
		for name, value := range before[p.Name] {
			if p.Config[name] != value && !strings.Contains(strings.Join(p.Changes, "\n"), name+"="+value+" dropped") {
				t.Errorf("%s: %s=%s is neither kept nor noted: %+v", p.Name, name, value, p)
			}
		}
		if p.Partitions != partitions[p.Name] {
			t.Errorf("%s: %d partitions planned, has %d", p.Name, p.Partitions, partitions[p.Name])
		}
	}
	recreate(t, c, admin, dir, planned)

	text, err := os.ReadFile(filepath.Join(dir, "acls.md"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "| `User:billing` | \\* | allow | Read | Topic | `orders.v1` | literal |"; !strings.Contains(string(text), want) {
		t.Errorf("acls.md lacks %s:\n%s", want, text)
	}
}

// A topic with more partitions than Serverless creates in five minutes is created small and grown.
func TestPlanOfASplitOnARealBroker(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{NoCounters: true})
	dir := filepath.Join(t.TempDir(), "move")
	if _, stderr, code := mskfit(t, "plan", "-f", "../../internal/plan/testdata/split.yaml", "--option", "serverless_split",
		"--out", dir); code != exitDone {
		t.Fatalf("exit code %d, stderr %q", code, stderr)
	}
	recreate(t, c, kadm.NewClient(c.Client()), dir, readTopics(t, dir))
}

func readTopics(t *testing.T, dir string) []plannedTopic {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "topics.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Topics []plannedTopic `yaml:"topics"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file.Topics
}

// recreate deletes the topics where they are, runs the script, twice because it may be run again, and compares what the broker
// says.
func recreate(t *testing.T, c *testbed.Cluster, admin *kadm.Client, dir string, planned []plannedTopic) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var names []string
	for _, p := range planned {
		names = append(names, p.Name)
	}
	if _, err := admin.DeleteTopics(ctx, names...); err != nil {
		t.Fatal(err)
	}
	for {
		list, err := admin.ListTopics(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
	}
	for range 2 {
		cmd := exec.CommandContext(ctx, filepath.Join(dir, "create-topics.sh"))
		brokers := strings.Join(c.Bootstrap(), ",")
		cmd.Env = append(os.Environ(), "KAFKA_TOPICS="+c.TopicCommand(), "PAUSE_SECONDS=0",
			"BOOTSTRAP_SERVER="+brokers, "BOOTSTRAP_SERVER_1="+brokers, "BOOTSTRAP_SERVER_2="+brokers)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("create-topics.sh: %v\n%s", err, out)
		}
	}
	counts := map[string]int{}
	for _, p := range planned {
		counts[p.Name] = p.Partitions
	}
	c.AwaitTopics(counts)
	configs, err := admin.DescribeTopicConfigs(ctx, names...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range planned {
		r, err := configs.On(p.Name, nil)
		if err != nil || r.Err != nil {
			t.Fatal(err, r.Err)
		}
		set := map[string]string{}
		for _, v := range r.Configs {
			if v.Source.String() == "DYNAMIC_TOPIC_CONFIG" {
				set[v.Key] = *v.Value
			}
		}
		if len(set) != len(p.Config) {
			t.Errorf("%s has %v, planned %v", p.Name, set, p.Config)
		}
		for name, value := range p.Config {
			if set[name] != value {
				t.Errorf("%s: %s is %q, planned %q", p.Name, name, set[name], value)
			}
		}
	}
}
