package alert

import (
	"errors"
	"text/template"
	"text/template/parse"
	"time"
)

// stepName is a function that every template calls at its start and in each round of a range: text/template cannot be stopped from
// outside, and an error of a function stops it.
const stepName = "mskfit_step"

var errTooLong = errors.New("takes too long")

// untilThen is the function of one execution.
func untilThen(deadline time.Time) template.FuncMap {
	return template.FuncMap{stepName: func() (string, error) {
		if time.Now().After(deadline) {
			return "", errTooLong
		}
		return "", nil
	}}
}

// bounded parses a template, so that it ends at the deadline that untilThen gives it.
func bounded(name, text string) (*template.Template, error) {
	t, err := template.New(name).Funcs(functions).Funcs(untilThen(time.Time{})).Parse(text)
	if err != nil {
		return nil, err
	}
	step := template.Must(template.New("").Funcs(untilThen(time.Time{})).Parse("{{" + stepName + "}}")).Root.Nodes[0]
	for _, one := range t.Templates() {
		if one.Tree != nil {
			withSteps(one.Root, step)
			addStep(one.Root, step)
		}
	}
	return t, nil
}

// withSteps puts a step into the body of every range in the list.
func withSteps(list *parse.ListNode, step parse.Node) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		var branch *parse.BranchNode
		switch n := n.(type) {
		case *parse.IfNode:
			branch = &n.BranchNode
		case *parse.WithNode:
			branch = &n.BranchNode
		case *parse.RangeNode:
			branch = &n.BranchNode
		default:
			continue
		}
		withSteps(branch.List, step)
		withSteps(branch.ElseList, step)
		if n.Type() == parse.NodeRange {
			addStep(branch.List, step)
		}
	}
}

func addStep(list *parse.ListNode, step parse.Node) {
	list.Nodes = append([]parse.Node{step.Copy()}, list.Nodes...)
}
