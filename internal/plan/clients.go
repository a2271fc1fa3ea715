package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// clients is what clients.md shows.
type clients struct {
	Target string
	// Authentication is one sentence on how clients prove who they are.
	Authentication []string
	Settings       []string
	Groups         []client
	Topics         []producer
}

// client is one consumer group with what it must change.
type client struct {
	Name, Topics, Rate string
	risk               int
	egress             float64
	Risk               string
	Changes            []string
}

// producer is a topic whose producers, which no observer can name, must change.
type producer struct {
	Name, Rate string
	Changes    []string
}

// risks, the highest first.
var risks = []string{"high", "medium", "low"}

func clientsPage(p *plan) any {
	page := clients{Target: p.name(), Authentication: p.authenticationChanges(), Settings: p.clientSettings()}
	for i := range p.Workload.GroupList {
		page.Groups = append(page.Groups, p.client(&p.Workload.GroupList[i]))
	}
	slices.SortFunc(page.Groups, func(a, b client) int {
		return cmp.Or(cmp.Compare(a.risk, b.risk), cmp.Compare(b.egress, a.egress), strings.Compare(a.Name, b.Name))
	})
	sorted := slices.Clone(p.topics)
	slices.SortStableFunc(sorted, func(a, b topic) int { return cmp.Compare(ingressOf(b), ingressOf(a)) })
	for _, t := range sorted {
		page.Topics = append(page.Topics, p.producer(t))
	}
	return page
}

func ingressOf(t topic) float64 {
	if q := t.source.IngressBytesPerSec; q != nil {
		return q.Value
	}
	return -1
}

// foreign are the methods in use that the target does not have.
func (p *plan) foreign() []string {
	var out []string
	for _, m := range inUse(&p.Input) {
		if !slices.Contains(supported(&p.Input), m) {
			out = append(out, m)
		}
	}
	return out
}

// iamClients names AWS's libraries. The version is that of kafka-clients which the tests of aws-msk-iam-auth use (its
// build.gradle); AWS publishes the signer for these four languages (github.com/aws/aws-msk-iam-sasl-signer-*).
const iamClients = "Java clients need aws-msk-iam-auth; AWS tests it with kafka-clients 2.2.1, and whether older ones work is not verified. Python, Go, " +
	"JavaScript and .NET clients need a library that takes SASL/OAUTHBEARER, and sign its tokens with AWS's aws-msk-iam-sasl-signer of their language. A client " +
	"with neither cannot use IAM: replace it first."

func (p *plan) authenticationChanges() []string {
	use, foreign := inUse(&p.Input), p.foreign()
	var out []string
	switch {
	case use == nil:
		out = append(out, "How clients authenticate today is unknown. The new cluster takes "+
			strings.Join(workload.AuthenticationNames(p.auth), ", ")+".")
	case len(foreign) > 0:
		out = append(out, fmt.Sprintf("Clients with %s must move to %s: the new cluster does not have what they use.",
			strings.Join(workload.AuthenticationNames(foreign), ", "), strings.Join(workload.AuthenticationNames(p.auth), " or ")))
	default:
		out = append(out, "Clients keep their method: "+strings.Join(workload.AuthenticationNames(p.auth), ", ")+".")
	}
	if slices.Contains(p.auth, "iam") {
		out = append(out, "IAM: security.protocol=SASL_SSL, sasl.mechanism=AWS_MSK_IAM (Java) or OAUTHBEARER, port 9098. "+
			iamClients)
	}
	if slices.Contains(p.auth, "sasl_scram") {
		out = append(out, "SCRAM: only SCRAM-SHA-512, over TLS, port 9096; users come from Secrets Manager, so passwords are set again there.")
	}
	if slices.Contains(p.auth, "mtls") {
		out = append(out, "Mutual TLS: client certificates must be issued by a CA that ACM Private CA holds; port 9094.")
	}
	return out
}

// clientSettings are what every client must respect on the target.
func (p *plan) clientSettings() []string {
	out := []string{"bootstrap.servers: the brokers that `terraform output clusters` shows."}
	if p.serverless() {
		if q, ok := p.Catalog.Serverless.Quota("fetch_bytes_per_request"); ok && q.Limit != nil {
			out = append(out, fmt.Sprintf("Consumers: fetch.max.bytes at most %.0f (%s in one fetch). Kafka's default, 52428800, is within it.",
				*q.Limit*verdict.BaseUnits(q.Unit), verdict.Amount(*q.Limit, q.Unit)))
		}
		if q, ok := p.Catalog.Serverless.Quota("message_size"); ok && q.Limit != nil {
			out = append(out, fmt.Sprintf("Producers: max.request.size at most %.0f, and max.message.bytes of the topic no larger.",
				*q.Limit*verdict.BaseUnits(q.Unit)))
		}
		if q, ok := p.Catalog.Serverless.Quota("request_rate"); ok && q.Limit != nil {
			out = append(out, fmt.Sprintf("Producers: raise batch.size and linger.ms (65536 and 10 ms are a start) so that all clients together stay below %s requests per second; compression saves "+
				"money, because Serverless bills bytes.", workload.FormatNumber(*q.Limit)))
		}
		out = append(out, "Kafka Streams: create its internal topics beforehand; Serverless refuses the segment.bytes that Streams asks for.")
	}
	if p.Option.Kind == verdict.Express {
		out = append(out, "Share groups (KIP-932) do not work on Express.",
			"Producers: acks=all is served from three zones; min.insync.replicas is always 2.")
	}
	return out
}

