package verify

import (
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
)

// The file is read as docker compose reads it: held against the compose specification's schema, and all that it refers to resolved.
func TestComposeFile(t *testing.T) {
	options, err := cli.NewProjectOptions([]string{"../compose/compose.yaml"}, cli.WithDefaultProfiles())
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, err := project.GetService("mskfit")
	if err != nil {
		t.Fatal(err)
	}
	if !s.ReadOnly || len(s.CapDrop) != 1 || s.CapDrop[0] != "ALL" {
		t.Errorf("read-only %v, dropped capabilities %v", s.ReadOnly, s.CapDrop)
	}
	for _, service := range project.Services {
		for _, p := range service.Ports {
			if p.HostIP != "127.0.0.1" {
				t.Errorf("%s publishes port %s on every address", service.Name, p.Published)
			}
		}
	}
}
