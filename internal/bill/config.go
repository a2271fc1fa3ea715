package bill

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says which part of the bill is the cluster's, and turns requests to Cost Explorer on. Cost Explorer cannot filter by
// cluster: the cluster needs a cost allocation tag, or is the only MSK cluster of its region and account.
type Config struct {
	// TagKey is the key of a cost allocation tag that the cluster has. It must be activated in the Billing console: costs from
	// before have no tag.
	TagKey string `yaml:"tag_key"`
	// TagValue is the tag's value on this cluster and on no other one.
	TagValue string `yaml:"tag_value"`
	// OnlyCluster takes all MSK costs of the region as the cluster's: true only where it is the only MSK cluster there (default
	// false).
	OnlyCluster bool `yaml:"only_cluster"`
	// Account is the account of the cluster; needed where the requests are made in the organization's management account, which
	// sees the costs of all (default: all that the identity sees).
	Account string `yaml:"account"`
	// AWS is the identity for the requests (default: that of msk, else the file's aws, if nothing is set here).
	AWS awsconf.Config `yaml:"aws"`
}

// SetDefaults fills in the defaults of aws.
func (c *Config) SetDefaults() { c.AWS = awsconf.DefaultConfig() }

var account = regexp.MustCompile(`^[0-9]{12}$`)

// Validate returns every problem of the configuration, each a yamlfile.FieldError.
func (c Config) Validate(region string) error {
	var errs []error
	bad := func(field, format string, args ...any) { errs = append(errs, yamlfile.Invalid(field, format, args...)) }
	switch {
	case c.OnlyCluster && (c.TagKey != "" || c.TagValue != ""):
		bad("only_cluster", "a tag is set too: keep tag_key and tag_value, or only_cluster")
	case !c.OnlyCluster && c.TagKey == "":
		bad("tag_key", "missing: set tag_key and tag_value to a cost allocation tag of the cluster, or only_cluster: true if it is the only MSK cluster of its region and account")
	case !c.OnlyCluster && c.TagValue == "":
		bad("tag_value", "missing: set the value that the tag %q has on this cluster", c.TagKey)
	}
	if c.Account != "" && !account.MatchString(c.Account) {
		bad("account", "%q is not an account: write its 12 digits in quotes", c.Account)
	}
	if strings.HasPrefix(region, "us-gov-") {
		errs = append(errs, errors.New("AWS GovCloud has no Cost Explorer: its costs appear in the associated standard account; remove cost_explorer"))
	}
	return errors.Join(append(errs, yamlfile.Under("aws", c.AWS.Validate()))...)
}

// Filter says in words which costs are taken as the cluster's.
func (c Config) Filter(region string) string {
	out := "MSK in " + region
	if c.OnlyCluster {
		out += ", all clusters"
	} else {
		out += fmt.Sprintf(" with tag %s=%s", c.TagKey, c.TagValue)
	}
	if c.Account != "" {
		out += ", account " + c.Account
	}
	return out
}

// Statement is what the identity must be allowed. Cost Explorer's actions cannot be limited to a resource.
// Source: AWS Service Authorization Reference, AWS Cost Explorer Service.
func Statement() awsconf.Statement {
	return awsconf.Statement{Sid: "ReadBills", Actions: []string{action}, Resource: []string{"*"}}
}

const action = "ce:GetCostAndUsage"
