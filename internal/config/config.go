package config

import (
	"path/filepath"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/collector/prometheus"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/alert/targets"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/bill"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/report/folder"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/internal/workloadfile"
)

// Config is the whole file.
type Config struct {
	// DataDir holds history, ledger and reports (default /var/lib/mskfit). Relative folders and files of theirs start here.
	DataDir string `yaml:"data_directory"`
	// Region is the AWS region of clusters that name none; its prices are used (default us-east-1).
	Region string `yaml:"region"`
	// Timezone is that of reports and pages: an IANA name such as Europe/Berlin, or local, the machine's own (default UTC).
	// Interactive charts are in the browser's zone; JSON, CSV and alerts stay in UTC.
	Timezone string `yaml:"timezone"`
	// Clusters are what to watch; at least one, or a line of msk.
	Clusters []Cluster `yaml:"clusters"`
	// MSK watches every cluster of Amazon MSK in some regions, a line for each account; clusters that are also listed under
	// clusters are watched as configured there.
	MSK []Fleet `yaml:"msk"`
	// Agent says when to work and how to decide.
	Agent agent.Config `yaml:"agent"`
	// History says where samples are kept and for how long.
	History history.Config `yaml:"history"`
	// Ledger says where verdicts, alert states and messages are kept.
	Ledger ledger.Config `yaml:"ledger"`
	// Reports says where the scheduled reports go.
	Reports folder.Config `yaml:"reports"`
	// Web says where to listen.
	Web web.Config `yaml:"web"`
	// Alerts says which alerts are sent, and where.
	Alerts targets.Config `yaml:"alerts"`
	// AWS is the identity for SNS, and for Amazon MSK unless set there.
	AWS awsconf.Config `yaml:"aws"`
	// Catalog says which quotas and prices to use.
	Catalog Catalog `yaml:"catalog"`
	// Log says how to log.
	Log Log `yaml:"log"`
}

// Cluster is one cluster to watch.
type Cluster struct {
	// Name is the cluster's name everywhere; unique, up to 100 letters, digits, dots, dashes and underscores.
	Name string `yaml:"name"`
	// Region is the AWS region whose quotas and prices apply (default: the file's).
	Region string `yaml:"region"`
	// Kafka reads the cluster through its brokers.
	Kafka *Kafka `yaml:"kafka"`
	// MSK says which cluster of Amazon MSK it is, and reads its metrics from CloudWatch.
	MSK *MSK `yaml:"msk"`
	// Prometheus asks a Prometheus-compatible server that scrapes the brokers; its counters are measured, not estimated.
	Prometheus *prometheus.Config `yaml:"prometheus"`
	// Exporters reads the brokers' metrics pages directly (JMX exporter, MSK Open Monitoring).
	Exporters *prometheus.Exporters `yaml:"exporters"`
	// Requirements are what cannot be measured; what is left out becomes a question in the verdict.
	Requirements workloadfile.Requirements `yaml:"requirements"`
	// Limits replace quotas in alerts and in no verdict, above or below AWS's own, by the id that mskfit catalog shows:
	// ingress_per_cluster: 5MBps rehearses the alert on ingress.
	Limits workloadfile.Limits `yaml:"limits"`
	// MigratedFrom is the cluster from which this one was migrated: reports then compare what was predicted for it with what is
	// observed here, month by month. The newest verdict from before the first data here counts, or the newest one up to a time:
	// orders-old@2026-06-01. The cluster may have left the file: its verdicts are in the ledger. Only clusters listed under
	// clusters have it: list one that is found by msk there as well.
	MigratedFrom string `yaml:"migrated_from"`
	// CostExplorer compares what AWS bills for the cluster as well; only with migrated_from. Each request costs $0.01; one is
	// made a day, until the bill of the month before is final.
	CostExplorer *bill.Config `yaml:"cost_explorer"`
}

// Kafka is a Kafka source that starts from the collector's defaults.
type Kafka struct {
	kafka.Config `yaml:",inline"`
}

// SetDefaults fills in the collector's defaults.
func (k *Kafka) SetDefaults() { k.Config = kafka.DefaultConfig() }

// Catalog says which quotas and prices to use.
type Catalog struct {
	// Overlay is a file that mskfit catalog refresh wrote; it is used where it is newer than the embedded catalog. Empty
	// (default): the one where refresh puts it, if there is one.
	Overlay string `yaml:"overlay"`
}

// Log says how to log.
type Log struct {
	// Level is debug, info, warn or error (default info).
	Level string `yaml:"level"`
	// Format is json or console (default json).
	Format string `yaml:"format"`
}

// Default returns the configuration with every default and no clusters.
func Default() Config {
	return Config{
		DataDir: "/var/lib/mskfit", Region: "us-east-1", Timezone: "UTC",
		Agent: agent.DefaultConfig(), History: history.DefaultConfig(), Ledger: ledger.DefaultConfig(),
		Reports: folder.DefaultConfig(),
		Web:     web.DefaultConfig(), Alerts: targets.DefaultConfig(), AWS: awsconf.DefaultConfig(),
		Log: Log{Level: "info", Format: "json"},
	}
}

// Placed returns c with the folders and files of history, ledger and reports below the data directory, where they are
// relative. What is empty (turned off) stays empty.
func (c Config) Placed() Config {
	for _, path := range []*string{&c.History.Dir, &c.Ledger.File, &c.Reports.Directory} {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(c.DataDir, *path)
		}
	}
	return c
}
