//go:build long

package testbed

import (
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
)

func TestPopulationIsThere(t *testing.T) {
	c := Kafka(t, Options{Brokers: 3})
	began := time.Now()
	want := Population{Topics: 101, Partitions: 1000, Groups: 50}
	c.Populate(want)
	t.Logf("populated after %s", time.Since(began).Round(time.Second))

	admin := kadm.NewClient(c.Client())
	topics, err := admin.ListTopics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	partitions := 0
	for _, topic := range topics {
		partitions += len(topic.Partitions)
	}
	if len(topics) != want.Topics || partitions != want.Partitions {
		t.Errorf("the cluster has %d topics with %d partitions, want %d with %d", len(topics), partitions, want.Topics,
			want.Partitions)
	}
	groups, err := admin.ListGroups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(groups) != want.Groups {
		t.Errorf("the cluster has %d groups, want %d", len(groups), want.Groups)
	}
}
