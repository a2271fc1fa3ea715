package permissions

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/bill"
	"github.com/mskfit/mskfit/internal/config"
)

// Permissions is all that somebody must grant.
type Permissions struct {
	Schema string `json:"schema"`
	// ACLs are those of the clusters that have Kafka's own authorizer.
	ACLs []ACLSet `json:"acls"`
	// Policy is nil when AWS is not asked for anything.
	Policy json.RawMessage `json:"iam_policy"`
	// Roles are those that are assumed, each with what it must be allowed.
	Roles []RolePolicy `json:"role_policies,omitempty"`
	// Requests are all kinds that can be sent to a broker; none of them changes anything.
	Requests []RequestKind `json:"requests"`
}

// ACLSet is what one principal needs on clusters that are alike.
type ACLSet struct {
	Clusters  []string `json:"clusters"`
	Bootstrap string   `json:"bootstrap"`
	Principal string   `json:"principal"`
	// Guessed: the configuration does not say the principal.
	Guessed bool `json:"principal_guessed,omitempty"`
	// Anonymous: the principal is everybody who connects without logging in.
	Anonymous bool     `json:"anonymous,omitempty"`
	Allow     []ACL    `json:"allow"`
	Commands  []string `json:"commands"`
}

// ACL is one operation to allow.
type ACL struct {
	Resource  kafka.Resource `json:"resource"`
	Operation string         `json:"operation"` // as kafka-acls names it
	Why       string         `json:"why"`
}

// RequestKind is a kind of request that is sent to brokers.
type RequestKind struct {
	Key  int16  `json:"key"` // the API key of the Kafka protocol
	Name string `json:"name"`
	Why  string `json:"why"`
}

const schema = "mskfit/permissions/v1"

// Every is what all features together need.
func Every() Permissions {
	cfg := kafka.DefaultConfig()
	cfg.Bootstrap = []string{"HOST:PORT"}
	set := aclsFor(cfg)
	set.Principal, set.Guessed, set.Anonymous = guessedPrincipal, true, false
	set.Commands = commands(set)
	o := msk.PolicyOptions{Kafka: true, ReadBatches: true, Catalog: true, SNSTopics: []string{"arn:aws:sns:REGION:ACCOUNT:TOPIC"}}
	policy := awsconf.Policy(append(msk.Statements(o), bill.Statement()))
	return Permissions{Schema: schema, ACLs: []ACLSet{set}, Policy: bytes.TrimSpace(policy), Requests: requestKinds()}
}

// anonymous is the principal of a connection without a login (Kafka's KafkaPrincipal.ANONYMOUS).
const anonymous = "User:ANONYMOUS"

// guessedPrincipal is where only the owner knows.
const guessedPrincipal = "User:mskfit"

// Of is what a configuration needs.
func Of(cfg config.Config) Permissions {
	p := Permissions{Schema: schema, ACLs: []ACLSet{}, Requests: []RequestKind{}}
	var g grants
	for _, c := range cfg.Clusters {
		if c.Kafka == nil {
			continue
		}
		p.Requests = requestKinds()
		if c.Kafka.WithIAM() {
			g.add(c.Kafka.SASL.AWS.RoleARN, iamFor(c)...)
			continue
		}
		set := aclsFor(c.Kafka.Config)
		set.Clusters = []string{c.Name}
		p.ACLs = append(p.ACLs, set)
	}
	g.grantMSK(cfg)
	g.add(cfg.AWS.RoleARN, cfg.Alerts.Statements()...)
	g.add(cfg.AWS.RoleARN, cfg.Reports.Statements()...)
	p.Policy, p.Roles = g.policies()
	return p
}

func requestKinds() []RequestKind {
	var out []RequestKind
	for _, a := range kafka.APIs() {
		out = append(out, RequestKind{a.Key, a.Name, a.Why})
	}
	return out
}

func aclsFor(cfg kafka.Config) ACLSet {
	set := ACLSet{Clusters: []string{}, Bootstrap: strings.Join(cfg.Bootstrap, ",")}
	principal, known := cfg.Principal()
	if set.Principal = principal; !known {
		set.Principal, set.Guessed = guessedPrincipal, true
	}
	set.Anonymous = set.Principal == anonymous
	for _, p := range kafka.Permissions(cfg) {
		set.Allow = append(set.Allow, ACL{p.Resource, p.Operation, p.Why})
	}
	set.Commands = commands(set)
	return set
}

