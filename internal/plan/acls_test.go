package plan_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/workload"
)

type policy struct {
	Statement []struct {
		Effect           string
		Action, Resource []string
	}
}

// lines writes a policy as one line for each statement: effect, actions and resources without what all of them share.
func (p policy) lines() []string {
	var out []string
	for _, s := range p.Statement {
		line := s.Effect + " " + strings.Join(s.Action, " ") + " on " + strings.Join(s.Resource, " ")
		line = strings.NewReplacer("kafka-cluster:", "", "arn:aws:kafka:us-east-1:ACCOUNT:", "", "/gaming/CLUSTER_UUID",
			"").Replace(line)
		out = append(out, line)
	}
	return out
}

// policies are those in acls.md, by the heading above each.
func policies(t *testing.T, page string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, m := range regexp.MustCompile("(?s)\n### ([^\n]+)\n([^#]*?)```json\n(.*?)```").FindAllStringSubmatch(page, -1) {
		var p policy
		if err := json.Unmarshal([]byte(m[3]), &p); err != nil {
			t.Fatal(err)
		}
		out[m[1]] = p.lines()
	}
	return out
}

func allow(principal, operation, resource, name string) workload.ACL {
	return workload.ACL{Principal: principal, Host: "*", Allow: true, Operation: operation, Resource: resource, Name: name}
}

// Each ACL becomes the least that IAM has for it. Only a wildcard or a prefix becomes a wildcard.
func TestACLsBecomeIAMPolicies(t *testing.T) {
	prefixed := allow("User:etl", "Read", "Topic", "raw-")
	prefixed.Prefixed = true
	denied := allow("User:etl", "Read", "Topic", "raw-secret")
	denied.Allow = false
	fromHost := allow("User:etl", "Read", "Group", "etl?")
	fromHost.Host = "10.0.0.7"
	acls := []workload.ACL{
		allow("User:shop", "Write", "Topic", "orders"), allow("User:shop", "IdempotentWrite", "Cluster", "kafka-cluster"),
		allow("User:shop", "Write", "TransactionalId", "shop-1"),
		allow("User:billing", "Read", "Topic", "orders"), allow("User:billing", "Read", "Topic", "refunds"),
		allow("User:billing", "Read", "Group", "billing"),
		prefixed, denied, fromHost,
		allow("User:admin", "All", "Topic", "*"), allow("User:admin", "Alter", "Cluster", "kafka-cluster"),
		allow("User:kafka", "ClusterAction", "Cluster", "kafka-cluster"),
	}
	got, err := files(input(t, "gaming", ""), "", acls)
	if err != nil {
		t.Fatal(err)
	}
	page := got["acls.md"]
	want := map[string][]string{
		"User:shop": {"Allow Connect WriteDataIdempotently on cluster", "Allow DescribeTopic WriteData on topic/orders",
			"Allow AlterTransactionalId DescribeTransactionalId on transactional-id/shop-1"},
		"User:billing": {"Allow Connect on cluster", "Allow AlterGroup DescribeGroup on group/billing",
			"Allow DescribeTopic ReadData on topic/orders topic/refunds"},
		"User:etl": {"Allow Connect on cluster", "Allow AlterGroup DescribeGroup on group/etl${?}",
			"Allow DescribeTopic ReadData on topic/raw-*",
			"Deny ReadData on topic/raw-secret"},
		"User:admin": {"Allow Connect DescribeCluster on cluster",
			"Allow AlterTopic AlterTopicDynamicConfiguration CreateTopic DeleteTopic DescribeTopic " +
				"DescribeTopicDynamicConfiguration ReadData WriteData on topic/*"},
	}
	have := policies(t, page)
	for principal, lines := range want {
		slices.Sort(lines)
		slices.Sort(have[principal])
		if !slices.Equal(have[principal], lines) {
			t.Errorf("%s:\n%s\nwant\n%s", principal, strings.Join(have[principal], "\n"), strings.Join(lines, "\n"))
		}
	}
	if len(have) != len(want) {
		t.Errorf("policies for %d principals, want %d: a broker's ClusterAction has none", len(have), len(want))
	}
	for _, note := range []string{"applied only to host `10.0.0.7`;",
		"allow ClusterAction on cluster `kafka-cluster`: IAM has nothing that stands for it",
		"allow Alter on cluster `kafka-cluster`: Serverless has no such action"} {
		if !strings.Contains(page, note) {
			t.Errorf("acls.md does not say %q\n%s", note, page)
		}
	}
}

// Clients that keep SCRAM get their ACLs again, quoted for the shell.
func TestACLsOfClientsThatKeepTheirMethod(t *testing.T) {
	a := allow("User:CN=it's me,O=$(id)", "Read", "Topic", "orders-")
	a.Prefixed = true
	got, err := files(input(t, "change-capture", ""), "", []workload.ACL{a})
	if err != nil {
		t.Fatal(err)
	}
	want := `--add --allow-principal 'User:CN=it'\''s me,O=$(id)' --operation Read --topic orders- --resource-pattern-type prefixed`
	if !strings.Contains(got["acls.md"], want) {
		t.Errorf("no %s in\n%s", want, got["acls.md"])
	}
}
