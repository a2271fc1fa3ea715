package permissions

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/config"
)

// statementsOf are the policy's statements as "action on resource".
func statementsOf(t *testing.T, policy json.RawMessage) (out []string) {
	t.Helper()
	var doc struct {
		Statement []struct {
			Effect           string
			Action, Resource []string
		}
	}
	if err := json.Unmarshal(policy, &doc); err != nil {
		t.Fatalf("%v in %s", err, policy)
	}
	for _, s := range doc.Statement {
		if s.Effect != "Allow" {
			t.Errorf("a statement that does not allow: %+v", s)
		}
		for _, a := range s.Action {
			for _, r := range s.Resource {
				out = append(out, a+" on "+r)
			}
		}
	}
	return out
}

// The policy is that of the file: what is named by its ARN is described alone, Serverless needs less, and each role has its own.
func TestMSKPermissionsAreThoseOfTheConfiguration(t *testing.T) {
	const arn = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0a1b-1"
	const role = "arn:aws:iam::210987654321:role/watch"
	const metrics = "cloudwatch:GetMetricData on *; cloudwatch:ListMetrics on *"
	const describing = "kafka:DescribeClusterV2 on %; kafka:ListNodes on %; kafka:ListScramSecrets on %; "
	for name, c := range map[string]struct {
		file, own, role string
	}{
		"by ARN": {"clusters: [{name: a, msk: {arn: '" + arn + "'}}]",
			"kafka:GetBootstrapBrokers on *; " + strings.ReplaceAll(describing, "%", arn) +
				"kafka:DescribeConfigurationRevision on arn:aws:kafka:eu-west-1:123456789012:configuration/*; " + metrics, ""},
		"by name": {"clusters: [{name: orders, msk: {}}]", "kafka:GetBootstrapBrokers on *; kafka:ListClustersV2 on *; " +
			strings.ReplaceAll(describing, "%", "arn:aws:kafka:us-east-1:*:cluster/orders/*") +
			"kafka:DescribeConfigurationRevision on arn:aws:kafka:us-east-1:*:configuration/*; " + metrics, ""},
		"Serverless alone": {"msk: [{regions: [us-east-1], names: ['eu-*'], kinds: [serverless]}]",
			"kafka:GetBootstrapBrokers on *; kafka:ListClustersV2 on *; " +
				"kafka:DescribeClusterV2 on arn:aws:kafka:us-east-1:*:cluster/eu-*/*; " + metrics, ""},
		"another account": {"msk: [{aws: {role_arn: '" + role + "'}, kinds: [serverless]}]", "sts:AssumeRole on " + role,
			"kafka:GetBootstrapBrokers on *; kafka:ListClustersV2 on *; " +
				"kafka:DescribeClusterV2 on arn:aws:kafka:us-east-1:210987654321:cluster/*/*; " + metrics},
		"two that differ": {"msk: [{kinds: [serverless]}, {regions: [eu-west-1], names: [orders]}]",
			"kafka:GetBootstrapBrokers on *; kafka:ListClustersV2 on *; " +
				"kafka:DescribeClusterV2 on arn:aws:kafka:us-east-1:*:cluster/*/*; " +
				strings.ReplaceAll(describing, "%", "arn:aws:kafka:eu-west-1:*:cluster/orders/*") +
				"kafka:DescribeConfigurationRevision on arn:aws:kafka:eu-west-1:*:configuration/*; " + metrics, ""},
		"IAM login": {"clusters: [{name: orders, kafka: {bootstrap: ['b:9098'], sample_batches: false, tls: {enabled: true}, sasl: {mechanism: AWS_MSK_IAM}}}]",
			"kafka-cluster:Connect on arn:aws:kafka:us-east-1:*:cluster/*/*; kafka-cluster:DescribeCluster on arn:aws:kafka:us-east-1:*:cluster/*/*; *", ""},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := config.Parse("f.yaml", []byte(c.file), func(string) (string, bool) { return "", false })
			if err != nil {
				t.Fatal(err)
			}
			p := Of(cfg)
			same := func(who string, got []string, want string) {
				t.Helper()
				want, open := strings.CutSuffix(want, "; *")
				all := strings.Split(want, "; ")
				if open {
					got = got[:min(len(got), len(all))]
				}
				slices.Sort(got)
				slices.Sort(all)
				if !slices.Equal(got, all) {
					t.Errorf("%s:\ngot  %s\nwant %s", who, strings.Join(got, "\n     "), strings.Join(all, "\n     "))
				}
			}
			same("own", statementsOf(t, p.Policy), c.own)
			if (c.role == "") != (len(p.Roles) == 0) {
				t.Fatalf("roles %+v", p.Roles)
			}
			if c.role != "" {
				same("role", statementsOf(t, p.Roles[0].Policy), c.role)
				if text := string(p.Text()); !strings.Contains(text, "# IAM policy of the role "+role) {
					t.Errorf("the text does not say whose policy it is:\n%s", text)
				}
			}
		})
	}
}
