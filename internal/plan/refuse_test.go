package plan_test

import (
	"strings"
	"testing"
)

// Nothing is planned for what does not fit or would be misread, and the message says why.
func TestRefusals(t *testing.T) {
	odd := strings.Replace(mustRead(t, "split"), "name: clicks", `name: "$(reboot)"`, 1)
	odd = strings.Replace(odd, "topics: [clicks]", `topics: ["$(reboot)"]`, 1)
	for _, tt := range []struct{ name, workload, text, option, want string }{
		{"an option that does not carry it", "ecommerce", "", "serverless", "MSK Serverless does not carry this workload:\n  "},
		{"what fails is said", "change-capture", "", "serverless", "partitions of compacted topics: "},
		{"too few brokers", "ecommerce", "", "express:express.m7g.8xlarge:3",
			"3 × express.m7g.8xlarge is not what the workload is sized to: it takes 24 × express.m7g.8xlarge"},
		{"unknown size", "gaming", "", "express:express.m7g.tiny",
			"express.m7g.tiny is no broker size of express: there are express.m7g.large, "},
		{"no kind", "gaming", "", "fargate", `"fargate" is not an option: "fargate" is not a kind of cluster: write serverless, `},
		{"no size", "gaming", "", "standard", "name the broker size"},
		{"no number", "gaming", "", "express:express.m7g.large:many", `"many" is not a number of brokers`},
		{"tiered Express", "gaming", "", "express:express.m7g.large:tiered", `"tiered" is not a number of brokers`},
		{"sized Serverless", "gaming", "", "serverless:3", "Serverless has no size"},
		{"a split without topics", "gaming", "", "serverless_split", "serverless_split"},
		{"a name that a shell would run", "odd", odd, "serverless_split",
			`topic "$(reboot)": Kafka has no topic of this name: letters, digits, dot`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := files(input(t, tt.workload, tt.text), tt.option, nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v\nwant %q", err, tt.want)
			}
			if text := got["create-topics.sh"]; strings.Contains(text, "reboot") {
				t.Errorf("a script was made:\n%s", text)
			}
		})
	}
}
