package plan

import (
	"bytes"
	"strings"
	"text/template"

	"github.com/mskfit/mskfit/internal/workload"
)

// page makes a file from a template and what it shows.
func page(name string, show func(*plan) any) func(*plan) ([]byte, error) {
	return func(p *plan) ([]byte, error) {
		t, err := template.New(name).Funcs(template.FuncMap{"md": markdown, "code": code, "number": workload.FormatNumber,
			"join": strings.Join, "names": listed, "counted": counted, "sentence": sentence,
			"inc": func(i int) int { return i + 1 }}).
			ParseFS(templates, "templates/"+name)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := t.Execute(&b, show(p)); err != nil {
			return nil, err
		}
		return append(bytes.TrimRight(b.Bytes(), "\n"), '\n'), nil
	}
}

// sentence begins with a capital letter.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// counted writes a number of things: "1 time", "2 times".
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return workload.FormatNumber(float64(n)) + " " + what
}

// markdown writes text so that Markdown shows it as it is, in a table too.
func markdown(s string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "`", "\\`", "<", "&lt;", "[", `\[`).Replace(oneLine(s))
}

// code writes a name as code. A backtick in it, which Kafka allows in names of groups, needs a longer fence.
func code(s string) string {
	s = strings.ReplaceAll(oneLine(s), "|", `\|`)
	if strings.Contains(s, "`") {
		return "`` " + s + " ``"
	}
	return "`" + s + "`"
}
