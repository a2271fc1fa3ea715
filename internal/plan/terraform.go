package plan

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/template"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

//go:embed templates
var templates embed.FS

// terraformPage is what the template of main.tf shows.
type terraformPage struct {
	Title, Price, Region, SubnetsHelp, Ports string
	Clusters                                 []cluster
	Resource                                 string
	Bootstrap                                []string // attributes of the bootstrap brokers
	// Provisioned brokers have all that follows.
	Provisioned, Tiered, IAM, SCRAM, MTLS, Unauthenticated bool
	Zones, Brokers, VolumeGiB, ThroughputMiB               int
	Size, InTransit, Version, VersionHelp, Configuration   string
	Monitoring, PropertiesHelp, MissingHelp                string
	Properties                                             map[string]string
	Missing                                                []string
}

// terraform writes main.tf. Values are quoted, so that no name can be read as something else; the whole is formatted by HashiCorp's
// own library.
func terraform(p *plan) ([]byte, error) {
	t, err := template.New("main.tf.tmpl").Funcs(template.FuncMap{"hcl": hcl}).ParseFS(templates, "templates/main.tf.tmpl")
	if err != nil {
		return nil, err
	}
	page := p.terraformPage()
	var b bytes.Buffer
	if err := t.Execute(&b, page); err != nil {
		return nil, err
	}
	return hclwrite.Format(b.Bytes()), nil
}

func (p *plan) terraformPage() terraformPage {
	o := &p.Option
	page := terraformPage{
		Title: fmt.Sprintf("%s for %s.", p.name(), oneLine(p.Workload.Cluster)), Price: priceOf(o), Region: p.Workload.Region,
		Clusters: p.clusters,
		Resource: "aws_msk_serverless_cluster", Bootstrap: []string{"bootstrap_brokers_sasl_iam"},
		SubnetsHelp: "Subnets of the clients' side, in 2 or 3 availability zones that MSK Serverless has in this region.",
		Ports:       fmt.Sprintf("port %d", p.Catalog.Serverless.Port),
	}
	if p.serverless() {
		return page
	}
	page.Provisioned, page.Resource, page.Zones = true, "aws_msk_cluster", cmp.Or(p.Requirements.Zones, 3)
	page.SubnetsHelp = fmt.Sprintf("%d subnets for the brokers, one in each availability zone.", page.Zones)
	page.Size, page.Brokers, page.Tiered = o.Size, o.Brokers, o.TieredStorage
	page.VolumeGiB, page.ThroughputMiB = p.volume()
	page.Monitoring = "DEFAULT"
	if msk := p.Workload.MSK; msk != nil && msk.MonitoringLevel != "" {
		page.Monitoring = msk.MonitoringLevel
	}
	page.Version, page.VersionHelp = p.kafkaVersion()
	page.Configuration = p.clusters[0].Name + "-" + strings.NewReplacer(".", "-").Replace(page.Version)
	p.access(&page)
	p.properties(&page)
	return page
}

// priceOf says what the option costs by the verdict.
func priceOf(o *verdict.Option) string {
	if o.MonthlyUSD == nil {
		return "unknown in this region"
	}
	return workload.FormatUSD(*o.MonthlyUSD) + " a month"
}

// priced is the price of the option with the date of the prices.
func (p *plan) priced() string {
	if p.Option.MonthlyUSD == nil || p.Verdict.Catalog.Prices == "" {
		return priceOf(&p.Option)
	}
	return priceOf(&p.Option) + " at the prices of " + p.Verdict.Catalog.Prices
}

// volume is the EBS volume of a broker in GiB and its provisioned throughput in MiB/s, as the price counts them; 0: none.
func (p *plan) volume() (gib, throughput int) {
	if p.Option.Kind != verdict.Standard || p.Option.Brokers == 0 {
		return 0, 0
	}
	gib = 1
	for _, line := range p.Option.Cost {
		each := line.Quantity / float64(p.Option.Brokers)
		switch line.Item {
		case "storage":
			gib = max(gib, int(math.Ceil(each-1e-9)))
		case "provisioned storage throughput":
			throughput = int(math.Ceil(each - 1e-9))
		}
	}
	return gib, throughput
}

