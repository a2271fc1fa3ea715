package plan_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// The runbook of a split in which one topic gets more partitions: MirrorMaker 2 keeps partition numbers, so they are raised at
// the source first, and what is stored comes through the old ones.
func TestRunbookOfATopicWithMorePartitions(t *testing.T) {
	got, err := files(input(t, "split", ""), "serverless_split", nil)
	if err != nil {
		t.Fatal(err)
	}
	book := got["runbook.md"]
	for _, want := range []string{
		"The verdict chooses 15 × express.m7g.large at $18,855", // this plan is for an option that was named
		"--alter --topic=clicks --partitions 20\n",
		"- clicks: its 3.46 TB are in 12 partitions; of the 5 MB/s that each may take, live traffic takes 4 MB/s, so the copy takes 3.33 days or more\n",
		"| `two-teams-1` | 3.46 TB | 80 MB/s | 3.33 days, longer", // 12 h by what the cluster has free
		"**The history cannot be copied in time** to `two-teams-1`, `two-teams-2`",
		"- How many more clients read everything (connectors, mirrors, tools that commit no offsets)? none: ",
	} {
		if !strings.Contains(book, want) {
			t.Errorf("the runbook lacks %q:\n%s", want, book)
		}
	}
	if strings.Contains(book, "- orders: its ") {
		t.Errorf("a topic that its partitions do not hold up is named as slow:\n%s", book)
	}
	if strings.Index(book, "--alter") > strings.Index(book, "## 5. Switch") || strings.Contains(book, "\n\n\n") {
		t.Errorf("out of order, or with holes:\n%s", book)
	}
}

// Offsets differ between the clusters, and MirrorMaker 2 writes a group's positions only while the group is not on the target.
func TestRunbookSwitchesByMessagesAndNotByOffsets(t *testing.T) {
	for _, c := range cases {
		got, err := files(input(t, c.workload, ""), c.option, nil)
		if err != nil {
			t.Fatal(err)
		}
		book := got["runbook.md"]
		if strings.Contains(book, "end offsets of source and target") ||
			!strings.Contains(book, "Stop all its members and wait two minutes") || !strings.Contains(book, "migrated_from") {
			t.Errorf("%s:\n%s", c.golden, book)
		}
		if raised := strings.Contains(book, "Raise partitions at the source first"); raised != (c.golden == "split") {
			t.Errorf("%s: raises partitions: %v", c.golden, raised)
		}
	}
}

// What MirrorMaker 2 may do on a target with IAM names every topic and group, and nothing by a wildcard.
func TestMirrorPolicy(t *testing.T) {
	got, err := files(input(t, "split", ""), "serverless_split", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, policy, _ := strings.Cut(got["acls.md"], "## What MirrorMaker 2 needs")
	for _, want := range []string{"/two-teams-1/CLUSTER_UUID_1/clicks\"", "/two-teams-2/CLUSTER_UUID_2/orders\"",
		"/two-teams-1/CLUSTER_UUID_1/source.checkpoints.internal\"",
		"group/two-teams-2/CLUSTER_UUID_2/billing\"", "kafka-cluster:Connect", "kafka-cluster:WriteDataIdempotently"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s:\n%s", want, policy)
		}
	}
	if wild := regexp.MustCompile(`"(arn:|kafka-cluster:)[^"]*\*`).FindString(policy); wild != "" {
		t.Errorf("the policy has the wildcard %s", wild)
	}
	if strings.Contains(policy, "two-teams-1/CLUSTER_UUID_1/orders") {
		t.Error("the policy allows a topic on the cluster that does not get it")
	}
	if acls := func() string {
		all, _ := files(input(t, "change-capture", ""), "",
			nil)
		return all["acls.md"]
	}(); strings.Contains(acls, "MirrorMaker") {
		t.Error("a target without IAM has an IAM policy for MirrorMaker 2")
	}
}

// A plan that rests on little data says so, and a Standard one how large the volumes are.
func TestRunbookSaysWhatItRestsOn(t *testing.T) {
	in := input(t, "payments", "")
	in.Workload.Declared, in.Workload.Window = false, workload.Window{Start: now.Add(-20 * time.Second), End: now}
	in.Options.MinWindow = time.Second
	got, err := files(in, "standard:kafka.m7g.large", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"- The sizing rests on 20 s of data. Only a week shows the peaks of a week: observe longer before you pay for a cluster.\n- Go through",
		" until the cluster is ACTIVE.\n   A broker's volume has ",
	} {
		if !strings.Contains(got["runbook.md"], want) {
			t.Errorf("the runbook lacks %q:\n%s", want, got["runbook.md"])
		}
	}
	volume := regexp.MustCompile(`volume_size = (\d+)`).FindStringSubmatch(got["main.tf"])
	if volume == nil || !strings.Contains(strings.ReplaceAll(got["runbook.md"], ",", ""),
		"A broker's volume has "+volume[1]+" GiB") {
		t.Errorf("main.tf has volumes of %v GiB, and the runbook others:\n%s", volume, got["runbook.md"])
	}
	if strings.Contains(got["clients.md"]+got["acls.md"], "CLUSTER_UUID_") {
		t.Error("one cluster has a numbered id")
	}
}

// Where clients do not log in, an ACL for a principal locks out everyone: the page says so before it lists the commands.
func TestACLsOfClientsWithoutAuthentication(t *testing.T) {
	for methods, warns := range map[string]bool{"[plaintext]": true, "[tls]": true, "[plaintext, sasl_scram]": false} {
		text := strings.Replace(mustRead(t, "change-capture"), "[sasl_scram]", methods, 1)
		got, err := files(input(t, "change-capture", text), "", []workload.ACL{allow("User:billing", "Read", "Topic", "orders")})
		if err != nil {
			t.Fatal(err)
		}
		warning, command := strings.Index(got["acls.md"], "**Without authentication every client is `User:ANONYMOUS`.**"),
			strings.Index(got["acls.md"], "kafka-acls.sh")
		if command < 0 || (warning >= 0) != warns || warning > command {
			t.Errorf("%s: warning at %d, command at %d:\n%s", methods, warning, command, got["acls.md"])
		}
	}
}
