package config

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"go.yaml.in/yaml/v3"

	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

const reference = "../../configs/mskfit.yaml"

// bare turns empty lists and maps into absent ones: a file shows "[]" where Go has nil.
func bare(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			bare(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				bare(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			bare(v.Index(i))
		}
		if v.Len() == 0 {
			v.SetZero()
		}
	case reflect.Map:
		if v.Len() == 0 {
			v.SetZero()
		}
	}
}

func TestReferenceShowsTheDefaults(t *testing.T) {
	got, err := Load(reference)
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	kafka := &Kafka{}
	kafka.SetDefaults()
	kafka.Bootstrap, kafka.Cluster = []string{"localhost:9092"}, "orders"
	want.Clusters = []Cluster{{Name: "orders", Region: "us-east-1", Kafka: kafka}}
	bare(reflect.ValueOf(&got).Elem())
	bare(reflect.ValueOf(&want).Elem())
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the reference is not the default:\n%s", diff.Diff("default", asYAML(t, want), reference, asYAML(t, got)))
	}
}

func asYAML(t *testing.T, c Config) []byte {
	t.Helper()
	text, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Every key is in the reference, so that no one has to look for one in the code.
func TestReferenceHasEveryKey(t *testing.T) {
	data, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	var c Config
	doc, err := yamlfile.Decode(reference, data, &c)
	if err != nil {
		t.Fatal(err)
	}
	keys := 0
	var walk func(path string, of reflect.Type)
	walk = func(path string, of reflect.Type) {
		for i := range of.NumField() {
			f := of.Field(i)
			name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			switch {
			case option == "inline":
				walk(path, f.Type)
				continue
			case name == "" || name == "-":
				continue
			}
			at := strings.TrimPrefix(path+"."+name, ".")
			if keys++; !doc.Names(at) {
				t.Errorf("%s is not in the reference", at)
			}
			inner := f.Type
			if at == "clusters" {
				walk("clusters[0]", inner.Elem())
				continue
			}
			if at == "clusters[0].kafka" {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct && inner != reflect.TypeFor[secret.String]() {
				walk(at, inner)
			}
		}
	}
	walk("", reflect.TypeFor[Config]())
	if keys < 120 {
		t.Errorf("only %d keys were looked for", keys)
	}
}
