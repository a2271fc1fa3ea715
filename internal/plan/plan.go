// Package plan turns a verdict into the files that an engineer needs to move to the chosen cluster: Terraform, topics, access
// rules, what clients must change, and a runbook. It is pure: same input, same bytes. Package plan/folder writes them.
package plan

import (
	"errors"
	"fmt"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Input is all that a plan depends on.
type Input struct {
	// Input is what the verdict was made from, with partitions raised where the target asks for it (analyzer.RaisePartitions).
	analyzer.Input
	Verdict verdict.Verdict
	// Option is the option of the verdict to plan for.
	Option verdict.Option
	// Raised are the topics that get more partitions than they have.
	Raised []analyzer.RaisedTopic
	// ACLs are the access rules of the cluster; nil: not read.
	ACLs []workload.ACL
}

// File is one file of a plan.
type File struct {
	Name string
	Data []byte
	// Executable files are scripts.
	Executable bool
}

// Make writes a plan. Its errors say what of the input cannot be planned, all at once.
func Make(in Input) ([]File, error) {
	p, err := newPlan(in)
	if err != nil {
		return nil, err
	}
	var files []File
	var errs []error
	for _, f := range []struct {
		name string
		make func(*plan) ([]byte, error)
	}{
		{"main.tf", terraform}, {"topics.yaml", topicsFile}, {"create-topics.sh", topicsScript},
		{"acls.md", page("acls.md.tmpl", aclsPage)}, {"clients.md", page("clients.md.tmpl", clientsPage)},
		{"runbook.md", page("runbook.md.tmpl", runbookPage)},
	} {
		data, err := f.make(p)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", f.name, err))
		}
		files = append(files, File{Name: f.name, Data: data, Executable: f.name == "create-topics.sh"})
	}
	return files, errors.Join(errs...)
}

// plan is what the files have in common.
type plan struct {
	Input
	clusters []cluster
	topics   []topic
	auth     []string // methods of the target, in the words of the workload file
	// brokerProperties are those that the configuration of the target sets.
	brokerProperties map[string]string
}

// cluster is one cluster to create.
type cluster struct {
	// Name is the cluster's name in AWS, and Label that of its resources in Terraform.
	Name, Label string
	// Topics are those that it gets; nil: all.
	Topics []string
}

func newPlan(in Input) (*plan, error) {
	p := &plan{Input: in, auth: authentication(&in)}
	p.clusters = clustersOf(&in)
	if in.Option.Kind == verdict.ServerlessSplit && len(in.Verdict.Split) < 2 {
		return nil, errors.New("a split needs topics by name: list them in the workload file, or plan from a live cluster or its history")
	}
	var page terraformPage
	if !p.serverless() {
		p.properties(&page)
	}
	p.brokerProperties = page.Properties
	var err error
	if p.topics, err = p.planTopics(); err != nil {
		return nil, err
	}
	return p, nil
}

// serverless reports whether the target is one or several Serverless clusters.
func (p *plan) serverless() bool {
	return p.Option.Kind == verdict.Serverless || p.Option.Kind == verdict.ServerlessSplit
}

// name says the option in a few words.
func (p *plan) name() string {
	return p.Option.Choice().Name()
}
