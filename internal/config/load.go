package config

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/migrated"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// fromEnv begins the name of a configuration that is in an environment variable: env:MSKFIT_CONFIG.
const fromEnv = "env:"

// Load reads and validates the file, or the environment variable when file is "env:NAME" (ECS has no configuration files). Its
// error is a yamlfile.Problems with everything that is wrong.
func Load(file string) (Config, error) {
	if name, ok := strings.CutPrefix(file, fromEnv); ok {
		text, set := os.LookupEnv(name)
		if !set {
			return Config{}, yamlfile.Problems{{File: file,
				Message: "the environment variable is not set: put the configuration into it"}}
		}
		return Parse(file, []byte(text), os.LookupEnv)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return Config{}, yamlfile.Problems{{File: file, Message: cause(err) + ": create one, starting from configs/mskfit.yaml"}}
	}
	return Parse(file, data, os.LookupEnv)
}

// cause is a file error without the path, which the problem names already.
func cause(err error) string {
	if inner := errors.Unwrap(err); inner != nil {
		return inner.Error()
	}
	return err.Error()
}

// Parse reads and validates data; file names it in problems and lookup gives environment variables.
func Parse(file string, data []byte, lookup func(string) (string, bool)) (Config, error) {
	c := Default()
	doc, _ := yamlfile.DecodeEnv(file, data, &c, lookup) // Report has its problems too
	c.inherit()
	if err := doc.Report(c.Validate()); err != nil {
		return Config{}, err
	}
	return c, nil
}

// inherit gives clusters what the file says once for all.
func (c *Config) inherit() {
	c.inheritMSK()
	c.Agent.Drift.Watch = c.Alerts.Watch
	for i := range c.Clusters {
		cluster := &c.Clusters[i]
		if cluster.Region == "" {
			cluster.Region = c.Region
		}
		if cluster.Kafka != nil && cluster.Kafka.Cluster == "" {
			cluster.Kafka.Cluster = cluster.Name
		}
	}
}

// Validate reports every value that cannot work, with fields as paths from the top of the file.
func (c Config) Validate() error {
	errs := []error{
		yamlfile.Under("agent", c.Agent.Validate()), yamlfile.Under("history", c.History.Validate()),
		yamlfile.Under("ledger", c.Ledger.Validate()), yamlfile.Under("reports", c.Reports.Validate()),
		yamlfile.Under("web", c.Web.Validate()), yamlfile.Under("alerts", c.Alerts.Validate()),
		yamlfile.Under("aws", c.AWS.Validate()),
		yamlfile.Under("log", c.Log.validate()), validRegion("region", c.Region),
	}
	if _, err := ParseZone(c.Timezone); err != nil {
		errs = append(errs, yamlfile.Invalid("timezone", "%s", err))
	}
	if c.DataDir == "" {
		errs = append(errs, yamlfile.Invalid("data_directory", "missing: set the folder for history and ledger"))
	}
	if len(c.Clusters) == 0 && len(c.MSK) == 0 {
		errs = append(errs, yamlfile.Invalid("clusters",
			"no cluster to watch: add one with a name and a kafka source, or all of Amazon MSK in a region (msk: [{regions: [us-east-1]}])"))
	}
	errs = append(errs, c.validateMSK())
	first := map[string]int{}
	for i, cluster := range c.Clusters {
		at := fmt.Sprintf("clusters[%d]", i)
		errs = append(errs, yamlfile.Under(at, cluster.validate()))
		if cluster.Region != c.Region { // an inherited one is reported once, at the top
			errs = append(errs, validRegion(at+".region", cluster.Region))
		}
		if j, twice := first[cluster.Name]; twice && cluster.Name != "" {
			errs = append(errs, yamlfile.Invalid(at+".name", "%q is the name of clusters[%d] too: names are unique", cluster.Name,
				j))
		} else {
			first[cluster.Name] = i
		}
	}
	return errors.Join(errs...)
}

