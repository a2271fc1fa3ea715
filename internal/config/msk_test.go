package config

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// commented returns the lines of the reference that are comments and follow the first that contains begin, up to an empty one,
// without their marks.
func commented(t *testing.T, begin string) string {
	t.Helper()
	data, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(data), begin)
	if !found {
		t.Fatalf("the reference has no %q", begin)
	}
	_, rest, _ = strings.Cut(rest, "#\n")
	var out []string
	for _, line := range strings.Split(rest, "\n") {
		if line == "#" || !strings.HasPrefix(line, "# ") {
			break
		}
		out = append(out, strings.TrimPrefix(line, "# "))
	}
	return strings.Join(out, "\n") + "\n"
}

// What is at the end of the reference as a comment is what a line of msk has when it says nothing.
func TestReferenceShowsMSKDefaults(t *testing.T) {
	text := commented(t, "# A line of msk")
	got, err := Parse("comment.yaml", []byte(text), nil)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	want, err := Parse("least.yaml", []byte("msk: [{}]"), nil)
	if err != nil {
		t.Fatal(err)
	}
	bare(reflect.ValueOf(&got).Elem())
	bare(reflect.ValueOf(&want).Elem())
	if !reflect.DeepEqual(got.MSK, want.MSK) {
		t.Errorf("got  %+v\nwant %+v", got.MSK, want.MSK)
	}
	var c Config
	doc, err := yamlfile.Decode("comment.yaml", []byte(text), &c)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(path string, of reflect.Type)
	walk = func(path string, of reflect.Type) {
		for i := range of.NumField() {
			f := of.Field(i)
			name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			at := path + "." + name
			switch {
			case option == "inline":
				walk(path, f.Type)
				continue
			case !doc.Names(at):
				t.Errorf("%s is not in the reference", at)
			}
			if f.Type.Kind() == reflect.Struct && name != "requirements" {
				walk(at, f.Type)
			}
		}
	}
	walk("msk[0]", reflect.TypeFor[Fleet]())
}

func TestOneMSKClusterOfTheReference(t *testing.T) {
	c, err := Parse("comment.yaml", []byte("clusters:\n- name: orders\n"+
		indented(commented(t, "# One cluster under clusters"), -2)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if m := c.Clusters[0].MSK; m == nil || m.Name != "orders" || m.ARN != "" || m.CloudWatch != defaultMSK().CloudWatch {
		t.Errorf("msk %+v", m)
	}
}

// indented moves every line to the left by as many spaces as n is below 0.
func indented(text string, n int) string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		out = append(out, strings.TrimPrefix(line, strings.Repeat(" ", -n)))
	}
	return strings.Join(out, "\n")
}

// defaultMSK is what an MSK cluster has by default.
func defaultMSK() MSK {
	var m MSK
	m.SetDefaults()
	return m
}

func TestMSKTakesOverWhatTheFileSays(t *testing.T) {
	const arn = "arn:aws:kafka:eu-west-1:123456789012:cluster/carts/0a1b-1"
	c, err := Parse("f.yaml", []byte(`
region: eu-central-1
aws: {profile: watch}
clusters:
  - {name: orders, msk: {}}
  - {name: shop, msk: {arn: '`+arn+`'}, kafka: {bootstrap: ['b.example:9098'], tls: {enabled: true}, sasl: {mechanism: AWS_MSK_IAM}}}
  - {name: other, region: us-east-1, msk: {name: billing, aws: {role_arn: 'arn:aws:iam::210987654321:role/watch'}}}
msk:
  - {}
  - {regions: [us-east-1, us-west-2], aws: {role_arn: 'arn:aws:iam::210987654321:role/watch'}}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	file := awsconf.DefaultConfig()
	file.Profile = "watch"
	for i, want := range []struct{ name, region, profile string }{{"orders", "eu-central-1", "watch"},
		{"carts", "eu-west-1", "watch"}, {"billing", "us-east-1", ""}} {
		if got := c.Clusters[i]; got.MSK.Name != want.name || got.Region != want.region || got.MSK.AWS.Profile != want.profile {
			t.Errorf("clusters[%d] is %s in %s as %q, want %+v", i, got.MSK.Name, got.Region, got.MSK.AWS.Profile, want)
		}
	}
	if got := c.Clusters[1].Kafka.SASL.AWS.Region; got != "eu-west-1" {
		t.Errorf("requests to the brokers are signed for %q, want the region of the cluster", got)
	}
	if got := c.MSK[0]; got.AWS != file || !reflect.DeepEqual(got.Regions, []string{"eu-central-1"}) {
		t.Errorf("msk[0] %+v", got)
	}
	if got := c.MSK[1]; got.AWS.Profile != "" || len(got.Regions) != 2 {
		t.Errorf("msk[1] %+v", got)
	}
}
