package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/testbed/awsfake"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
)

// awsActions are the actions that were called, by IAM's names.
type awsActions struct {
	mu  sync.Mutex
	all map[string]bool
}

func (a *awsActions) called(action string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all[action] = true
}

// serve answers for a service, whose endpoint it sets, and notes the action that a request is.
func (a *awsActions) serve(t *testing.T, service string, action func(*http.Request) string, answer http.Handler) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.called(action(r))
		answer.ServeHTTP(w, r)
	}))
	s.Config.SetKeepAlivesEnabled(false)
	s.Start()
	t.Cleanup(s.Close)
	t.Setenv("AWS_ENDPOINT_URL_"+service, s.URL)
}

// byTarget is the action of a request in AWS JSON.
func byTarget(prefix string) func(*http.Request) string {
	return func(r *http.Request) string {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		return prefix + operation
	}
}

// s3Action is the IAM action of the requests that S3 is sent here.
func s3Action(r *http.Request) string {
	switch {
	case r.Method == http.MethodPut:
		return "s3:PutObject"
	case r.Method == http.MethodDelete, r.Method == http.MethodPost && r.URL.Query().Has("delete"):
		return "s3:DeleteObject"
	case r.Method == http.MethodGet && r.URL.Query().Has("list-type"):
		return "s3:ListBucket"
	}
	return "s3:" + r.Method + " " + r.URL.String()
}

// Whatever mskfit calls in AWS with every feature on, through a whole run, a check, a rehearsed alert and a refresh of the
// catalog, is in the policy that it prints for that configuration. What writes does so only to the configured topic and bucket.
func TestReadOnlyAtAWS(t *testing.T) {
	const configuration = "arn:aws:kafka:us-east-1:123456789012:configuration/orders/aaaa-1"
	seen := &awsActions{all: map[string]bool{}}
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3), mskfake.Serverless("clicks")},
		Metrics: append(mskfake.ProvisionedMetrics("orders", 3, mskfake.Office), &mskfake.Metric{Name: "BytesInPerSec",
			Dimensions: map[string]string{"Cluster Name": "clicks", "Topic": "events"}, Raw: mskfake.Constant(1e6)}),
		Configurations: map[string]string{configuration + "/1": "a=b"},
		Costs: []mskfake.Cost{{Service: mskfake.MSKService, Region: "us-east-1", RecordType: "Usage",
			To: time.Now(), USD: 25}}}
	server.Clusters[0].Set("provisioned.currentBrokerSoftwareInfo", map[string]any{"kafkaVersion": "3.8.x",
		"configurationArn": configuration, "configurationRevision": 1}).
		Set("provisioned.clientAuthentication.sasl.scram.enabled", true)
	server.Fault = func(operation string, _ int, r *http.Request) *mskfake.Fault {
		service := "kafka:"
		switch {
		case strings.HasPrefix(r.URL.Path, "/service/"):
			service = "cloudwatch:"
		case operation == "GetCostAndUsage":
			service = "ce:"
		case operation == "GetCallerIdentity":
			service = "sts:"
		}
		seen.called(service + operation)
		return nil
	}
	endpoints := mskfake.Config(t, server)
	seen.serve(t, "SNS", func(r *http.Request) string { return "sns:" + r.FormValue("Action") }, answering(`<PublishResponse>
<PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`))
	seen.serve(t, "S3", s3Action, answering(`<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>`))
	base, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	prices := &awsfake.Server{Documents: awsfake.PriceList(base), Applied: map[string]float64{"L-EDD31C36": 120}}
	seen.serve(t, "PRICING", byTarget("pricing:"), prices)
	seen.serve(t, "SERVICE_QUOTAS", byTarget("servicequotas:"), prices)
	t.Setenv("AWS_REGION", "us-east-1")

	const topic, bucket = "arn:aws:sns:us-east-1:123456789012:alerts", "reports-of-ours"
	file := mskfake.File(t, mskfake.Once+endpoints+fmt.Sprintf(`
clusters:
  - {name: orders, region: us-east-1, msk: {name: orders}, migrated_from: orders-old, cost_explorer: {only_cluster: true}}
msk: [{regions: [us-east-1], names: [clicks], cloudwatch: {backfill: 2h}}]
alerts: {targets: {ops: {sns: {topic_arn: %q}}}}
reports: {formats: [text], s3: {bucket: %s, prefix: mskfit/}}
`, topic, bucket))
	for _, args := range [][]string{
		{"check", "-c", file},
		{"run", "-c", file, "--once"},
		{"alert", "test", "-c", file, "--cluster", "orders", "--rule", "serverless.ingress_per_cluster"},
		{"catalog", "refresh", "--out", filepath.Join(t.TempDir(), "overlay.yaml")},
	} {
		out, stderr, code := mskfit(t, args...)
		if code != exitDone {
			t.Errorf("%s: exit code %d\n%s%s", args[0], code, out, stderr)
		}
	}
	allowed := append(printedActions(t, "-c", file), printedActions(t)...)
	for action := range seen.all {
		granted := slices.ContainsFunc(allowed, func(a allowedAction) bool { return a.action == action })
		if !granted && action != "sts:GetCallerIdentity" { // which needs no permission
			t.Errorf("%s was called and is not in the printed policy", action)
		}
	}
	writes := map[string]string{"sns:Publish": topic, "s3:PutObject": "arn:aws:s3:::" + bucket + "/mskfit/*",
		"s3:DeleteObject": "arn:aws:s3:::" + bucket + "/mskfit/*"}
	for _, a := range printedActions(t, "-c", file) {
		_, verb, _ := strings.Cut(a.action, ":")
		reads := strings.HasPrefix(verb, "Get") || strings.HasPrefix(verb, "List") || strings.HasPrefix(verb, "Describe")
		if !reads && writes[a.action] != a.resource {
			t.Errorf("the policy allows %s on %s, which is no reading", a.action, a.resource)
		}
	}
	for _, want := range []string{"kafka:ListClustersV2", "kafka:DescribeClusterV2", "kafka:ListNodes", "kafka:GetBootstrapBrokers",
		"kafka:ListScramSecrets", "kafka:DescribeConfigurationRevision", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics",
		"ce:GetCostAndUsage", "sns:Publish", "s3:PutObject", "s3:ListBucket", "pricing:GetProducts", "servicequotas:ListServiceQuotas"} {
		if !seen.all[want] {
			t.Errorf("%s was not called: the run is no proof of it", want)
		}
	}
	t.Logf("%d actions were called", len(seen.all))
}

// answering gives every request the same answer.
func answering(xml string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = w.Write([]byte(xml)) // a client that hung up needs no answer
	})
}

type allowedAction struct{ action, resource string }

// printedActions are those of the policy that mskfit permissions prints.
func printedActions(t *testing.T, args ...string) (out []allowedAction) {
	t.Helper()
	stdout, stderr, code := mskfit(t, append([]string{"permissions", "--format", "json"}, args...)...)
	var p struct {
		Policy struct {
			Statement []struct{ Action, Resource []string }
		} `json:"iam_policy"`
	}
	if err := json.Unmarshal([]byte(stdout), &p); code != exitDone || err != nil {
		t.Fatalf("permissions: exit code %d, %v: %s", code, err, stderr)
	}
	for _, s := range p.Policy.Statement {
		for _, a := range s.Action {
			for _, r := range s.Resource {
				out = append(out, allowedAction{a, r})
			}
		}
	}
	return out
}
