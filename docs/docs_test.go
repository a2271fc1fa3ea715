// Package docs generates the configuration reference, and tests that the documents lead somewhere.
package docs

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "rewrite docs/configuration.md")

const configurationHead = `# Configuration

Every key of the file that ` + "`mskfit run -c`" + ` reads. Generated from the configuration's types; change the comments in the code.
[configs/mskfit.yaml](../configs/mskfit.yaml) has every key at its default, and
[configs/schema/config.schema.json](../configs/schema/config.schema.json) lets editors complete and check the file.

- ` + "`${NAME}`" + ` is replaced by an environment variable, ` + "`$${`" + ` stands for ` + "`${`" + `. In flow style (` + "`{key: value}`" + `) quote it.
- Secrets go into a ` + "`*_file`" + ` key or a variable. mskfit never prints them.
- ` + "`-c env:NAME`" + ` reads the file's text from an environment variable.
- ` + "`mskfit check -c FILE`" + ` reports every mistake at once, with line and field, and tries every connection and permission.
- SIGHUP reads the file again; a bad file changes nothing.
`

type definition struct {
	Description string
	Properties  orderedProperties
}

type property struct {
	Description          string
	Ref                  string `json:"$ref"`
	Items                *property
	AnyOf                []property
	AdditionalProperties json.RawMessage
}

// orderedProperties keeps the order in which the code has the fields.
type orderedProperties struct {
	names []string
	of    map[string]property
}

func (o *orderedProperties) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, &o.of); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	depth := 0
	for {
		token, err := dec.Token()
		if err != nil {
			return nil //nolint:nilerr // the text was valid above: this is its end
		}
		switch token := token.(type) {
		case json.Delim:
			if token == '{' || token == '[' {
				depth++
			} else {
				depth--
			}
		case string:
			if depth == 1 {
				o.names = append(o.names, token)
				var skipped json.RawMessage
				if err := dec.Decode(&skipped); err != nil {
					return err
				}
			}
		}
	}
}

func (p property) definition() string {
	if p.Ref != "" {
		return strings.TrimPrefix(p.Ref, "#/$defs/")
	}
	if p.Items != nil {
		return p.Items.definition()
	}
	for _, any := range p.AnyOf {
		if name := any.definition(); name != "" {
			return name
		}
	}
	var more property
	if len(p.AdditionalProperties) > 0 && json.Unmarshal(p.AdditionalProperties, &more) == nil {
		return more.definition()
	}
	return ""
}

func TestConfigurationReference(t *testing.T) {
	text, err := os.ReadFile("../configs/schema/config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Defs map[string]definition `json:"$defs"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	defaults := map[string]any{}
	if text, err = os.ReadFile("../configs/mskfit.yaml"); err == nil {
		err = yaml.Unmarshal(text, &defaults)
	}
	if err != nil {
		t.Fatal(err)
	}
	r := reference{definitions: schema.Defs, written: map[string]string{}}
	r.b.WriteString(configurationHead)
	r.section("", "config.Config", defaults)
	if len(r.written) < 30 {
		t.Errorf("%d sections: that cannot be all", len(r.written))
	}
	if *update {
		if err := os.WriteFile("configuration.md", r.b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile("configuration.md")
	if err != nil || !bytes.Equal(have, r.b.Bytes()) {
		t.Errorf("configuration.md is out of date (error %v): run this test with -update and read the diff", err)
	}
}

type reference struct {
	b           bytes.Buffer
	definitions map[string]definition
	// written is where a definition is described, by its name.
	written map[string]string
}

// section writes the keys at a path, then those below.
func (r *reference) section(path, name string, defaults any) {
	title := path
	if title == "" {
		title = "Top level"
	}
	r.written[name] = title
	fmt.Fprintf(&r.b, "\n## %s\n\n| key | default | meaning |\n| --- | --- | --- |\n", title)
	d := r.definitions[name]
	values, _ := defaults.(map[string]any)
	type below struct {
		path, definition string
		defaults         any
	}
	var next []below
	for _, key := range d.Properties.names {
		p := d.Properties.of[key]
		meaning, of := p.Description, p.definition()
		if of != "" && len(r.definitions[of].Properties.names) > 0 {
			at := strings.TrimPrefix(path+"."+key, ".")
			if p.Items != nil || anyItems(p) {
				at += "[]"
			}
			if where, known := r.written[of]; known {
				meaning += fmt.Sprintf(" Keys: as in `%s`.", where)
			} else {
				next = append(next, below{at, of, first(values[key])})
				meaning += fmt.Sprintf(" Keys: `%s`.", at)
				r.written[of] = at
			}
		}
		fmt.Fprintf(&r.b, "| `%s` | %s | %s |\n", key, shown(values[key]),
			strings.ReplaceAll(strings.TrimSpace(meaning), "|", "\\|"))
	}
	for _, n := range next {
		r.section(n.path, n.definition, n.defaults)
	}
}

func anyItems(p property) bool {
	for _, a := range p.AnyOf {
		if a.Items != nil {
			return true
		}
	}
	return false
}

// first is the first element of a list, or the value itself.
func first(v any) any {
	if list, ok := v.([]any); ok && len(list) > 0 {
		return list[0]
	}
	return v
}

// shown is a default as it is written; nothing for what has keys of its own.
func shown(v any) string {
	switch v := v.(type) {
	case nil, map[string]any:
		return ""
	case []any:
		if len(v) == 0 {
			return "`[]`"
		}
		if _, nested := v[0].(map[string]any); nested {
			return ""
		}
		return "`" + strings.ReplaceAll(fmt.Sprint(v), " ", ", ") + "`"
	case string:
		if v == "" {
			return "empty"
		}
	}
	return fmt.Sprintf("`%v`", v)
}

// Every link of a document to another file of the repository leads there.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`)
	var files []string
	for _, pattern := range []string{"../*.md", "*.md", "../deployments/*/*.md", "../deployments/*/*/*.md", "../.github/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 10 {
		t.Errorf("%d documents: that cannot be all", len(files))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}
