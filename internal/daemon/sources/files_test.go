package sources

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/collector/prometheus"
)

// Every key of a source's configuration that names a file is among its files, or a renewed one would go unnoticed.
func TestFilesAreAllThatTheConfigurationNames(t *testing.T) {
	for _, cfg := range []interface{ Files() []string }{&kafka.Config{}, &prometheus.Config{}, &prometheus.Exporters{}} {
		var keys []string
		var fill func(v reflect.Value)
		fill = func(v reflect.Value) {
			if v.Kind() != reflect.Struct {
				return
			}
			for i := range v.NumField() {
				key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
				if field := v.Field(i); field.Kind() == reflect.String && strings.HasSuffix(key, "_file") {
					keys = append(keys, key)
					field.SetString(key + string(rune('0'+len(keys))))
				}
				fill(v.Field(i))
			}
		}
		value := reflect.ValueOf(cfg).Elem()
		fill(value)
		if len(keys) < 5 {
			t.Fatalf("%T: found only %v", cfg, keys)
		}
		files := cfg.Files()
		for i, key := range keys {
			if name := key + string(rune('1'+i)); !slices.Contains(files, name) {
				t.Errorf("%T: %s is not among its files %v", cfg, key, files)
			}
		}
		if len(files) != len(keys) {
			t.Errorf("%T: %d files, %d keys %v", cfg, len(files), len(keys), keys)
		}
	}
}
