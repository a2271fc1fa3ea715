package dashboard

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// hostile is a name that a cluster may hold and a page must survive.
const hostile = `a"><script>alert(1)</script>'` + "\u202e" + `/..%2f`

// withHostile has a topic and a group with such names, and many topics.
func withHostile(t testing.TB, topics int) *served {
	s := fleetOf(t)
	v := *s.clusters[2].Verdict
	rate := workload.Constantly(workload.Exactly(5e6, workload.Measured, "test"))
	v.Topics = []verdict.TopicFigures{{Name: hostile, Partitions: 3, IngressBytesPerSec: rate, Groups: []string{hostile}}}
	for i := range topics {
		v.Topics = append(v.Topics, verdict.TopicFigures{Name: fmt.Sprintf("topic-%04d", i), Partitions: 1,
			IngressBytesPerSec: rate, Groups: []string{}})
	}
	v.Groups = []verdict.GroupFigures{{Name: hostile, Topics: []string{hostile}, EgressBytesPerSec: rate}}
	s.clusters[2].Verdict = &v
	return s
}

func pathsOf(cluster string) []string {
	name := url.PathEscape(hostile)
	return []string{"/", "/?q=" + url.QueryEscape(hostile), "/alerts", "/system", "/clusters/" + cluster,
		"/clusters/" + cluster + "?window=30d",
		"/clusters/" + cluster + "/topics", "/clusters/" + cluster + "/groups", "/clusters/" + cluster + "/topics/" + name,
		"/clusters/" + cluster + "/groups/" + name, "/clusters/" + cluster + "/what-if?growth=" + url.QueryEscape(hostile),
		"/clusters/new", "/clusters/gone"}
}

// Every page passes its own Content-Security-Policy: no script and no style is in it, no attribute carries one, and all that it
// loads comes from this host. Names from a cluster stay text.
func TestPagesCarryNoScriptAndLoadNothingFromElsewhere(t *testing.T) {
	h := site(t, withHostile(t, 20))
	for _, path := range pathsOf("games") {
		w := get(t, h, path)
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
			continue
		}
		if got := w.Header().Get("Content-Security-Policy"); got != Policy {
			t.Errorf("%s: policy %q", path, got)
		}
		root, err := html.Parse(strings.NewReader(w.Body.String()))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.Data == "style" || n.Data == "script" && n.FirstChild != nil {
				t.Errorf("%s: the page contains a %s", path, n.Data)
			}
			for _, a := range n.Attr {
				switch {
				case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
					t.Errorf("%s: <%s %s=%q>", path, n.Data, a.Key, a.Val)
				case (a.Key == "src" || a.Key == "href" || a.Key == "action") && !strings.HasPrefix(a.Val, "/") &&
					!strings.HasPrefix(a.Val, "#"):
					t.Errorf("%s: <%s> leads to %q", path, n.Data, a.Val)
				}
			}
		}
	}
}

// Links lead to pages that are there.
func TestEveryLinkOfEveryPageIsAnswered(t *testing.T) {
	h := site(t, withHostile(t, 250))
	seen := map[string]bool{}
	queue := []string{"/"}
	for len(queue) > 0 && len(seen) < 400 {
		path := queue[0]
		queue = queue[1:]
		if path == "" || seen[path] || strings.HasPrefix(path, "/api/") || path == "/metrics" || path == "/readyz" {
			continue
		}
		seen[path] = true
		w := get(t, h, path)
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			continue
		}
		root, err := html.Parse(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			for _, a := range n.Attr {
				if n.Type == html.ElementNode && (a.Key == "href" || a.Key == "src") {
					queue = append(queue, strings.SplitN(a.Val, "#", 2)[0])
				}
			}
		}
	}
	if !seen["/clusters/games/topics/"+url.PathEscape(hostile)] {
		t.Error("the page of the topic with the hostile name is not linked")
	}
}

