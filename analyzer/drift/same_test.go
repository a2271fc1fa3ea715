package drift

import (
	"testing"

	"github.com/mskfit/mskfit/verdict"
)

// Tiered storage makes another cluster of the same size, with other rules; another number of brokers does not.
func TestSameCluster(t *testing.T) {
	plain := verdict.Choice{Kind: verdict.Standard, Size: "kafka.m7g.large", Brokers: 6, Clusters: 1}
	tiered, more := plain, plain
	tiered.TieredStorage, more.Brokers = true, 9
	if sameCluster(plain, tiered) {
		t.Error("with and without tiered storage count as one cluster")
	}
	if !sameCluster(plain, more) {
		t.Error("another number of brokers counts as another cluster")
	}
}