// commands are one call of kafka-acls for each kind of resource.
func commands(set ACLSet) []string {
	targets := map[kafka.Resource]string{kafka.OnCluster: "--cluster", kafka.OnTopic: "--topic '*'", kafka.OnGroup: "--group '*'"}
	var out []string
	for _, r := range []kafka.Resource{kafka.OnCluster, kafka.OnTopic, kafka.OnGroup} {
		var operations []string
		for _, a := range set.Allow {
			if a.Resource == r {
				operations = append(operations, "--operation "+a.Operation)
			}
		}
		if len(operations) == 0 {
			continue
		}
		out = append(out, fmt.Sprintf("kafka-acls --bootstrap-server %s --add --allow-principal %s %s %s",
			set.Bootstrap, quoted(set.Principal), strings.Join(operations, " "), targets[r]))
	}
	return out
}

// quoted makes one word of s for a shell.
func quoted(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:._-@") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// iamFor are the statements for a cluster whose clients log in with IAM. Where the file does not say which cluster of Amazon MSK
// it is, only the region narrows them down.
func iamFor(c config.Cluster) []awsconf.Statement {
	account, name := "*", "*"
	if c.MSK != nil {
		account, name = cmp.Or(awsconf.AccountOf(c.MSK.ARN), account), c.MSK.Name
	}
	on := func(kind, rest string) []string {
		return []string{"arn:" + awsconf.Partition(c.Region) + ":kafka:" + c.Region + ":" + account + ":" + kind + "/" + name +
			strings.TrimPrefix(rest, "*")}
	}
	of := map[kafka.Resource]*awsconf.Statement{
		kafka.OnCluster: {Sid: "ConnectToClusters", Actions: []string{"kafka-cluster:Connect"}, Resource: on("cluster", "*/*")},
		kafka.OnTopic:   {Sid: "DescribeTopics", Resource: on("topic", "*/*/*")},
		kafka.OnGroup:   {Sid: "DescribeGroups", Resource: on("group", "*/*/*")},
	}
	for _, p := range kafka.Permissions(c.Kafka.Config) {
		of[p.Resource].Actions = append(of[p.Resource].Actions, p.IAM)
	}
	return []awsconf.Statement{*of[kafka.OnCluster], *of[kafka.OnTopic], *of[kafka.OnGroup]}
}

// merged puts statements of the same name and actions together. A policy has each name once: statements that allow something else
// get a number.
func merged(all []awsconf.Statement) []awsconf.Statement {
	var out []awsconf.Statement
	times := map[string]int{}
	alike := map[string]int{}
	for _, s := range all {
		key := s.Sid + " " + strings.Join(slices.Sorted(slices.Values(s.Actions)), " ")
		if i, known := alike[key]; known {
			out[i].Resource = append(slices.Clone(out[i].Resource), s.Resource...)
			continue
		}
		alike[key] = len(out)
		if times[s.Sid]++; times[s.Sid] > 1 {
			s.Sid = fmt.Sprintf("%s%d", s.Sid, times[s.Sid])
		}
		out = append(out, s)
	}
	return out
}

// JSON is the form for programs.
func (p Permissions) JSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(p); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Text can be pasted as a whole: what is no command is a comment, up to the policy.
func (p Permissions) Text() []byte {
	var b bytes.Buffer
	for _, set := range p.ACLs {
		title := "Kafka ACLs"
		if len(set.Clusters) > 0 {
			title += " of cluster " + strings.Join(set.Clusters, ", ")
		}
		fmt.Fprintf(&b, "# %s, for %s", title, set.Principal)
		if set.Guessed {
			b.WriteString(" (replace it with the principal that the brokers see)")
		}
		if set.Anonymous {
			b.WriteString(": everyone who connects without authentication gets these grants")
		}
		b.WriteString("\n")
		for _, a := range set.Allow {
			fmt.Fprintf(&b, "#   %-15s on %-7s  %s\n", a.Operation, a.Resource, a.Why)
		}
		b.WriteString(strings.Join(set.Commands, "\n") + "\n\n")
	}
	p.policyText(&b)
	if len(p.Requests) > 0 {
		b.WriteString("# All kinds of requests that are ever sent to a broker; none changes anything\n")
		for _, r := range p.Requests {
			fmt.Fprintf(&b, "#   %2d %-28s %s\n", r.Key, r.Name, r.Why)
		}
	}
	return b.Bytes()
}

// ToAllow says how to grant a permission on a cluster: the commands, or the IAM action.
func ToAllow(cluster config.Cluster, p kafka.Permission) string {
	if cluster.Kafka.WithIAM() {
		return "allow " + p.IAM + " in the IAM policy (mskfit permissions prints it)"
	}
	set := aclsFor(cluster.Kafka.Config)
	set.Allow = []ACL{{Resource: p.Resource, Operation: p.Operation}}
	return strings.Join(commands(set), "\n")
}
