package plan

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// The IAM actions that stand for an ACL, by resource and operation. An ACL that allows Read, Write, Delete or Alter allows
// Describe as well; one that denies does not, so that implied holds only for allow.
var iamActions = map[string]map[string]struct{ direct, implied []string }{
	"Topic": {
		"Read":            {[]string{"ReadData"}, []string{"DescribeTopic"}},
		"Write":           {[]string{"WriteData"}, []string{"DescribeTopic"}},
		"Create":          {[]string{"CreateTopic"}, nil},
		"Delete":          {[]string{"DeleteTopic"}, []string{"DescribeTopic"}},
		"Alter":           {[]string{"AlterTopic"}, []string{"DescribeTopic"}},
		"Describe":        {[]string{"DescribeTopic"}, nil},
		"DescribeConfigs": {[]string{"DescribeTopicDynamicConfiguration"}, nil},
		"AlterConfigs":    {[]string{"AlterTopicDynamicConfiguration"}, []string{"DescribeTopicDynamicConfiguration"}},
	},
	"Group": {
		"Read":     {[]string{"AlterGroup"}, []string{"DescribeGroup"}},
		"Describe": {[]string{"DescribeGroup"}, nil},
		"Delete":   {[]string{"DeleteGroup"}, []string{"DescribeGroup"}},
	},
	"TransactionalId": {
		"Write":    {[]string{"AlterTransactionalId"}, []string{"DescribeTransactionalId"}},
		"Describe": {[]string{"DescribeTransactionalId"}, nil},
	},
	"Cluster": {
		"Create":          {[]string{"CreateTopic"}, nil}, // on every topic
		"Describe":        {[]string{"DescribeCluster"}, nil},
		"Alter":           {[]string{"AlterCluster"}, []string{"DescribeCluster"}},
		"DescribeConfigs": {[]string{"DescribeClusterDynamicConfiguration"}, nil},
		"AlterConfigs":    {[]string{"AlterClusterDynamicConfiguration"}, []string{"DescribeClusterDynamicConfiguration"}},
		"IdempotentWrite": {[]string{"WriteDataIdempotently"}, nil},
	},
}

// notOnServerless are actions that Serverless does not have.
var notOnServerless = []string{"AlterCluster", "DescribeClusterDynamicConfiguration", "AlterClusterDynamicConfiguration"}

// grant is the IAM policy of one principal, and what of its ACLs the policy does not say.
type grant struct {
	Principal string
	Policy    string
	Notes     []string
}

// statement is one of an IAM policy.
type statement struct {
	Sid, Effect      string
	Action, Resource []string
}

// policyOf writes statements as the document that IAM takes.
func policyOf(list []statement) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	doc := struct {
		Version   string
		Statement []statement
	}{"2012-10-17", list}
	if err := enc.Encode(doc); err != nil {
		panic(err) // strings and lists of them always encode
	}
	return strings.TrimSpace(b.String())
}

// grants turn ACLs into one policy for each principal.
func (p *plan) grants(acls []workload.ACL) []grant {
	var out []grant
	for _, principal := range principals(acls) {
		g := grant{Principal: principal}
		s := statements{plan: p}
		for _, a := range acls {
			if a.Principal == principal {
				s.add(&g, a)
			}
		}
		if principal == "User:*" {
			g.Notes = append(g.Notes, "`User:*` is every client: attach this policy to every role, and see whether each still needs it")
		}
		g.Policy = s.policy()
		out = append(out, g)
	}
	return out
}

