//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/faults"
	"github.com/mskfit/mskfit/internal/permissions"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// A principal that was granted exactly what mskfit permissions prints, by the printed commands, is all that observe, plan,
// check and the daemon need on real brokers. Without any one of the printed ACLs, observe names the gap. All that any of them
// sends is on the printed list of requests.
func TestReadOnly(t *testing.T) {
	const user, password = "fit", "fit-s3cret"
	c := testbed.Kafka(t, testbed.Options{ACLs: true, NoCounters: true, Users: map[string]string{user: password},
		Listeners: []testbed.Listener{testbed.Plaintext, testbed.SASLPlaintext},
		Proxied:   []testbed.Listener{testbed.SASLPlaintext}})
	r := &readOnly{t: t, c: c, dir: t.TempDir(), admin: kadm.NewClient(c.Client())}
	r.somethingToSee()
	secret := filepath.Join(r.dir, "password")
	writeFile(t, secret, password)
	r.access = []string{"-b", c.Addresses(testbed.SASLPlaintext)[0], "--sasl-mechanism", "SCRAM-SHA-512", "--sasl-username", user,
		"--sasl-password-file", secret}
	file := daemonFile(t, r.dir, everySecond+fmt.Sprintf(
		"clusters:\n  - name: orders\n    kafka: {bootstrap: [%q], sasl: {mechanism: SCRAM-SHA-512, username: %s, password_file: %q}}\n",
		c.Addresses(testbed.SASLPlaintext)[0], user, secret))

	granted := r.grantWhatIsPrinted(file)
	r.awaitACLs(user, len(granted.ACLs[0].Allow))
	c.Proxy(testbed.SASLPlaintext, 1).Forget() // what the printed commands sent
	if gaps := r.observe("10s"); len(gaps) > 0 {
		t.Errorf("observe with exactly the printed ACLs has gaps: %+v", gaps)
	}
	r.runsWithoutGaps(file)
	if out, stderr, code := mskfit(t, "check", "-c", file); code != exitDone {
		t.Errorf("check: exit code %d\n%s%s", code, out, stderr)
	}
	if _, stderr, code := mskfit(t, append([]string{"plan", "--cluster", "orders", "--for", "3s",
		"--out", filepath.Join(r.dir, "move")}, r.access...)...); code != exitDone {
		t.Errorf("plan: exit code %d: %s", code, stderr)
	}
	taken := faults.Begin(t, "one ACL of the least is taken away, each in turn", "a gap that names the permission; the rest goes on")
	for _, acl := range granted.ACLs[0].Allow {
		taken.Observed("%s on %s: %s", acl.Operation, acl.Resource, r.isMissedWithout(user, acl))
	}
	r.sentOnly(granted.Requests)
}

// readOnly is a cluster whose proxied listener is used by mskfit alone.
type readOnly struct {
	t      *testing.T
	c      *testbed.Cluster
	dir    string
	admin  *kadm.Client
	access []string // flags
}

