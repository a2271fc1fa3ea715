package check

import (
	"testing"

	"github.com/mskfit/mskfit/internal/config"
)

// closedPort is where nothing can listen.
const closedPort = "127.0.0.1:1"

// fleet has a cluster of every way to be let in.
func fleet(t *testing.T) config.Config {
	t.Helper()
	cfg, err := config.Load("../permissions/testdata/fleet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}