// access fills in how clients are let in.
func (p *plan) access(page *terraformPage) {
	has := func(m string) bool { return slices.Contains(p.auth, m) }
	page.IAM, page.SCRAM, page.MTLS = has("iam"), has("sasl_scram"), has("mtls")
	page.Unauthenticated = has("plaintext") || has("tls")
	page.InTransit = "TLS"
	page.Bootstrap = nil
	if has("plaintext") {
		page.InTransit, page.Bootstrap = "TLS_PLAINTEXT", append(page.Bootstrap, "bootstrap_brokers")
	}
	if page.MTLS || has("tls") {
		page.Bootstrap = append(page.Bootstrap, "bootstrap_brokers_tls")
	}
	if page.SCRAM {
		page.Bootstrap = append(page.Bootstrap, "bootstrap_brokers_sasl_scram")
	}
	if page.IAM {
		page.Bootstrap = append(page.Bootstrap, "bootstrap_brokers_sasl_iam")
	}
	var ports []string
	for _, port := range p.Catalog.Standard.Ports {
		if has(port.Mode) || port.Mode == "tls" && page.MTLS {
			ports = append(ports, fmt.Sprint(port.Port))
		}
	}
	slices.Sort(ports)
	switch ports = slices.Compact(ports); len(ports) {
	case 0:
		page.Ports = "the ports of their listeners"
	case 1:
		page.Ports = "port " + ports[0]
	default:
		page.Ports = "ports " + strings.Join(ports, ", ")
	}
}

// kafkaVersion is the version to create and why. One that was not requested is the newest on offer with the mode that is needed.
func (p *plan) kafkaVersion() (version, help string) {
	offered := p.Catalog.Standard.Versions
	if p.Option.Kind == verdict.Express {
		offered = p.Catalog.Express.Versions
	}
	mode, why := "kraft", "the newest on offer"
	if z := p.Requirements.ZooKeeperAccess; z != nil && *z {
		mode, why = "zookeeper", "the newest with ZooKeeper, which your tools need"
	}
	today := p.Verdict.At.Format("2006-01-02")
	i := -1
	for j, v := range offered {
		if slices.Contains(v.Modes, mode) && (v.EndOfSupport == "" || v.EndOfSupport > today) {
			i = j // they are listed oldest first
		}
	}
	if need := p.Requirements.KafkaVersion; need != "" {
		if j := slices.IndexFunc(offered, func(v catalog.KafkaVersion) bool {
			return sameRelease(v.Version, need) && (mode == "kraft" || slices.Contains(v.Modes, mode))
		}); j >= 0 {
			i, why = j, "the one that the requirements name"
		}
	}
	if i < 0 {
		i, why = len(offered)-1, "the newest in the catalog; its support has ended"
	}
	version = offered[i].Version
	if strings.Count(version, ".") == 1 {
		version += ".x"
	}
	if mode == "kraft" && slices.Contains(offered[i].Modes, "kraft") {
		version += ".kraft"
		if !slices.Contains(knownKRaft, version) {
			why += "; its name follows those of 3.7 to 4.1 and is not verified"
		}
	}
	return version, fmt.Sprintf("Kafka version: %s. aws kafka list-kafka-versions lists the exact names in your region.", why)
}

// knownKRaft are the names of versions with KRaft that the AWS CDK has (aws-msk-alpha, KafkaVersion, read 2026-11-30).
var knownKRaft = []string{"3.7.x.kraft", "3.8.x.kraft", "3.9.x.kraft", "4.0.x.kraft", "4.1.x.kraft"}

func sameRelease(offered, need string) bool {
	cut := func(s string) string { return strings.Join(append(strings.Split(s, "."), "", "")[:2], ".") }
	return cut(offered) == cut(need)
}
