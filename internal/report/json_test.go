package report

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/verdict"
)

func TestJSONIsTheVerdictItself(t *testing.T) {
	for name, story := range stories {
		got := render(t, JSON, story())
		if !strings.HasSuffix(got, "}\n") || !strings.Contains(got, "\n  \"schema\":") {
			t.Errorf("%s is not indented, or has no newline at its end", name)
		}
		var back, want verdict.Verdict
		plain, err := json.Marshal(story())
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(plain, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(got), &back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, want) {
			t.Errorf("%s does not read back as it was", name)
		}
	}
}
