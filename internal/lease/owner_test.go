package lease

import (
	"fmt"
	"math"
	"testing"

	"github.com/mskfit/mskfit/internal/ledger"
)

func replicas(names ...string) (out []ledger.Replica) {
	for i, n := range names {
		out = append(out, ledger.Replica{ID: fmt.Sprintf("id-%d", i), Name: n, Shares: true})
	}
	return out
}

func owners(all []ledger.Replica, n int) map[string]string {
	out := map[string]string{}
	for i := range n {
		name := fmt.Sprintf("cluster-%04d", i)
		out[name] = Owner(all, name)
	}
	return out
}

// A replica that joins n others takes its part from them and moves nothing else; one that dies gives its part to the others and
// moves nothing else. The parts are even.
func TestOnlyThePartOfAReplicaMoves(t *testing.T) {
	const clusters = 5000
	for n := 1; n <= 12; n++ {
		var names []string
		for i := range n + 1 {
			names = append(names, fmt.Sprintf("mskfit-%d", i))
		}
		more := replicas(names...)
		before, after := owners(more[:n], clusters), owners(more, clusters)
		joined, moved := more[n].ID, 0
		counts := map[string]int{}
		for cluster, owner := range after {
			counts[owner]++
			if owner == before[cluster] {
				continue
			}
			moved++
			if owner != joined {
				t.Errorf("%d join %d: %s moves from %s to %s, which was there", 1, n, cluster, before[cluster], owner)
			}
		}
		even := float64(clusters) / float64(n+1)
		if tolerance := 5 * math.Sqrt(even); math.Abs(float64(moved)-even) > tolerance {
			t.Errorf("with %d replicas %d clusters move to one that joins, want %.0f ± %.0f", n, moved, even, tolerance)
		}
		for id, c := range counts {
			if math.Abs(float64(c)-even) > 5*math.Sqrt(even) {
				t.Errorf("%s of %d holds %d clusters, want about %.0f", id, n+1, c, even)
			}
		}
	}
}

// Three processes on one host have one name. When the oldest dies, the parts of the others stay where they are.
func TestReplicasOfOneNameKeepTheirParts(t *testing.T) {
	all := replicas("host", "host", "host")
	before, after := owners(all, 300), owners(all[1:], 300)
	for cluster, owner := range after {
		if was := before[cluster]; was != owner && was != all[0].ID {
			t.Errorf("%s moves from %s to %s, and both are alive", cluster, was, owner)
		}
	}
}

func TestWithoutASharedHistoryTheOldestHoldsAll(t *testing.T) {
	all := replicas("a", "b", "c")
	all[2].Shares = false
	for cluster, owner := range owners(all, 50) {
		if owner != "id-0" {
			t.Errorf("%s is held by %s", cluster, owner)
		}
	}
	if Owner(nil, "x") != "" || Owner(all[2:], "x") != "id-2" {
		t.Error("none of none, or a single one that does not hold its clusters")
	}
}