func (p *plan) client(g *workload.GroupWorkload) client {
	c := client{Name: g.Name, Topics: "unknown", Rate: "unknown", risk: 2}
	if len(g.Topics) > 0 {
		c.Topics = listed(g.Topics)
	}
	if q := g.EgressBytesPerSec; q != nil {
		c.egress, c.Rate = q.Value, workload.FormatByteRate(q.Value)
	}
	change := func(risk int, format string, args ...any) {
		c.risk = min(c.risk, risk)
		c.Changes = append(c.Changes, fmt.Sprintf(format, args...))
	}
	switch {
	case g.Type == "share" && p.Option.Kind != verdict.Standard:
		change(0, "it is a share group, which the target does not offer according to AWS: rewrite it as a consumer group")
	case g.Type == "share":
		change(0, "it is a share group: needs Kafka 4.1 or newer with share.version on")
	case g.Type == "consumer" && p.serverless():
		change(0, "it uses the KIP-848 protocol; AWS does not say whether Serverless has it: set group.protocol=classic, or try it first")
	case g.Type == "consumer":
		change(1, "it uses the KIP-848 protocol: needs Kafka 4.0 or newer on the target")
	}
	if streams := streamsTopics(g); len(streams) > 0 && p.serverless() {
		change(0, "it looks like Kafka Streams: create %s beforehand", listed(streams))
	}
	if foreign := p.foreign(); len(foreign) > 0 {
		change(1, "authentication: %s to %s, if that is what it uses", strings.Join(workload.AuthenticationNames(foreign), ", "),
			strings.Join(workload.AuthenticationNames(p.auth), " or "))
	}
	if len(p.clusters) > 1 && p.spread(g) {
		change(0, "its topics are on several clusters: one consumer for each")
	}
	if g.Members != nil && *g.Members == 0 {
		change(1, "it has no members now: find its owner, or leave it behind")
	}
	if l := g.LagMessages; l != nil && l.Value > 0 {
		change(2, "it lags by %s messages: let it drain before the switch", workload.FormatNumber(l.Value))
	}
	if len(c.Changes) == 0 {
		c.Changes = []string{"only bootstrap.servers"}
	}
	c.Risk = risks[c.risk]
	return c
}

// streamsTopics are topics that Kafka Streams makes for itself: they begin with the application's id, which is the group's name.
func streamsTopics(g *workload.GroupWorkload) []string {
	var out []string
	for _, t := range g.Topics {
		if strings.HasPrefix(t, g.Name+"-") && (strings.HasSuffix(t, "-changelog") || strings.HasSuffix(t, "-repartition")) {
			out = append(out, t)
		}
	}
	return out
}

func (p *plan) spread(g *workload.GroupWorkload) bool {
	first := ""
	for _, t := range g.Topics {
		at := p.clusterOf(t)
		if first != "" && at != first {
			return true
		}
		first = at
	}
	return false
}

func (p *plan) producer(t topic) producer {
	out := producer{Name: t.Name, Rate: "unknown"}
	if q := t.source.IngressBytesPerSec; q != nil {
		out.Rate = workload.FormatByteRate(q.Value)
	}
	for _, r := range p.Raised {
		if r.Name == t.Name {
			out.Changes = append(out.Changes,
				fmt.Sprintf("%d partitions instead of %d: keys land on other partitions, and a producer that picks partitions itself must know", r.To, r.From))
		}
	}
	if q, ok := p.Catalog.Serverless.Quota("message_size"); ok && q.Limit != nil && p.serverless() &&
		t.source.MaxMessageBytes != nil {
		if most := *q.Limit * verdict.BaseUnits(q.Unit); t.source.MaxMessageBytes.Value > most {
			out.Changes = append(out.Changes,
				fmt.Sprintf("messages up to %s: Serverless takes %s", workload.FormatBytes(t.source.MaxMessageBytes.Value),
					workload.FormatBytes(most)))
		}
	}
	if a := t.source.AverageMessageBytes; a != nil && a.Value < 200 && p.serverless() {
		out.Changes = append(out.Changes, fmt.Sprintf("messages of %s: batch and compress them, Serverless bills bytes",
			workload.FormatBytes(a.Value)))
	}
	if len(p.clusters) > 1 {
		out.Changes = append(out.Changes, "goes to cluster "+t.Cluster)
	}
	if len(out.Changes) == 0 {
		out.Changes = []string{"nothing but the common changes"}
	}
	return out
}
