package kafka

import (
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/workload"
)

// An empty cluster and one whose topics may not be seen look the same in the metadata. What brokers store distinguishes them.
func TestAClusterWithoutTopicsLacksNoPermission(t *testing.T) {
	// listing answers with one log directory, as brokers do when it is empty, too.
	listing := func(f *fake, code int16, topics ...string) {
		f.answer(keyDescribeLogDirs, func(req kmsg.Request) kmsg.Response {
			resp, dir := req.ResponseKind().(*kmsg.DescribeLogDirsResponse), kmsg.NewDescribeLogDirsResponseDir()
			for _, name := range topics {
				dir.Topics = append(dir.Topics, kmsg.DescribeLogDirsResponseDirTopic{Topic: name})
			}
			resp.ErrorCode = code
			resp.Dirs = append(resp.Dirs, dir)
			return resp
		})
	}
	for name, tc := range map[string]struct {
		arrange func(*fake)
		lacks   bool
	}{
		"empty": {func(f *fake) { listing(f, 0) }, false},
		"empty, and log directories may not be read": {func(f *fake) { listing(f, kerr.ClusterAuthorizationFailed.Code) }, true},
		"stored, and not shown":                      {func(f *fake) { listing(f, 0, "secret") }, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			if _, err := f.admin.DeleteTopics(t.Context(), "orders"); err != nil {
				t.Fatal(err)
			}
			tc.arrange(f)
			sample := collect(t, f.source())
			missing := MissingPermissions(Config{}, sample.Gaps)[Permissions(Config{})[2]]
			if got := len(missing) > 0; got != tc.lacks {
				t.Errorf("Describe on topics is missing: %t, want %t: %+v", got, tc.lacks, sample.Gaps)
			}
			if !hasGap(sample.Gaps, NoTopics, "the cluster has none") {
				t.Errorf("no gap says that no topic is seen: %+v", sample.Gaps)
			}
		})
	}
}

func hasGap(gaps []workload.Gap, what, why string) bool {
	for _, g := range gaps {
		if g.What == what && strings.Contains(g.Why, why) {
			return true
		}
	}
	return false
}
