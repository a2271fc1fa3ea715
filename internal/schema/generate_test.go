package schema_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/invopop/jsonschema"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/workloadfile"
	"github.com/mskfit/mskfit/verdict"
)

const module = "github.com/mskfit/mskfit"

// format is one of the formats that have a schema.
type format struct {
	file, title string
	of          any
	tag         string // of the fields' names
	// open schemas allow keys that they do not know: a newer mskfit may add some to a verdict.
	open bool
	// extra are types that the reflection meets only behind a mapping.
	extra []any
	// namer gives the types their names; nil: their own.
	namer func(reflect.Type) string
	// mapper gives the schemas of types that write themselves; nil: mapped.
	mapper func(reflect.Type) *jsonschema.Schema
	edit   func(jsonschema.Definitions)
}

var formats = []format{
	{file: "verdict.schema.json", title: "mskfit verdict, " + verdict.Schema, of: verdict.Verdict{}, tag: "json", open: true},
	{file: "alert.schema.json", title: "mskfit alert, as webhooks receive it, " + alert.Schema, of: alert.Message{}, tag: "json",
		open: true},
	{file: "workload.schema.json", title: "mskfit workload file", of: workloadfile.File{}, tag: "yaml",
		extra: []any{workloadfile.Topic{}, workloadfile.Group{}}, edit: editWorkloadFile},
	{file: "config.schema.json", title: "mskfit configuration file", of: config.Config{}, tag: "yaml",
		namer: qualified, mapper: configured, edit: editConfiguration},
}

// sources are the folders whose comments describe the types.
var sources = []string{"../../verdict", "../../analyzer", "../../collector", ".."}

// generate makes the schema of a format; a strict one refuses every key that it does not know.
func generate(t *testing.T, f format, strict bool) []byte {
	t.Helper()
	r := &jsonschema.Reflector{FieldNameTag: f.tag, Mapper: f.mapper, Namer: f.namer, AllowAdditionalProperties: f.open && !strict,
		RequiredFromJSONSchemaTags: f.tag == "yaml"}
	if r.Mapper == nil {
		r.Mapper = mapped
	}
	comments := goComments(t)
	r.LookupComment = func(of reflect.Type, field string) string { return comment(comments, of, field, f.tag) }
	s := r.Reflect(f.of)
	for _, extra := range f.extra {
		maps.Copy(s.Definitions, r.Reflect(extra).Definitions)
	}
	if f.tag == "json" {
		if _, used := s.Definitions["Verdict"]; used {
			s.Definitions["Figure"], s.Definitions["Quantity"] = figure(!f.open || strict), quantity(!f.open || strict)
		}
		nullable(reflect.TypeOf(f.of), s.Definitions, map[reflect.Type]bool{})
	}
	if f.edit != nil {
		f.edit(s.Definitions)
	}
	s.ID = jsonschema.ID("https://" + module + "/configs/schema/" + f.file)
	s.Title = f.title
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

// goComments are the comments of all types and fields, read once.
func goComments(t *testing.T) map[string]string {
	t.Helper()
	c, err := readComments()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var readComments = sync.OnceValues(func() (map[string]string, error) {
	var r jsonschema.Reflector
	for _, dir := range sources {
		if err := r.AddGoComments(module+"/internal/schema", dir, jsonschema.WithFullComment()); err != nil {
			return nil, err
		}
	}
	return r.CommentMap, nil
})

// comment is the doc comment of a type or field in one line, with the field's name as the file writes it.
func comment(comments map[string]string, of reflect.Type, field, tag string) string {
	key := of.PkgPath() + "." + of.Name()
	if field != "" {
		key += "." + field
	}
	text := strings.Join(strings.Fields(comments[key]), " ")
	switch {
	case of.Kind() != reflect.Struct || field == "":
		return text
	case tag == "yaml":
		return described(comments, of, field)
	}
	if f, ok := of.FieldByName(field); ok {
		name, _, _ := strings.Cut(f.Tag.Get(tag), ",")
		if rest, found := strings.CutPrefix(text, field); found && (strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, ":")) {
			text = name + rest
		}
	}
	return text
}

// mapped gives the schemas of types that write themselves.
func mapped(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[workload.Figure]():
		return &jsonschema.Schema{Ref: "#/$defs/Figure"}
	case reflect.TypeFor[workload.Quantity]():
		return &jsonschema.Schema{Ref: "#/$defs/Quantity"}
	case reflect.TypeFor[verdict.Kind]():
		return words(verdict.Serverless, verdict.ServerlessSplit, verdict.Standard, verdict.Express)
	case reflect.TypeFor[verdict.Outcome]():
		return words(verdict.Pass, verdict.Fail, verdict.Unknown, verdict.NotApplicable)
	case reflect.TypeFor[verdict.Feasible]():
		return words(verdict.Yes, verdict.No, verdict.Maybe)
	case reflect.TypeFor[verdict.Status]():
		return words(verdict.Decided, verdict.Undecided)
	case reflect.TypeFor[drift.Level]():
		return words(drift.LevelOK, drift.LevelPending, drift.LevelWarning, drift.LevelCritical)
	case reflect.TypeFor[alert.Kind]():
		return words(alert.KindDrift, alert.KindReport, alert.KindTest)
	case reflect.TypeFor[alert.ItemState]():
		return words(alert.Raised, alert.Lowered, alert.Resolved, alert.Reminder, alert.ChoiceChanged)
	case reflect.TypeFor[workload.ByteSize]():
		return text(`^[0-9.eE+]+ *(B|[KMGTPE]B|[KMGTPE]iB)$`, "30KB", "8MiB")
	case reflect.TypeFor[workload.ByteRate]():
		return text(`^[0-9.eE+]+ *(B|[KMGTPE]B|[KMGTPE]iB)(ps|/s)$`, "45MBps", "500MiB/s")
	case reflect.TypeFor[workload.Span]():
		return text(`^(unlimited|[0-9.]+ *[dw]|([0-9.]+(ns|us|µs|ms|s|m|h))+)$`, "72h", "7d", "unlimited")
	case reflect.TypeFor[workloadfile.Limit]():
		return &jsonschema.Schema{Type: "", AnyOf: []*jsonschema.Schema{{Type: "number", Minimum: "0"}, {Type: "string"}},
			Examples: []any{5000, "300MBps", "16MiB"}}
	case reflect.TypeFor[workloadfile.Headroom]():
		share := &jsonschema.Schema{Type: "number", Minimum: "0", Maximum: "0.9"}
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{share, {Type: "object", AdditionalProperties: share}}}
	case reflect.TypeFor[workloadfile.Topics]():
		return countOrList("1", "#/$defs/Topic")
	case reflect.TypeFor[workloadfile.Groups]():
		return countOrList("0", "#/$defs/Group")
	}
	return nil
}

