package permissions

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/bill"
	"github.com/mskfit/mskfit/internal/config"
)

// RolePolicy is what a role that mskfit assumes must be allowed.
type RolePolicy struct {
	Role   string          `json:"role"`
	Policy json.RawMessage `json:"iam_policy"`
}

// grants gathers statements by who needs them: a role, or mskfit itself (empty).
type grants struct {
	roles []string
	of    map[string][]awsconf.Statement
}

func (g *grants) add(role string, statements ...awsconf.Statement) {
	if g.of == nil {
		g.of = map[string][]awsconf.Statement{}
	}
	if role != "" && len(statements) > 0 && !slices.Contains(g.roles, role) {
		g.roles = append(g.roles, role)
	}
	g.of[role] = append(g.of[role], statements...)
}

// policies returns own, the policy of mskfit itself, and those of the roles that it assumes. Own is nil when nothing is asked
// of AWS.
func (g *grants) policies() (own json.RawMessage, roles []RolePolicy) {
	mine := g.of[""]
	if len(g.roles) > 0 {
		mine = append(mine, awsconf.Statement{Sid: "AssumeRoles", Actions: []string{"sts:AssumeRole"}, Resource: g.roles})
	}
	if len(mine) > 0 {
		own = document(mine)
	}
	for _, role := range g.roles {
		roles = append(roles, RolePolicy{role, document(g.of[role])})
	}
	return own, roles
}

func document(statements []awsconf.Statement) json.RawMessage {
	return bytes.TrimSpace(awsconf.Policy(merged(statements)))
}

// grantMSK adds what Amazon MSK, CloudWatch and Cost Explorer are asked for.
func (g *grants) grantMSK(cfg config.Config) {
	for _, c := range cfg.Clusters {
		if c.CostExplorer != nil {
			g.add(c.CostExplorer.AWS.RoleARN, bill.Statement())
		}
		if c.MSK == nil {
			continue
		}
		o := msk.PolicyOptions{Regions: []string{c.Region}, Account: awsconf.AccountOf(c.MSK.AWS.RoleARN),
			Names: []string{c.MSK.Name}, ClusterARN: c.MSK.ARN}
		g.add(c.MSK.AWS.RoleARN, msk.Statements(o)...)
	}
	for _, f := range cfg.MSK {
		o := msk.PolicyOptions{Regions: f.Regions, Account: awsconf.AccountOf(f.AWS.RoleARN), Names: f.Names,
			ServerlessOnly: len(f.Kinds) > 0 &&
				!slices.ContainsFunc(f.Kinds, func(kind string) bool { return kind != "serverless" })}
		g.add(f.AWS.RoleARN, msk.Statements(o)...)
	}
}

// policyText writes the policies, each ready to paste.
func (p Permissions) policyText(b *bytes.Buffer) {
	if p.Policy != nil {
		fmt.Fprintf(b, "# IAM policy\n%s\n\n", p.Policy)
	}
	for _, r := range p.Roles {
		fmt.Fprintf(b, "# IAM policy of the role %s\n%s\n\n", r.Role, r.Policy)
	}
}
