package awsconf

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Statement is one statement of an IAM policy.
type Statement struct {
	Sid      string
	Actions  []string
	Resource []string
}

type statementJSON struct {
	Sid      string   `json:"Sid,omitempty"`
	Effect   string   `json:"Effect"`
	Action   []string `json:"Action"`
	Resource []string `json:"Resource"`
}

func (s Statement) wire() statementJSON {
	actions, resources := slices.Clone(s.Actions), slices.Clone(s.Resource)
	slices.Sort(actions)
	slices.Sort(resources)
	return statementJSON{s.Sid, "Allow", slices.Compact(actions), slices.Compact(resources)}
}

// Allow writes one statement on one line, ready to paste into a policy.
func Allow(actions []string, resources ...string) string {
	return string(marshal(Statement{Actions: actions, Resource: resources}.wire(), ""))
}

// Policy writes a policy document of the statements in their order, with actions and resources sorted. It ends in a line break.
func Policy(statements []Statement) []byte {
	doc := struct {
		Version   string
		Statement []statementJSON
	}{Version: "2012-10-17", Statement: []statementJSON{}}
	for _, s := range statements {
		doc.Statement = append(doc.Statement, s.wire())
	}
	return append(marshal(doc, "  "), '\n')
}

func marshal(v any, indent string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	_ = enc.Encode(v) // strings and slices always have a JSON form
	return bytes.TrimRight(b.Bytes(), "\n")
}