// Migrations are the migrated clusters, by name; empty: none was migrated.
func (c Config) Migrations() map[string]migrated.Migration {
	out := map[string]migrated.Migration{}
	for _, cluster := range c.Clusters {
		if from, given, err := cluster.Migrated(); given && err == nil {
			out[cluster.Name] = migrated.Migration{From: from, Bill: cluster.CostExplorer, Region: cluster.Region}
		}
	}
	return out
}

var regionName = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)

func (c Cluster) validate() error {
	var errs []error
	switch {
	case c.Name == "":
		errs = append(errs, yamlfile.Invalid("name", "missing: every cluster needs a name"))
	case !migrated.ClusterName.MatchString(c.Name):
		errs = append(errs, yamlfile.Invalid("name",
			"%q is not a valid name: use up to 100 letters, digits, dots, dashes and underscores", c.Name))
	}
	errs = append(errs, c.sources())
	errs = append(errs, yamlfile.Under("requirements", c.Requirements.Validate()), yamlfile.Under("limits", c.Limits.Validate()))
	if from, given, err := c.Migrated(); err != nil {
		errs = append(errs, yamlfile.Invalid("migrated_from", "%v", err))
	} else if given && from.Cluster == c.Name && from.By.IsZero() {
		errs = append(errs, yamlfile.Invalid("migrated_from",
			"%q is this cluster itself: name the cluster that it was migrated from, or one of its own earlier verdicts (%s@2026-06-01)", c.Name, c.Name))
	}
	if c.CostExplorer != nil {
		if c.MigratedFrom == "" {
			errs = append(errs, yamlfile.Invalid("cost_explorer",
				"the bill is compared with the verdict that migrated_from names: set migrated_from, or remove it"))
		}
		errs = append(errs, yamlfile.Under("cost_explorer", c.CostExplorer.Validate(c.Region)))
	}
	return errors.Join(errs...)
}

// Migrated reads migrated_from; false where it is empty.
func (c Cluster) Migrated() (from migrated.From, given bool, err error) {
	if c.MigratedFrom == "" {
		return from, false, nil
	}
	from, err = migrated.Parse(c.MigratedFrom)
	return from, err == nil, err
}

// sources validates those that are given; there must be one.
func (c Cluster) sources() error {
	if c.Kafka == nil && c.MSK == nil && c.Prometheus == nil && c.Exporters == nil {
		return yamlfile.Invalid("kafka", "no source: set how to reach the brokers (kafka: bootstrap: [host:port]), or add msk, prometheus or exporters")
	}
	var errs []error
	if c.Kafka != nil {
		errs = append(errs, yamlfile.Under("kafka", c.Kafka.Config.Validate()))
	}
	if c.MSK != nil {
		errs = append(errs, yamlfile.Under("msk", c.MSK.validate(c.Region)))
	}
	if c.Prometheus != nil {
		errs = append(errs, yamlfile.Under("prometheus", c.Prometheus.Validate()))
	}
	if c.Exporters != nil {
		errs = append(errs, yamlfile.Under("exporters", c.Exporters.Validate()))
	}
	return errors.Join(errs...)
}

func validRegion(field, region string) error {
	if regionName.MatchString(region) {
		return nil
	}
	return yamlfile.Invalid(field, "%q is not a region: write it as us-east-1", region)
}

func (l Log) validate() error {
	levels, formats := []string{"debug", "info", "warn", "error"}, []string{"json", "console"}
	var errs []error
	if !slices.Contains(levels, l.Level) {
		errs = append(errs, yamlfile.Invalid("level", "%q is not a level: write %s", l.Level, strings.Join(levels, ", ")))
	}
	if !slices.Contains(formats, l.Format) {
		errs = append(errs, yamlfile.Invalid("format", "%q is not a format: write %s", l.Format, strings.Join(formats, " or ")))
	}
	return errors.Join(errs...)
}
