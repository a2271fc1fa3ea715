package check

import (
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/workload"
)

// A permission on topics that could not be tried, because none is seen, is not said to be there.
func TestCheckDoesNotPassWhatItCannotTry(t *testing.T) {
	cfg := fleet(t)
	for why, untried := range map[string]int{"the user lacks the Describe permission on all of them": 2, "": 0} {
		var gaps []workload.Gap
		if why != "" {
			gaps = append(gaps, workload.Gap{Source: "kafka", What: "topics", Why: why, Effect: "nothing is known of them"})
		}
		n := 0
		for _, r := range kafkaResults("cluster", cfg.Clusters[1], gaps) {
			if strings.Contains(r.Detail, "not tried") && r.State == Missing && strings.Contains(r.Fix, "--topic '*'") {
				n++
			}
		}
		if n != untried {
			t.Errorf("%q: %d permissions are not tried, want %d", why, n, untried)
		}
	}
}
