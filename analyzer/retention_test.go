package analyzer

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// kept is a topic of so many MB/s and 10 partitions with its own configuration.
func kept(name string, mbps float64, config map[string]string) workload.TopicWorkload {
	t := workload.TopicWorkload{Name: name, Partitions: 10, IngressBytesPerSec: exact(mbps * workload.MB),
		Config: map[string]workload.ConfigValue{}}
	compacted := config["cleanup.policy"] == "compact"
	t.Compacted = &compacted
	for k, v := range config {
		t.Config[k] = workload.ConfigValue{Value: v, Source: "topic"}
	}
	return t
}

// Each topic counts with its own retention and retention.bytes, not with the longest of all.
func TestStorageByEachTopicsOwnRetention(t *testing.T) {
	const hour, month = "3600000", "2592000000"
	busy := kept("busy", 10, map[string]string{"retention.ms": hour})
	old := kept("old", 0.1, map[string]string{"retention.ms": month})
	bounded := kept("old", 0.1, map[string]string{"retention.ms": month, "retention.bytes": "1000000000"})
	compacted := kept("keys", 0.1, map[string]string{"cleanup.policy": "compact"})
	compacted.StoredBytes = figureOf(5e9)
	silent := kept("old", 0, map[string]string{"retention.ms": month})
	silent.IngressBytesPerSec = nil
	endless := kept("old", 0.1, map[string]string{"retention.ms": "-1"})
	for _, c := range []struct {
		name    string
		topics  []workload.TopicWorkload
		want    float64 // GB
		endless bool
	}{
		{"own retention", []workload.TopicWorkload{busy, old}, 36 + 259.2, false},
		{"retention.bytes is less", []workload.TopicWorkload{busy, bounded}, 36 + 10, false},
		{"compacted counts as stored", []workload.TopicWorkload{busy, compacted}, 36 + 5, false},
		{"a topic without ingress gets what is left", []workload.TopicWorkload{busy, silent}, 36 + 259.2, false},
		{"unlimited counts a month", []workload.TopicWorkload{busy, endless}, 36 + 262.8, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := plain(t, 10.1, 10.1, 20)
			longest := 30 * 24 * time.Hour
			in.Workload.Retention, in.Workload.TopicList = &longest, c.topics
			l := loadOf(&in)
			if math.Abs(l.stored.Value/workload.GB-c.want) > 1e-6 || l.endless != c.endless {
				t.Errorf("stored %g GB, endless %t, want %g, %t", l.stored.Value/workload.GB, l.endless, c.want, c.endless)
			}
		})
	}
}

// A young cluster's upper bound is what its topics will hold: 295 GB, where all ingress × 30 days would be 26 TB.
func TestYoungClusterFillsByTopic(t *testing.T) {
	in := plain(t, 10.1, 10.1, 20)
	longest := 30 * 24 * time.Hour
	in.Workload.Declared, in.Workload.Retention, in.Workload.StoredBytes = false, &longest, figureOf(20e9)
	in.Workload.TopicList = []workload.TopicWorkload{kept("busy", 10, map[string]string{"retention.ms": "3600000"}),
		kept("old", 0.1, map[string]string{"retention.ms": "2592000000"})}
	l := loadOf(&in)
	if got := l.stored.High / workload.GB; math.Abs(got-295.2) > 1e-6 || l.stored.Value != 20e9 {
		t.Errorf("stored %g to %g GB, want 20 to 295.2", l.stored.Value/workload.GB, got)
	}
	if want := "what is stored today; up to 295 GB once the retention of each topic has passed"; l.retained != want {
		t.Errorf("got %q, want %q", l.retained, want)
	}
	if o := decide(&in, forVerdict).sized("kafka.m7g.large", false); o == nil || o.evaluation.feasible() == verdict.No {
		t.Errorf("got %+v", o)
	}
}

// Topics that keep data for good and have no figure of ingress make the growth a lower bound; where none has one, it is unknown
// and not 0.
func TestGrowthOfUnknownIngressIsAtLeast(t *testing.T) {
	endless := func(name string, known bool) workload.TopicWorkload {
		topic := kept(name, 5, map[string]string{"retention.ms": "-1"})
		if !known {
			topic.IngressBytesPerSec = nil
		}
		return topic
	}
	for _, c := range []struct {
		name, text, full string
		topics           []workload.TopicWorkload
	}{
		{"all known", "they grow by 26.3 TB a month", "are full in about",
			[]workload.TopicWorkload{endless("a", true), endless("b", true)}},
		{"some known", "they grow by at least 13.1 TB a month", "are full in at most about",
			[]workload.TopicWorkload{endless("a", true), endless("b", false)}},
		{"none known", "they grow, by how much is unknown: topics that keep data without limit have no figure of ingress", "",
			[]workload.TopicWorkload{endless("a", false), endless("b", false)}},
	} {
		in := plain(t, 10, 10, 20)
		unlimited := workload.RetentionUnlimited
		in.Requirements.Authentication, in.Requirements.Prefer = []string{"mtls"}, "standard"
		in.Workload.Declared, in.Workload.Retention, in.Workload.TopicList, in.Workload.StoredBytes = false, &unlimited, c.topics,
			figureOf(20e12)
		in.Workload.Window = workload.Window{Start: propertyNow.AddDate(0, 0, -14), End: propertyNow}
		v := Analyze(in, propertyNow)
		a := assumed(v, "unlimited_retention")
		if a == nil || !strings.HasSuffix(a.Text, c.text) || (a.ExtraUSD == nil) != (c.full == "") ||
			(a.IfNot == "") != (c.full == "") {
			t.Errorf("%s: %+v, want %q", c.name, a, c.text)
		}
		if reasons := strings.Join(v.Reasons, "; "); v.Choice == nil || v.Choice.Kind != verdict.Standard ||
			strings.Contains(reasons, "full in") != (c.full != "") || !strings.Contains(reasons, c.full) {
			t.Errorf("%s: chose %+v, reasons %q, want %q", c.name, v.Choice, reasons, c.full)
		}
	}
}
