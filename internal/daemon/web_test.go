package daemon

import (
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/web"
)

// A cluster whose brokers are all gone is a problem in /readyz, in the words of its source.
func TestASourceThatGivesNothingIsAProblem(t *testing.T) {
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	got := sourceProblems([]agent.ClusterStatus{
		{Name: "fine", Sources: []agent.SourceStatus{{Name: "kafka", CollectedAt: at}}},
		{Name: "shop", Sources: []agent.SourceStatus{{Name: "kafka", CollectedAt: at,
			Error: "connect to b-1:9092: nothing is listening on this port"}, {Name: "msk", CollectedAt: at}}},
		{Name: "new", Sources: []agent.SourceStatus{{Name: "kafka", Error: "connect to b-2:9092: no such host"}}},
	})
	if len(got) != 2 || got[0].Part != "cluster shop" ||
		got[0].Why != "kafka: connect to b-1:9092: nothing is listening on this port" ||
		got[0].Since == nil || !got[0].Since.Equal(at) || got[1].Part != "cluster new" || got[1].Since != nil {
		t.Errorf("problems: %+v", got)
	}
}

// Pages that everybody in the network can read are a warning in the log.
func TestAnOpenAddressIsLogged(t *testing.T) {
	for listen, want := range map[string]bool{"0.0.0.0:0": true, "127.0.0.1:0": false} {
		var log strings.Builder
		(&Daemon{opened: config.Config{Web: web.Config{Listen: listen}}, log: zerolog.New(&log)}).warnExposed()
		if warned := strings.Contains(log.String(), "without authentication"); warned != want {
			t.Errorf("%s: the log says %s", listen, &log)
		}
	}
}
