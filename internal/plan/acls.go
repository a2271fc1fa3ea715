package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// accessPage is what acls.md shows.
type accessPage struct {
	Cluster, Target string
	// IAM: clients of the target may use IAM; Native: it has Kafka ACLs for other methods as well.
	IAM, Native bool
	// Anonymous: no method of the target distinguishes clients.
	Anonymous bool
	ACLs      []workload.ACL
	// Unread says why ACLs are not listed; empty: they are, or there are none.
	Unread  string
	Grants  []grant
	Readers []grant
	// Mirror is the policy of MirrorMaker 2 on the target; empty: no topic is known by name.
	Mirror   string
	Commands []string
	Clusters []cluster
}

func aclsPage(p *plan) any {
	page := accessPage{Cluster: p.Workload.Cluster, Target: p.name(), IAM: slices.Contains(p.auth, "iam"), Clusters: p.clusters,
		Native: slices.ContainsFunc(p.auth, func(m string) bool { return m != "iam" }), ACLs: p.ACLs}
	page.Anonymous = !slices.ContainsFunc(p.auth, func(m string) bool { return m != "plaintext" && m != "tls" })
	page.Unread = p.unread()
	if page.IAM {
		page.Grants, page.Readers = p.grants(p.ACLs), p.readers()
		page.Mirror = p.mirrorPolicy()
	}
	if page.Native {
		for _, a := range p.ACLs {
			page.Commands = append(page.Commands, aclCommand(a))
		}
	}
	return page
}

// unread says why the ACLs are not known.
func (p *plan) unread() string {
	switch posture := p.Workload.Posture; {
	case p.ACLs != nil:
		return ""
	case posture != nil && posture.ACLs != nil && *posture.ACLs == 0:
		return ""
	case posture != nil && posture.ACLs != nil:
		return fmt.Sprintf("The cluster has %s. The history keeps only their number: plan from the live cluster (mskfit plan -b) to list them.", counted(*posture.ACLs, "ACL"))
	case p.Workload.Declared:
		return "A workload file lists no ACLs: plan from the live cluster (mskfit plan -b) to list them."
	}
	return "The ACLs could not be read: grant Describe on the cluster and plan again, or list them with kafka-acls --list."
}

// readers are the policies that consumer groups need by the topics that they read.
func (p *plan) readers() []grant {
	var out []grant
	for i := range p.Workload.GroupList {
		g := &p.Workload.GroupList[i]
		s := statements{plan: p}
		one := grant{Principal: g.Name}
		for _, topic := range g.Topics {
			s.add(&one, workload.ACL{Allow: true, Host: "*", Operation: "Read", Resource: "Topic", Name: topic})
		}
		for _, c := range p.clusters {
			if s.touches(c) {
				s.put("Allow", s.arn(c, workload.ACL{Resource: "Group", Name: g.Name}), []string{"AlterGroup", "DescribeGroup"})
			}
		}
		if one.Policy = s.policy(); one.Policy != "" {
			out = append(out, one)
		}
	}
	slices.SortFunc(out, func(a, b grant) int { return strings.Compare(a.Principal, b.Principal) })
	return out
}

// mirrorTopics are MirrorMaker 2's own on the target, with the alias "source" of the old cluster (Kafka documentation,
// "Geo-Replication"; connect/mirror, MirrorMakerConfig).
var mirrorTopics = []string{"heartbeats", "mm2-configs.source.internal", "mm2-offsets.source.internal",
	"mm2-status.source.internal", "source.checkpoints.internal"}

// mirrorPolicy is what MirrorMaker 2 must be allowed on the target: writing the topics, and the positions of the groups, for
// which Kafka asks Read on topic and group.
func (p *plan) mirrorPolicy() string {
	if len(p.topics) == 0 {
		return ""
	}
	s := statements{plan: p, allows: true}
	for _, c := range p.clusters {
		on := func(resource, name string, actions ...string) {
			s.put("Allow", s.arn(c, workload.ACL{Resource: resource, Name: name}), actions)
		}
		for _, t := range p.topics {
			if t.Cluster == c.Name {
				on("Topic", t.Name, "DescribeTopic", "DescribeTopicDynamicConfiguration", "ReadData", "WriteData")
			}
		}
		for _, name := range mirrorTopics {
			on("Topic", name, "CreateTopic", "DescribeTopic", "DescribeTopicDynamicConfiguration", "ReadData", "WriteData")
		}
		for i := range p.Workload.GroupList {
			g := &p.Workload.GroupList[i]
			if c.Topics == nil || slices.ContainsFunc(g.Topics, func(t string) bool { return slices.Contains(c.Topics, t) }) {
				on("Group", g.Name, "AlterGroup", "DescribeGroup")
			}
		}
		on("Group", "source-mm2", "AlterGroup", "DescribeGroup") // the workers' own
		on("Cluster", "", "DescribeCluster", "WriteDataIdempotently")
	}
	return s.policy()
}

// aclCommand is the command that makes the same ACL on the target.
func aclCommand(a workload.ACL) string {
	kind := map[string]string{"Topic": "--topic", "Group": "--group", "TransactionalId": "--transactional-id",
		"DelegationToken": "--delegation-token"}[a.Resource]
	side := map[bool]string{true: "allow", false: "deny"}[a.Allow]
	out := fmt.Sprintf("kafka-acls.sh --bootstrap-server \"$BOOTSTRAP_SERVER\" --command-config admin.properties --add --%s-principal %s --operation %s",
		side, shellQuoted(a.Principal), a.Operation)
	switch {
	case a.Resource == "Cluster":
		out += " --cluster"
	case kind == "":
		return fmt.Sprintf("# %s %s on %s %s: make it by hand", side, a.Operation, a.Resource, oneLine(a.Name))
	default:
		out += " " + kind + " " + shellQuoted(a.Name)
	}
	if a.Prefixed {
		out += " --resource-pattern-type prefixed"
	}
	if a.Host != "*" {
		out += fmt.Sprintf(" --%s-host %s", side, shellQuoted(a.Host))
	}
	return out
}
