package schema_test

import (
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/invopop/jsonschema"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// qualified names types as kafka.Config, because every package's configuration is called Config.
func qualified(t reflect.Type) string {
	if t.PkgPath() == "" { // lists, maps and Go's own types have no name of ours
		return t.Name()
	}
	return path.Base(t.PkgPath()) + "." + t.Name()
}

// configured gives the schemas of what the configuration holds beside the types of a workload file.
func configured(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return text(`^(0|-?([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+)$`, "90s", "15m", "72h")
	case reflect.TypeFor[workload.Statistic]():
		return words(workload.Mean, workload.P50, workload.P95, workload.P99, workload.Peak)
	case reflect.TypeFor[secret.String]():
		return &jsonschema.Schema{Type: "string"}
	}
	return mapped(t)
}

// editConfiguration adds what Go's types do not say, then every form in which the parser takes a value.
func editConfiguration(defs jsonschema.Definitions) {
	defs["config.Cluster"].Required = []string{"name"}
	at := func(def, key string) *jsonschema.Schema { return property(defs, def, key) }
	enum := func(s *jsonschema.Schema, of ...any) { s.Enum = of }
	enum(at("config.Log", "level"), "debug", "info", "warn", "error")
	enum(at("config.Log", "format"), "json", "console")
	enum(at("folder.Config", "formats").Items, "text", "markdown", "html", "json")
	enum(at("auth.SASL", "mechanism"), "", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "AWS_MSK_IAM", "OAUTHBEARER", "GSSAPI")
	enum(at("prometheus.Metrics", "preset"), "auto", "jmx_exporter", "strimzi", "msk_open_monitoring", "kminion", "plain")
	enum(at("alert.Route", "severities").Items, string(drift.LevelWarning), string(drift.LevelCritical))
	enum(at("alert.Route", "kinds").Items, string(alert.KindDrift), string(alert.KindReport))
	enum(at("targets.Config", "watch").Items, string(drift.WatchCurrent), string(drift.WatchRecommended),
		string(drift.WatchServerless))
	enum(at("sns.Config", "format"), "text", "json")
	enum(at("config.Fleet", "kinds").Items, string(verdict.Serverless), string(verdict.Standard), string(verdict.Express))
	at("analyzer.Options", "profile").Examples = []any{"mskfit", "aws-script", "aws-guide"}
	editRequirements(at)
	for _, def := range defs {
		for pair := def.Properties.Oldest(); pair != nil; pair = pair.Next() {
			pair.Value = orNothing(written(pair.Value))
		}
	}
}

func property(defs jsonschema.Definitions, def, key string) *jsonschema.Schema {
	p, ok := defs[def].Properties.Get(key)
	if !ok {
		panic("the schema has no " + def + "." + key)
	}
	return p
}

// editRequirements is for the block that both files have.
func editRequirements(at func(def, key string) *jsonschema.Schema) {
	const def = "workloadfile.Requirements"
	at(def, "authentication").Items = words(authentication...)
	at(def, "prefer").Enum = append([]any{""},
		words(verdict.Serverless, verdict.ServerlessSplit, verdict.Standard, verdict.Express).Enum...)
	at(def, "zones").Enum = []any{2, 3}
}

// variable is a value, or part of one, that comes from the environment.
const variable = `\$\{[A-Za-z_][A-Za-z0-9_]*\}`

// written is a value in all forms in which a file may write it: any single value may come from the environment, a string
// is taken as it is also where YAML sees a number, and a duration of nothing needs no unit.
func written(s *jsonschema.Schema) *jsonschema.Schema {
	switch {
	case s.Type == "array":
		s.Items = written(s.Items)
	case s.Type == "object" && s.AdditionalProperties != nil && s.AdditionalProperties != jsonschema.FalseSchema:
		s.AdditionalProperties = written(s.AdditionalProperties)
	case s.Enum != nil:
		return either(s, &jsonschema.Schema{Enum: s.Enum}, text(variable))
	case s.Pattern != "" && strings.HasPrefix(s.Pattern, "^(0|"), strings.Contains(s.Pattern, "unlimited"):
		return either(s, text(s.Pattern), text(variable), &jsonschema.Schema{Const: 0})
	case s.Pattern != "":
		return either(s, text(s.Pattern), text(variable))
	case s.Format != "":
		return either(s, &jsonschema.Schema{Type: "string", Format: s.Format}, text(variable))
	case s.Type == "string":
		typed(s, "string", "number", "boolean")
	case slices.Contains([]string{"boolean", "integer", "number"}, s.Type):
		return either(s, &jsonschema.Schema{Type: s.Type}, text(variable))
	}
	return s
}

// either is s, described as it was, in one of several forms.
func either(s *jsonschema.Schema, forms ...*jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: forms, Description: s.Description, Examples: s.Examples}
}

// orNothing allows a key without a value, which is as if the key was not there.
func orNothing(s *jsonschema.Schema) *jsonschema.Schema {
	null := &jsonschema.Schema{Type: "null"}
	switch {
	case s.AnyOf != nil:
		s.AnyOf = append(s.AnyOf, null)
	case s.Ref != "":
		return either(s, &jsonschema.Schema{Ref: s.Ref}, null)
	case s.Type != "":
		typed(s, s.Type, "null")
	case s.Extras != nil:
		typed(s, append(s.Extras["type"].([]string), "null")...)
	}
	return s
}

// typed gives a schema several types.
func typed(s *jsonschema.Schema, types ...string) {
	s.Type, s.Extras = "", map[string]any{"type": types}
}

var identifier = regexp.MustCompile(`[A-Z][A-Za-z0-9]*`)

// named replaces the Go names in a comment by those that the file writes: the names that it starts with ("Collect, Analyze
// and Report are …"), and further on those that are no words of English, like BearerTokenFile.
func named(text string, keys map[string]string) string {
	inHead := true
	end := 0
	return identifier.ReplaceAllStringFunc(text, func(word string) string {
		i := strings.Index(text[end:], word) + end
		between := strings.Trim(strings.ReplaceAll(text[end:i], "and", ""), ", ")
		inHead = inHead && between == ""
		end = i + len(word)
		key, known := keys[word]
		if known && (inHead || camel(word)) {
			return key
		}
		return word
	})
}

var camelCase = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*([a-z][A-Z]|[A-Z][a-z]{2})`)

// camel reports whether a word is put together from several, like URLFile.
func camel(word string) bool {
	return camelCase.MatchString(word)
}

// described is the comment of a configuration's field: its own, or that of the one before it that speaks of it, too.
func described(comments map[string]string, of reflect.Type, field string) string {
	keys := map[string]string{}
	for _, f := range reflect.VisibleFields(of) {
		if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "" {
			keys[f.Name] = name
		}
	}
	at := of.PkgPath() + "." + of.Name() + "."
	fields := reflect.VisibleFields(of)
	i := slices.IndexFunc(fields, func(f reflect.StructField) bool { return f.Name == field })
	for ; i >= 0; i-- {
		if own := strings.Join(strings.Fields(comments[at+fields[i].Name]), " "); own != "" {
			if !slices.Contains(identifier.FindAllString(own, -1), field) && fields[i].Name != field {
				return ""
			}
			return named(own, keys)
		}
	}
	return ""
}