func TestEveryStateHasWords(t *testing.T) {
	empty := &served{daemon: web.Daemon{Ready: true, Role: web.RoleActive}}
	standby := fleetOf(t)
	standby.daemon.Role = web.RoleStandby
	broken := fleetOf(t)
	broken.daemon.Problems = []web.Problem{{Part: "history", Why: "disk full"}}
	left := fleetOf(t)
	left.daemon.Left = []web.Left{{Cluster: "old", Why: "deleted in AWS", At: noon}}
	for _, tc := range []struct {
		name, path string
		on         *served
		code       int
		want       string
	}{
		{"no clusters", "/", empty, 200, "No cluster is watched yet"},
		{"standby", "/", standby, 200, "other replicas watch all clusters"},
		{"a part does not work", "/clusters/games", broken, 200, "history: disk full"},
		{"the first minutes", "/clusters/new", fleetOf(t), 200, "The first reading of kafka is under way"},
		{"source down", "/clusters/gone", fleetOf(t), 200, "no broker answers: connection refused"},
		{"what-if without data", "/clusters/new/what-if", fleetOf(t), 200, "Nothing to decide on yet"},
		{"a cluster that left", "/clusters/old", left, 404, "deleted in AWS"},
		{"no such cluster", "/clusters/nope", fleetOf(t), 404, "No cluster nope"},
		{"no such topic", "/clusters/games/topics/nope", fleetOf(t), 404, "No topic nope"},
		{"no such page", "/nope", fleetOf(t), 404, "No such page"},
		{"no match", "/?q=zzz", fleetOf(t), 200, "No cluster matches"},
	} {
		w := get(t, site(t, tc.on), tc.path)
		if w.Code != tc.code || !strings.Contains(w.Body.String(), tc.want) {
			t.Errorf("%s: %d, without %q", tc.name, w.Code, tc.want)
		}
	}
}

func TestWhatIfDecidesAgain(t *testing.T) {
	h := site(t, fleetOf(t))
	for query, want := range map[string]string{
		"":                 "The same choice as now; the same price as now.",
		"growth=500":       "a month more than now",
		"team=yes":         "Now: MSK Serverless",
		"region=eu-west-1": "for eu-west-1",
		"growth=much":      `Growth: &#34;much&#34; is not a number from -90 to 1000`,
		"region=mars":      `Region: there are no prices for &#34;mars&#34;`,
		"team=maybe":       `Team: &#34;maybe&#34; is neither yes nor no`,
	} {
		body := get(t, h, "/clusters/games/what-if?"+query).Body.String()
		if !strings.Contains(body, want) {
			t.Errorf("%q: no %q in %s", query, want, body)
		}
	}
	s := fleetOf(t)
	before, _ := json.Marshal(s.inputs["games"].Workload)
	get(t, site(t, s), "/clusters/games/what-if?growth=80&retention=2&readers=3")
	if after, _ := json.Marshal(s.inputs["games"].Workload); string(after) != string(before) {
		t.Error("a what-if changed the input that the agent holds")
	}
}

// A page that is open learns of a new verdict.
func TestEventsTellOfAChange(t *testing.T) {
	s := fleetOf(t)
	changed := make(chan struct{})
	agentOf := &switching{served: s, changed: changed}
	srv := httptest.NewServer(New(Deps{Agent: agentOf, History: waves{}, Maintenance: ledger{}, Outbox: ledger{}, Alerts: ledger{},
		Now: time.Now}))
	defer srv.Close()
	resp, err := http.Get(srv.URL + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("content type %q", got)
	}
	var revisions []string
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		data, found := strings.CutPrefix(lines.Text(), "data: ")
		if !found {
			continue
		}
		if revisions = append(revisions, data); len(revisions) == 1 {
			close(changed)
			continue
		}
		break
	}
	if len(revisions) != 2 || revisions[0] == revisions[1] {
		t.Errorf("revisions %q, want two different ones", revisions)
	}
}

// switching is served with one sample more once changed is closed.
type switching struct {
	*served
	changed chan struct{}
}

func (s *switching) Status() []agent.ClusterStatus {
	out := append([]agent.ClusterStatus(nil), s.served.Status()...)
	select {
	case <-s.changed:
		out[0].KeptAt = noon
	default:
	}
	return out
}

func BenchmarkClusterWith30Days(b *testing.B) {
	h := site(b, withHostile(b, 500))
	for b.Loop() {
		if w := get(b, h, "/clusters/games?window=30d"); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
