package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"k8s.io/apimachinery/pkg/util/yaml"
	strict "sigs.k8s.io/yaml"
)

// kubectlValidate carries the OpenAPI documents of Kubernetes itself. They are used without the program, which takes minutes to
// compile.
const kubectlValidate = "sigs.k8s.io/kubectl-validate@v0.0.4"

// The versions of Kubernetes whose schemas the manifests are held against: the chart's floor, and the newest in kubectl-validate.
var schemaVersions = []string{"1.27", "1.30"}

func TestManifestsAreValid(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(manifests, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d manifests, error %v", len(files), err)
	}
	for _, version := range schemaVersions {
		k := kubernetes{t: t, dir: filepath.Join(builtins(t), version), schemas: map[string]*jsonschema.Schema{}}
		for _, file := range files {
			for _, object := range objects(t, file) {
				if err := k.validate(object); err != nil {
					t.Errorf("%s, Kubernetes %s: %v", file, version, err)
				}
			}
		}
	}
}

// The schemas find what is wrong: a field that is not known, one of a wrong type, one that is missing.
func TestManifestsThatAreWrongAreFound(t *testing.T) {
	k := kubernetes{t: t, dir: filepath.Join(builtins(t), "1.30"), schemas: map[string]*jsonschema.Schema{}}
	text, err := os.ReadFile(filepath.Join(manifests, "kafka.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for right, wrong := range map[string]string{
		"readOnlyRootFilesystem: true":  "readOnlyRootFilesytem: true",
		"replicas: 1":                   "replicas: one",
		"serviceName: mskfit":           "# serviceName is missing",
		"  selector:\n    matchLabels:": "  selectors:\n    matchLabels:",
	} {
		broken := strings.Replace(string(text), right, wrong, 1)
		if broken == string(text) {
			t.Fatalf("there is no %q", right)
		}
		var found error
		for _, object := range split(t, []byte(broken)) {
			found = errors.Join(found, k.validate(object))
		}
		if found == nil {
			t.Errorf("%q is not found", wrong)
		}
	}
}

// builtins is the folder of the OpenAPI documents, a folder for each version.
func builtins(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "mod", "download", "-json", kubectlValidate).Output()
	if err != nil {
		t.Fatalf("download %s: %v\n%s", kubectlValidate, err, out)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(module.Dir, "pkg", "openapiclient", "builtins")
}

// objects are the documents of a YAML file as JSON.
func objects(t *testing.T, file string) []json.RawMessage {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return split(t, text)
}

func split(t *testing.T, text []byte) (out []json.RawMessage) {
	t.Helper()
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var object json.RawMessage
		if err := decoder.Decode(&object); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		if len(object) > 0 && string(object) != "null" {
			out = append(out, object)
		}
	}
}

type kubernetes struct {
	t       *testing.T
	dir     string
	schemas map[string]*jsonschema.Schema
}

func (k *kubernetes) validate(object json.RawMessage) error {
	var head struct{ APIVersion, Kind string }
	if err := json.Unmarshal(object, &head); err != nil {
		return err
	}
	name := head.APIVersion + " " + head.Kind
	switch name {
	case "monitoring.coreos.com/v1 ServiceMonitor":
		return strict.UnmarshalStrict(object, &monitoring.ServiceMonitor{})
	case "monitoring.coreos.com/v1 PrometheusRule":
		return strict.UnmarshalStrict(object, &monitoring.PrometheusRule{})
	}
	if k.schemas[name] == nil {
		k.schemas[name] = k.schema(head.APIVersion, head.Kind)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(object))
	if err != nil {
		return err
	}
	if err := k.schemas[name].Validate(value); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// schema is that of a kind, with every field that it does not name forbidden.
func (k *kubernetes) schema(apiVersion, kind string) *jsonschema.Schema {
	k.t.Helper()
	path := filepath.Join("apis", apiVersion+".json")
	group, version, grouped := strings.Cut(apiVersion, "/")
	if !grouped {
		group, version, path = "", apiVersion, filepath.Join("api", apiVersion+".json")
	}
	text, err := os.ReadFile(filepath.Join(k.dir, path))
	if err != nil {
		k.t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		k.t.Fatal(err)
	}
	schemas := document.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any)
	for name, s := range schemas {
		kinds, _ := s.(map[string]any)["x-kubernetes-group-version-kind"].([]any)
		for _, g := range kinds {
			is := g.(map[string]any)
			if is["group"] != group || is["version"] != version || is["kind"] != kind {
				continue
			}
			tighten(schemas)
			compiler := jsonschema.NewCompiler()
			if err := compiler.AddResource(path, document); err != nil {
				k.t.Fatal(err)
			}
			schema, err := compiler.Compile(path + "#/components/schemas/" + name)
			if err != nil {
				k.t.Fatal(err)
			}
			return schema
		}
	}
	k.t.Fatalf("Kubernetes has no %s %s", apiVersion, kind)
	return nil
}

// tighten forbids what an object does not name, and lets an IntOrString be an integer, which OpenAPI says only in its format.
func tighten(node any) {
	switch n := node.(type) {
	case map[string]any:
		if _, closed := n["properties"].(map[string]any); closed && n["additionalProperties"] == nil {
			n["additionalProperties"] = false
		}
		if n["format"] == "int-or-string" {
			delete(n, "type")
		}
		for _, child := range n {
			tighten(child)
		}
	case []any:
		for _, child := range n {
			tighten(child)
		}
	}
}