// somethingToSee has topics of each kind, both kinds of consumer groups and a transaction, and sends for as long as the test runs.
func (r *readOnly) somethingToSee() {
	r.c.CreateTopic("orders", 3, nil)
	r.c.CreateTopic("profiles", 2, map[string]string{"cleanup.policy": "compact"})
	client := r.c.Client(kgo.DefaultProduceTopic("orders"))
	done := make(chan struct{})
	r.t.Cleanup(func() { <-done })
	go func() {
		defer close(done)
		for i := 0; r.t.Context().Err() == nil; i++ {
			for _, topic := range []string{"orders", "profiles"} {
				record := &kgo.Record{Topic: topic, Key: fmt.Append(nil, i%50), Value: make([]byte, 200)}
				client.Produce(r.t.Context(), record, nil)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	r.t.Cleanup(client.Close)
	for _, opts := range [][]kgo.Opt{
		{kgo.ConsumerGroup("billing"), kgo.ConsumeTopics("orders")},
		{kgo.ConsumerGroup("next"), kgo.ConsumeTopics("orders"), kgo.ServerSideBalancer(), kgo.Balancers(kgo.StickyBalancer())},
		{kgo.ShareGroup("shared"), kgo.ConsumeTopics("orders")},
	} {
		reader := r.c.Client(opts...)
		go func() {
			for r.t.Context().Err() == nil {
				reader.PollFetches(r.t.Context())
			}
		}()
	}
	open := r.c.Client(kgo.TransactionalID("payments"), kgo.DefaultProduceTopic("orders"))
	if err := open.BeginTransaction(); err != nil {
		r.t.Fatal(err)
	}
	if err := open.ProduceSync(r.t.Context(), &kgo.Record{Value: []byte("paid")}).FirstErr(); err != nil {
		r.t.Fatal(err)
	}
}

// grantWhatIsPrinted runs what mskfit permissions prints, in a shell as it is.
func (r *readOnly) grantWhatIsPrinted(file string) permissions.Permissions {
	r.t.Helper()
	text, stderr, code := mskfit(r.t, "permissions", "-c", file)
	if code != exitDone {
		r.t.Fatalf("permissions: exit code %d: %s", code, stderr)
	}
	cmd := exec.CommandContext(r.t.Context(), "sh", "-ec", text)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(r.c.ACLCommand())+":"+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("the printed commands: %v\n%s\n%s", err, text, out)
	}
	out, stderr, code := mskfit(r.t, "permissions", "-c", file, "--format", "json")
	var p permissions.Permissions
	if err := json.Unmarshal([]byte(out), &p); code != exitDone || err != nil || len(p.ACLs) != 1 {
		r.t.Fatalf("permissions: exit code %d, %v: %s%s", code, err, out, stderr)
	}
	return p
}

// awaitACLs returns once the broker has that many ACLs of the user.
func (r *readOnly) awaitACLs(user string, want int) {
	r.t.Helper()
	b := kadm.NewACLs().AnyResource().Allow("User:" + user).AllowHosts().Operations(kadm.OpAny).
		ResourcePatternType(kadm.ACLPatternAny)
	testbed.Await(r.t, 20*time.Second, func() error {
		found, err := r.admin.DescribeACLs(r.t.Context(), b)
		have := 0
		for _, f := range found {
			have += len(f.Described)
		}
		if err == nil && have != want {
			err = fmt.Errorf("%d ACLs of %s, want %d", have, user, want)
		}
		return err
	})
}

// observe returns the gaps that a permission could have caused.
func (r *readOnly) observe(during string) []workload.Gap {
	r.t.Helper()
	out, stderr, code := mskfit(r.t, append([]string{"observe", "--for", during, "--interval", "1s", "--format", "json"},
		r.access...)...)
	var v verdict.Verdict
	if err := json.Unmarshal([]byte(out), &v); code != exitDone || err != nil {
		r.t.Fatalf("observe: exit code %d, %v: %s", code, err, stderr)
	}
	return ofPermissions(v.Gaps)
}

// ofPermissions leaves out gaps that no permission could close.
func ofPermissions(gaps []workload.Gap) []workload.Gap {
	return slices.DeleteFunc(slices.Clone(gaps), func(g workload.Gap) bool { return !strings.Contains(g.Why, "permission") })
}

// runsWithoutGaps has the daemon collect, read back and decide.
func (r *readOnly) runsWithoutGaps(file string) {
	r.t.Helper()
	d := startDaemon(r.t, file)
	d.hasKept("orders")
	d.collected("orders", time.Now())
	var v verdict.Verdict
	d.Await("a verdict on what was collected", 3*time.Minute, func() bool { // it needs a whole minute
		return d.get("/api/v1/clusters/orders/verdict", &v) == 200 && v.Workload.IngressBytesPerSec != nil
	})
	if gaps := ofPermissions(v.Gaps); len(gaps) > 0 {
		r.t.Errorf("the daemon with exactly the printed ACLs has gaps: %+v", gaps)
	}
	for _, line := range []string{"AUTHORIZATION_FAILED", "lacks the"} {
		if d.logged(line) {
			r.t.Errorf("the daemon's log has %q:\n%s", line, d.Log())
		}
	}
	d.stop()
}

// isMissedWithout takes one printed ACL away, wants the gap that names it, and gives it back.
func (r *readOnly) isMissedWithout(user string, acl permissions.ACL) (why string) {
	r.t.Helper()
	taken := []permissions.ACL{acl}
	if acl.Resource == kafka.OnTopic && acl.Operation == "Describe" {
		taken = append(taken, permissions.ACL{Resource: kafka.OnTopic, Operation: "Read"}) // which implies Describe
	}
	for _, one := range taken {
		gone, err := r.admin.DeleteACLs(r.t.Context(), granted(user, one))
		if err != nil || len(gone) != 1 || len(gone[0].Deleted) != 1 {
			r.t.Fatalf("delete %s on %s: %+v, %v", one.Operation, one.Resource, gone, err)
		}
	}
	i := slices.IndexFunc(kafka.Permissions(kafka.DefaultConfig()), func(p kafka.Permission) bool {
		return p.Resource == acl.Resource && p.Operation == acl.Operation
	})
	missing := kafka.Permissions(kafka.DefaultConfig())[i]
	var gaps []workload.Gap
	for deadline := time.Now().Add(30 * time.Second); !slices.ContainsFunc(gaps, missing.Explains); gaps = r.observe("2s") {
		if time.Now().After(deadline) {
			r.t.Errorf("without %s on %s no gap names it: %+v", acl.Operation, acl.Resource, gaps)
			break
		}
	}
	for _, one := range taken {
		if _, err := r.admin.CreateACLs(r.t.Context(), granted(user, one)); err != nil {
			r.t.Fatal(err)
		}
	}
	if i := slices.IndexFunc(gaps, missing.Explains); i >= 0 {
		why = gaps[i].What
	}
	return why
}

// granted is one printed ACL.
func granted(user string, acl permissions.ACL) *kadm.ACLBuilder {
	words := map[string]kadm.ACLOperation{"Describe": kadm.OpDescribe,
		"DescribeConfigs": kadm.OpDescribeConfigs, "Read": kadm.OpRead}
	b := kadm.NewACLs().Allow("User:" + user).AllowHosts("*").Operations(words[acl.Operation]).
		ResourcePatternType(kadm.ACLPatternLiteral)
	switch acl.Resource {
	case kafka.OnCluster:
		b.Clusters()
	case kafka.OnTopic:
		b.Topics("*")
	case kafka.OnGroup:
		b.Groups("*")
	}
	return b
}

// sentOnly wants every kind of request that went through the proxies to be on the list, and none to be one that changes something.
func (r *readOnly) sentOnly(allowed []permissions.RequestKind) {
	r.t.Helper()
	sent := r.c.Proxy(testbed.SASLPlaintext, 1).APIs()
	var names []string
	for _, key := range sent {
		names = append(names, fmt.Sprintf("%d %s", key, kmsg.NameForKey(key)))
		if !slices.ContainsFunc(allowed, func(a permissions.RequestKind) bool { return a.Key == key }) {
			r.t.Errorf("%s was sent and is not on the printed list", kmsg.NameForKey(key))
		}
	}
	r.t.Logf("%d of %d listed kinds of requests were sent: %s", len(sent), len(allowed), strings.Join(names, ", "))
	if len(sent) < len(allowed)-3 { // old brokers and share groups have some to themselves
		r.t.Errorf("only %v were sent: the run is no proof of the list", names)
	}
}
