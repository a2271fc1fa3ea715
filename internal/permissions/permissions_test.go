package permissions

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/config"
)

func fleetPermissions(t *testing.T) Permissions {
	t.Helper()
	cfg, err := config.Load("testdata/fleet.yaml") // a cluster of every way to be let in
	if err != nil {
		t.Fatal(err)
	}
	return Of(cfg)
}

func TestPermissionsAreThoseOfTheConfiguration(t *testing.T) {
	p := fleetPermissions(t)
	if len(p.ACLs) != 2 {
		t.Fatalf("%d sets of ACLs, want one for each cluster without IAM", len(p.ACLs))
	}
	if s := p.ACLs[0]; s.Principal != "User:fit" || s.Guessed || strings.Contains(strings.Join(s.Commands, " "), "Read") {
		t.Errorf("a cluster whose batches are not sampled: %+v", s)
	}
	want := "kafka-acls --bootstrap-server b-1:9096 --add --allow-principal User:fit --operation Describe --operation DescribeConfigs --topic '*'"
	if !slices.Contains(p.ACLs[0].Commands, want) {
		t.Errorf("got %q\nwant %q among them", p.ACLs[0].Commands, want)
	}
	if s := p.ACLs[1]; !s.Guessed || !strings.Contains(strings.Join(s.Commands, " "), "--operation Read") {
		t.Errorf("a cluster whose principal is in a token: %+v", s)
	}
	policy := string(p.Policy)
	for _, want := range []string{"kafka-cluster:Connect", "kafka-cluster:ReadData", "arn:aws-cn:kafka:cn-north-1:*:topic/*/*/*"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s:\n%s", want, policy)
		}
	}
	for _, unwanted := range []string{"sns:", "cloudwatch:", "pricing:", "s3cret"} {
		if strings.Contains(policy, unwanted) {
			t.Errorf("the policy has %s, which this file does not need:\n%s", unwanted, policy)
		}
	}
}

func TestPermissionsChangeNothing(t *testing.T) {
	for _, p := range []Permissions{fleetPermissions(t), Every()} {
		text := string(p.Text())
		for _, word := range []string{"Alter", "Create", "Delete", "Write", "Put", "Update", "Reboot"} {
			if strings.Contains(text, word) {
				t.Errorf("the permissions hold %s:\n%s", word, text)
			}
		}
		out, err := p.JSON()
		if err != nil || !json.Valid(out) {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// Without a configuration the principal is unknown, which is not the one of connections without a login.
func TestEveryPermissionIsForNobodyInParticular(t *testing.T) {
	if s := Every().ACLs[0]; !s.Guessed || s.Anonymous {
		t.Errorf("%+v", s)
	}
}

func TestQuotedPrincipals(t *testing.T) {
	for in, want := range map[string]string{"User:fit": "User:fit", "User:CN=fit,O=Shop": "'User:CN=fit,O=Shop'",
		"User:o'hara": `'User:o'\''hara'`} {
		if got := quoted(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