func words[T ~string](all ...T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, w := range all {
		s.Enum = append(s.Enum, string(w))
	}
	return s
}

func text(pattern string, examples ...any) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: pattern, Examples: examples}
}

func countOrList(least json.Number, ref string) *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "integer", Minimum: least},
		{Type: "array", Items: &jsonschema.Schema{Ref: ref}}}}
}

// figure is what Figure.MarshalJSON writes.
func figure(strict bool) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", Description: "One number with its evidence. The true value is believed to lie between low and high; a high of null is unbounded.",
		Properties: jsonschema.NewProperties(), Required: []string{"value", "low", "high", "method"}}
	number := func(about string) *jsonschema.Schema { return &jsonschema.Schema{Type: "number", Description: about} }
	s.Properties.Set("value", number("The best estimate, in the base unit that the key names."))
	s.Properties.Set("low", number("The lower bound."))
	s.Properties.Set("high", &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "number"}, {Type: "null"}},
		Description: "The upper bound; null when nothing bounds the value."})
	s.Properties.Set("method", words(workload.Measured, workload.Derived, workload.Estimated, workload.Declared))
	s.Properties.Set("source", &jsonschema.Schema{Type: "string", Description: "Where the value came from, in words."})
	if strict {
		s.AdditionalProperties = jsonschema.FalseSchema
	}
	return s
}

// quantity is what Quantity.MarshalJSON writes: a figure and what is known of its one-minute values.
func quantity(strict bool) *jsonschema.Schema {
	s := figure(strict)
	s.Description = "The mean over the window with its evidence, and those statistics of the one-minute values that are known."
	for _, name := range []string{"p50", "p95", "p99", "peak"} {
		s.Properties.Set(name, &jsonschema.Schema{Type: "number"})
	}
	s.Properties.Set("peak_at", &jsonschema.Schema{Type: "string", Format: "date-time",
		Description: "The start of the minute of the peak."})
	s.Properties.Set("samples", &jsonschema.Schema{Type: "integer", Description: "How many one-minute values the statistics use."})
	return s
}

// nullable allows null where a pointer is written without omitempty.
func nullable(t reflect.Type, defs jsonschema.Definitions, seen map[reflect.Type]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return
	}
	seen[t] = true
	for _, f := range reflect.VisibleFields(t) {
		nullable(f.Type, defs, seen)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		def := defs[t.Name()]
		if def == nil || name == "" || f.Type.Kind() != reflect.Pointer ||
			slices.Contains(strings.Split(options, ","), "omitempty") {
			continue
		}
		if p, ok := def.Properties.Get(name); ok {
			about := p.Description
			p.Description = ""
			def.Properties.Set(name, &jsonschema.Schema{OneOf: []*jsonschema.Schema{p, {Type: "null"}}, Description: about})
		}
	}
}

// editWorkloadFile adds what Go's types do not say: which keys must be there, and the words of lists.
func editWorkloadFile(defs jsonschema.Definitions) {
	defs["File"].Required = []string{"region", "workload"}
	defs["Topic"].Required = []string{"name", "partitions"}
	defs["Group"].Required = []string{"name", "topics"}
	requirement := func(key string) *jsonschema.Schema {
		p, _ := defs["Requirements"].Properties.Get(key)
		return p
	}
	requirement("authentication").Items = words(authentication...)
	requirement("prefer").Enum = words(verdict.Serverless, verdict.ServerlessSplit, verdict.Standard, verdict.Express).Enum
	requirement("zones").Enum = []any{2, 3}
	requirement("kafka_version").Type, requirement("kafka_version").AnyOf = "",
		[]*jsonschema.Schema{{Type: "string"}, {Type: "number"}}
}

// authentication are the methods of the workload file; a test holds them against the parser.
var authentication = []string{"plaintext", "tls", "mtls", "sasl_plain", "sasl_scram", "oauthbearer", "kerberos", "iam"}
