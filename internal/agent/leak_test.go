package agent

import (
	"os"
	"testing"

	"github.com/mskfit/mskfit/internal/testbed/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }
