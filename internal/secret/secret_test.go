package secret

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestSecretsPrintNowhere(t *testing.T) {
	type holder struct {
		Name     string `json:"name" yaml:"name"`
		Password String `json:"password" yaml:"password"`
	}
	h := holder{"db", New("hunter2")}
	j, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	y, err := yaml.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	for form, got := range map[string]string{
		"%v": fmt.Sprintf("%v", h), "%+v": fmt.Sprintf("%+v", h), "%#v": fmt.Sprintf("%#v", h), "String": h.Password.String(),
		"%q": fmt.Sprintf("%q", h.Password), "pointer": fmt.Sprintf("%+v", &h), "json": string(j), "yaml": string(y),
		"error": fmt.Errorf("log in as %v", h.Password).Error(),
	} {
		if strings.Contains(got, "hunter2") {
			t.Errorf("%s shows the secret: %s", form, got)
		}
		if !strings.Contains(got, "redacted") {
			t.Errorf("%s does not say that there is one: %s", form, got)
		}
	}
	if got := h.Password.Reveal(); got != "hunter2" {
		t.Errorf("Reveal() = %q", got)
	}
	if got := (String{}).String(); got != "" {
		t.Errorf("no secret prints as %q, want nothing", got)
	}
}

func TestResolve(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	full, empty := write("full", "s3cret \r\n"), write("empty", "\n")
	for _, c := range []struct {
		name, given, file, want, err string
	}{
		{"directly", "abc", "", "abc", ""},
		{"neither", "", "", "", ""},
		{"from a file, inner blanks kept", "", full, "s3cret ", ""},
		{"both", "abc", full, "", "set twice"},
		{"empty file", "", empty, "", "is empty"},
		{"no file", "", filepath.Join(dir, "none"), "", "no such file"},
	} {
		got, err := Resolve(New(c.given), c.file)
		if got.Reveal() != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got.Reveal(), c.want)
		}
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.err)
		}
		if err != nil && (strings.Contains(err.Error(), "abc") || strings.Contains(err.Error(), "s3cret")) {
			t.Errorf("%s: the error shows the secret: %v", c.name, err)
		}
	}
}
