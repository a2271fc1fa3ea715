package config

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/workloadfile"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// MSK says which cluster of Amazon MSK a cluster is: the control plane says what it is, and CloudWatch what flows through it.
type MSK struct {
	// ARN is the cluster's; instead of name.
	ARN string `yaml:"arn"`
	// Name is what the cluster is called in Amazon MSK, in the cluster's region (default: the cluster's name here).
	Name string `yaml:"name"`
	// AWS is the identity for the requests (default: the file's aws, if nothing is set here).
	AWS awsconf.Config `yaml:"aws"`
	// Refresh is how often the cluster is described again (default 1h, 5m–24h).
	Refresh time.Duration `yaml:"refresh"`
	// CloudWatch says how the metrics are read, and what they may cost.
	CloudWatch msk.CloudWatch `yaml:"cloudwatch"`
}

// SetDefaults fills in the collector's defaults.
func (m *MSK) SetDefaults() {
	d := msk.DefaultConfig()
	m.AWS, m.Refresh, m.CloudWatch = d.AWS, d.Refresh, d.CloudWatch
}

// In is the collector's configuration for the one cluster, in the region.
func (m MSK) In(region string) msk.Config {
	return msk.Config{AWS: m.AWS, Regions: []string{region}, Filter: msk.Filter{Names: []string{m.Name}}, Refresh: m.Refresh,
		CloudWatch: m.CloudWatch}
}

// Fleet is one line that watches every MSK cluster of some regions that its filter selects.
type Fleet struct {
	msk.Config `yaml:",inline"`
	// Requirements apply to every cluster that is found; a cluster listed under clusters has its own.
	Requirements workloadfile.Requirements `yaml:"requirements"`
	// Limits replace quotas in the alerts of every cluster that is found.
	Limits workloadfile.Limits `yaml:"limits"`
}

// Validate returns every problem of the line.
func (f Fleet) Validate() error {
	return errors.Join(f.Config.Validate(), yamlfile.Under("requirements", f.Requirements.Validate()),
		yamlfile.Under("limits", f.Limits.Validate()))
}

var (
	clusterARN = regexp.MustCompile(`^arn:aws(?:-[a-z-]+)?:kafka:([a-z0-9-]+):([0-9]{12}):cluster/([A-Za-z0-9-]{1,64})/[A-Za-z0-9-]+$`)
	mskName    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`)
)

// arnParts takes a cluster's ARN apart; all are empty when it is none.
func arnParts(arn string) (region, name string) {
	if found := clusterARN.FindStringSubmatch(arn); found != nil {
		return found[1], found[3]
	}
	return "", ""
}

// inheritMSK gives MSK clusters, their bills and lines of msk what the file says once for all.
func (c *Config) inheritMSK() {
	inherit := func(own *awsconf.Config) {
		if *own == awsconf.DefaultConfig() {
			*own = c.AWS
		}
	}
	for i := range c.Clusters {
		cluster := &c.Clusters[i]
		if cluster.MSK != nil {
			inherit(&cluster.MSK.AWS)
		}
		if cluster.CostExplorer != nil {
			if cluster.MSK != nil && cluster.CostExplorer.AWS == awsconf.DefaultConfig() {
				cluster.CostExplorer.AWS = cluster.MSK.AWS
			}
			inherit(&cluster.CostExplorer.AWS)
		}
		if cluster.MSK == nil {
			continue
		}
		region, name := arnParts(cluster.MSK.ARN)
		if cluster.Region == "" {
			cluster.Region = region
		}
		if k := cluster.Kafka; k != nil && k.WithIAM() &&
			k.SASL.AWS.Region == "" { // requests are signed for the region of the cluster
			k.SASL.AWS.Region = cmp.Or(cluster.Region, c.Region)
		}
		for _, other := range []string{name, cluster.Name} {
			if cluster.MSK.Name == "" {
				cluster.MSK.Name = other
			}
		}
	}
	for i := range c.MSK {
		inherit(&c.MSK[i].AWS)
		if len(c.MSK[i].Regions) == 0 {
			c.MSK[i].Regions = []string{c.Region}
		}
	}
}

// validate reports what is wrong with the MSK cluster in the region, but for aws.
func (m MSK) validate(region string) error {
	var errs []error
	in, name := arnParts(m.ARN)
	switch {
	case m.ARN != "" && in == "":
		errs = append(errs, yamlfile.Invalid("arn",
			"%q is not a cluster: write it as arn:aws:kafka:us-east-1:123456789012:cluster/name/id", m.ARN))
	case m.ARN != "" && in != region:
		errs = append(errs, yamlfile.Invalid("arn",
			"it is in %s, and the cluster's region is %s: remove region, or correct one of them", in, region))
	case m.ARN != "" && m.Name != name:
		errs = append(errs, yamlfile.Invalid("name", "%q is not the name in arn (%s): remove one of them", m.Name, name))
	case m.ARN == "" && !mskName.MatchString(m.Name):
		errs = append(errs, yamlfile.Invalid("name",
			"%q is not a valid MSK cluster name: use up to 64 letters, digits and dashes, or set arn", m.Name))
	}
	if m.Refresh < 5*time.Minute || m.Refresh > 24*time.Hour {
		errs = append(errs, yamlfile.Invalid("refresh", "%s is out of range: use 5m to 24h", m.Refresh))
	}
	errs = append(errs, yamlfile.Under("cloudwatch", m.CloudWatch.Validate()))
	return errors.Join(errs...)
}

// validateMSK reports what is wrong with the lines, and clusters that are there twice.
func (c Config) validateMSK() error {
	var errs []error
	for i, f := range c.MSK {
		if f.AWS == c.AWS { // what is inherited is reported once, at the top
			f.AWS = awsconf.DefaultConfig()
		}
		if len(f.Regions) == 1 && f.Regions[0] == c.Region {
			f.Regions = []string{Default().Region}
		}
		errs = append(errs, yamlfile.Under(fmt.Sprintf("msk[%d]", i), f.Validate()))
	}
	type identity struct{ arn, name, region, as string }
	first := map[identity]int{}
	for i, cluster := range c.Clusters {
		if cluster.MSK == nil {
			continue
		}
		if cluster.MSK.AWS != c.AWS {
			errs = append(errs, yamlfile.Under(fmt.Sprintf("clusters[%d].msk.aws", i), cluster.MSK.AWS.Validate()))
		}
		id := identity{arn: cluster.MSK.ARN}
		if id.arn == "" {
			id = identity{name: cluster.MSK.Name, region: cluster.Region,
				as: cluster.MSK.AWS.RoleARN + " " + cluster.MSK.AWS.Profile}
		}
		if j, twice := first[id]; twice {
			errs = append(errs, yamlfile.Invalid(fmt.Sprintf("clusters[%d].msk", i),
				"it is the cluster of clusters[%d] too: watch it once", j))
			continue
		}
		first[id] = i
	}
	return errors.Join(errs...)
}
