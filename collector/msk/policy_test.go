package msk

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

// The policy is compared as text: it is a promise to whoever pastes it. UPDATE=1 rewrites it.
func TestPolicyText(t *testing.T) {
	for name, o := range map[string]PolicyOptions{
		"least": {},
		"all": {Regions: []string{"eu-west-1", "us-gov-west-1"}, Account: "123456789012", NamePrefix: "prod-", Kafka: true,
			ReadBatches: true, Catalog: true,
			SNSTopics: []string{"arn:aws:sns:eu-west-1:123456789012:alerts"},
			Roles:     []string{"arn:aws:iam::210987654321:role/watch"}},
	} {
		file := filepath.Join("testdata", "policy-"+name+".json")
		got := IAMPolicy(o)
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", file, got, want)
		}
	}
}

type policyDocument struct {
	Statement []struct {
		Effect           string
		Action, Resource []string
	}
}

// allowed lists the actions of a policy.
func allowed(t *testing.T, o PolicyOptions) (out []string) {
	t.Helper()
	var doc policyDocument
	if err := json.Unmarshal(IAMPolicy(o), &doc); err != nil {
		t.Fatal(err)
	}
	for _, s := range doc.Statement {
		if s.Effect != "Allow" || len(s.Resource) == 0 {
			t.Errorf("statement %+v", s)
		}
		out = append(out, s.Action...)
	}
	slices.Sort(out)
	return out
}

func TestPolicyChangesNothing(t *testing.T) {
	for _, action := range allowed(t, PolicyOptions{Kafka: true, ReadBatches: true, Catalog: true, SNSTopics: []string{"a"},
		Roles: []string{"r"}}) {
		_, verb, _ := strings.Cut(action, ":")
		switch {
		case action == "sns:Publish", action == "sts:AssumeRole", action == "kafka-cluster:Connect",
			action == "kafka-cluster:ReadData":
		case strings.HasPrefix(verb, "Get"), strings.HasPrefix(verb, "List"), strings.HasPrefix(verb, "Describe"):
		default:
			t.Errorf("%s is not for reading", action)
		}
	}
}

// What the least policy allows is what is called: no more, no less.
func TestPolicyIsWhatIsCalled(t *testing.T) {
	const configuration = "arn:aws:kafka:us-east-1:123456789012:configuration/orders/aaaa-1"
	server := standardServer(at(noon))
	server.Clusters[0].Set("provisioned.currentBrokerSoftwareInfo",
		map[string]any{"kafkaVersion": "3.8.x", "configurationArn": configuration, "configurationRevision": 1}).
		Set("provisioned.clientAuthentication.sasl.scram.enabled", true)
	server.Configurations = map[string]string{configuration + "/1": "auto.create.topics.enable=false"}
	called := map[string]bool{}
	server.Fault = func(op string, _ int, r *http.Request) *mskfake.Fault {
		service := "kafka:"
		if strings.HasPrefix(r.URL.Path, "/service/") {
			service = "cloudwatch:"
		}
		called[service+op] = true
		return nil
	}
	clients := clientsOf(t, server)
	s := sourceWith(t, clients, server, nil, zerolog.Nop())
	collectAll(t, s)
	if _, err := s.Plan(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.ReadBack(t.Context(), workload.Window{Start: noon.Add(-day), End: noon},
		func(workload.Sample) error { return nil }); err != nil {
		t.Fatal(err)
	}
	var got []string
	for action := range called {
		got = append(got, action)
	}
	slices.Sort(got)
	if want := allowed(t, PolicyOptions{}); !slices.Equal(got, want) {
		t.Errorf("called  %v\nallowed %v", got, want)
	}
}
