package check

import (
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

func TestCheckNamesWhatMendsAMissingPermission(t *testing.T) {
	cfg := fleet(t)
	gaps := []workload.Gap{
		{Source: "kafka", What: "log sizes of broker 1", Why: "the user lacks the Describe permission on the cluster",
			Effect: "wider bounds"},
		{Source: "kafka", What: "broker 2", Why: "nothing is listening on this port", Effect: "rates are unknown"},
	}
	for cluster, fix := range map[int]string{
		0: "kafka-acls --bootstrap-server b-1:9096 --add --allow-principal User:fit --operation Describe --cluster",
		2: "allow kafka-cluster:DescribeCluster in the IAM policy (mskfit permissions prints it)",
	} {
		var missing []Result
		for _, r := range kafkaResults("cluster", cfg.Clusters[cluster], gaps) {
			if r.State != OK {
				missing = append(missing, r)
			}
		}
		if len(missing) != 2 || missing[0].Fix != fix || !strings.Contains(missing[0].Detail, "log sizes of broker 1") {
			t.Errorf("cluster %d: %+v\nwant %q", cluster, missing, fix)
		}
		if len(missing) == 2 && !strings.Contains(missing[1].Detail, "nothing is listening on this port") {
			t.Errorf("a gap that no permission explains: %+v", missing[1])
		}
	}
}

func TestCheckTextKeepsCommandsWhole(t *testing.T) {
	text := string(Text([]Result{{Part: "cluster orders", What: "kafka: connect", State: Failed,
		Detail: strings.Repeat("word ", 40)}}))
	for _, line := range strings.Split(text, "\n") {
		if len(line) > 80 {
			t.Errorf("a line of %d columns: %s", len(line), line)
		}
	}
	if long := strings.Repeat("x", 100); wrapAt(long, 69)[0] != long {
		t.Error("a long word was cut")
	}
}

// Exactly the printed ACLs on a cluster that has no topics yet: nothing is missing.
func TestCheckFindsNothingMissingOnAnEmptyCluster(t *testing.T) {
	cfg := fleet(t)
	results := kafkaResults("cluster", cfg.Clusters[0],
		[]workload.Gap{{Source: "kafka", What: "topics", Why: "the cluster has none", Effect: "there is nothing to measure"}})
	if last := results[len(results)-1]; NotOK(results) != 0 || last.State != Warning ||
		!strings.Contains(last.Detail, "the cluster has none") {
		t.Errorf("results: %+v", results)
	}
}

// A check that no one watches runs as well.
func TestCheckRunsWithoutProgress(t *testing.T) {
	cfg, err := config.Load(mskfake.File(t, "clusters: [{name: shop, kafka: {bootstrap: ['"+closedPort+"']}}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	failed := false
	for _, r := range Run(t.Context(), cfg, Options{Now: time.Now, Log: zerolog.Nop()}) {
		failed = failed || r.Part == "cluster shop" && r.State == Failed
	}
	if !failed {
		t.Error("a closed port was not found")
	}
}
