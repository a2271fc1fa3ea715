package daemon

import (
	"os"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/analyzer/drift"
)

// The alerts on the daemon itself are in the table of docs/alerting.md with their level and hold time.
func TestTheTableOfAlertsHasTheDaemonsOwn(t *testing.T) {
	doc, err := os.ReadFile("../../docs/alerting.md")
	if err != nil {
		t.Fatal(err)
	}
	hold := strings.TrimSuffix(ownHold.String(), "0s")
	for _, part := range ownParts {
		levels := "never | at once"
		if part.level == drift.LevelWarning {
			levels = "at once | never"
		}
		if want := "| `daemon/" + part.name + "` | " + levels + " | " + hold + " |"; !strings.Contains(string(doc), want) {
			t.Errorf("the table has no %s", want)
		}
	}
}
