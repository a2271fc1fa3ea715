package config

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

const reference = "../../configs/mskfit.yaml"

// TestReferenceIsTheDefaults holds the reference file against the defaults: it loads, it changes nothing, and every key is in it.
func TestReferenceIsTheDefaults(t *testing.T) {
	data, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse("mskfit.yaml", data, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Clusters) != 1 {
		t.Errorf("%d example clusters, want one", len(got.Clusters))
	}
	got.Clusters = nil
	want := Default()
	for _, differs := range differences("", reflect.ValueOf(got), reflect.ValueOf(want)) {
		t.Error(differs)
	}
	var raw Config
	doc, err := yamlfile.Decode("mskfit.yaml", data, &raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys("", reflect.TypeFor[Config]()) {
		if !doc.Names(key) {
			t.Errorf("the key %s is not in the file", key)
		}
	}
}

// differences compares field by field; an empty list or map is as good as none.
func differences(path string, got, want reflect.Value) []string {
	var out []string
	for i := range got.NumField() {
		f := got.Type().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		g, w := got.Field(i), want.Field(i)
		switch {
		case !f.IsExported():
		case f.Type.Kind() == reflect.Struct:
			out = append(out, differences(join(path, name), g, w)...)
		case (f.Type.Kind() == reflect.Slice || f.Type.Kind() == reflect.Map) && g.Len() == 0 && w.Len() == 0:
		case !reflect.DeepEqual(g.Interface(), w.Interface()):
			out = append(out, join(path, name)+" differs from its default")
		}
	}
	return out
}

// keys lists the paths of all keys outside lists and maps.
func keys(path string, t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case option == "inline":
			out = append(out, keys(path, f.Type)...)
		case name == "" || name == "-":
		default:
			out = append(out, join(path, name))
			if f.Type.Kind() == reflect.Struct {
				out = append(out, keys(join(path, name), f.Type)...)
			}
		}
	}
	return out
}

func join(path, name string) string {
	if path == "" || name == "" {
		return path + name
	}
	return path + "." + name
}