func principals(acls []workload.ACL) []string {
	var out []string
	for _, a := range acls {
		out = append(out, a.Principal)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// statements collects actions by what they are allowed on.
type statements struct {
	*plan
	byResource []statement
	allows     bool
}

func (s *statements) add(g *grant, a workload.ACL) {
	what := fmt.Sprintf("%s %s on %s", verb(a.Allow), a.Operation, described(a))
	actions := actionsOf(a)
	if len(actions) == 0 {
		g.Notes = append(g.Notes, what+": IAM has nothing that stands for it")
		return
	}
	if s.serverless() {
		kept := slices.DeleteFunc(slices.Clone(actions), func(x string) bool { return slices.Contains(notOnServerless, x) })
		if len(kept) < len(actions) {
			g.Notes = append(g.Notes, what+": Serverless has no such action; what is left of it is in the policy")
		}
		actions = kept // an alter leaves a describe
	}
	if a.Host != "*" {
		g.Notes = append(g.Notes, fmt.Sprintf("%s applied only to host %s; the policy applies to every address: limit addresses with security groups", what, code(a.Host)))
		if !a.Allow {
			g.Notes = append(g.Notes, what+" is left out: denying every address would deny more than the ACL")
			return
		}
	}
	effect := "Allow"
	if a.Allow {
		s.allows = true
	} else {
		effect = "Deny"
	}
	for _, c := range s.clustersFor(a) {
		s.put(effect, s.arn(c, a), actions)
	}
}

func verb(allow bool) string {
	if allow {
		return "allow"
	}
	return "deny"
}

func described(a workload.ACL) string {
	name := code(a.Name)
	if a.Prefixed {
		name = code(a.Name+"…") + " (prefix)"
	}
	return strings.ToLower(a.Resource) + " " + name
}

func actionsOf(a workload.ACL) []string {
	operations := iamActions[a.Resource]
	var out []string
	for name, actions := range operations {
		if name == a.Operation || a.Operation == "All" {
			out = append(out, actions.direct...)
			if a.Allow {
				out = append(out, actions.implied...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// clustersFor are the clusters that an ACL is needed on: of a split, those with the topic.
func (s *statements) clustersFor(a workload.ACL) []cluster {
	if a.Resource != "Topic" || len(s.clusters) == 1 || a.Name == "*" {
		return s.clusters
	}
	var out []cluster
	for _, c := range s.clusters {
		if slices.ContainsFunc(c.Topics, func(t string) bool { return t == a.Name || a.Prefixed && strings.HasPrefix(t, a.Name) }) {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return s.clusters // a topic that is still to be created: no one knows where
	}
	return out
}

// arn is the resource in IAM. Only what was a wildcard or a prefix to Kafka is one to IAM.
func (s *statements) arn(c cluster, a workload.ACL) string {
	name := iamLiteral(a.Name)
	if a.Prefixed {
		name += "*"
	} else if a.Name == "*" {
		name = "*"
	}
	switch {
	case a.Resource == "Cluster" && a.Operation == "Create":
		return s.resource("topic", c) + "/*"
	case a.Resource == "Topic":
		return s.resource("topic", c) + "/" + name
	case a.Resource == "Group":
		return s.resource("group", c) + "/" + name
	case a.Resource == "TransactionalId":
		return s.resource("transactional-id", c) + "/" + name
	}
	return s.resource("cluster", c)
}

// iamLiteral writes a name so that IAM reads no wildcard or variable in it.
func iamLiteral(s string) string {
	return strings.NewReplacer("*", "${*}", "?", "${?}", "$", "${$}").Replace(s)
}

func (s *statements) resource(kind string, c cluster) string {
	return fmt.Sprintf("arn:%s:kafka:%s:ACCOUNT:%s/%s/%s", partition(s.Workload.Region), s.Workload.Region, kind, c.Name, s.uuid(c))
}

// uuid is the placeholder of the id that a cluster gets when it is created.
func (s *statements) uuid(c cluster) string {
	if len(s.clusters) == 1 {
		return "CLUSTER_UUID"
	}
	return "CLUSTER_UUID_" + strings.ToUpper(strings.TrimPrefix(c.Label, "part_"))
}

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// put adds actions on a resource.
func (s *statements) put(effect, resource string, actions []string) {
	for i := range s.byResource {
		if st := &s.byResource[i]; st.Effect == effect && st.Resource[0] == resource {
			st.Action = append(st.Action, prefixed(actions)...)
			return
		}
	}
	s.byResource = append(s.byResource, statement{Effect: effect, Action: prefixed(actions), Resource: []string{resource}})
}

func prefixed(actions []string) []string {
	out := make([]string, len(actions))
	for i, a := range actions {
		out[i] = "kafka-cluster:" + a
	}
	return out
}

// policy writes the statements: those with the same actions as one, and Connect before all.
func (s *statements) policy() string {
	if len(s.byResource) == 0 {
		return ""
	}
	if s.allows {
		for _, c := range s.clusters {
			if s.touches(c) {
				s.put("Allow", s.resource("cluster", c), []string{"Connect"})
			}
		}
	}
	var merged []statement
	for _, st := range s.byResource {
		slices.Sort(st.Action)
		st.Action = slices.Compact(st.Action)
		i := slices.IndexFunc(merged, func(m statement) bool { return m.Effect == st.Effect && slices.Equal(m.Action, st.Action) })
		if i < 0 {
			merged = append(merged, st)
			continue
		}
		merged[i].Resource = append(merged[i].Resource, st.Resource...)
	}
	for i := range merged {
		slices.Sort(merged[i].Resource)
	}
	slices.SortStableFunc(merged, func(a, b statement) int {
		return cmp.Or(cmp.Compare(a.Effect, b.Effect), cmp.Compare(a.Resource[0], b.Resource[0]),
			slices.Compare(a.Action, b.Action))
	})
	for i := range merged {
		merged[i].Sid = fmt.Sprintf("Kafka%d", i+1)
	}
	return policyOf(merged)
}

// touches reports whether anything is allowed on a cluster.
func (s *statements) touches(c cluster) bool {
	return slices.ContainsFunc(s.byResource, func(st statement) bool {
		return strings.Contains(st.Resource[0], "/"+c.Name+"/"+s.uuid(c))
	})
}
