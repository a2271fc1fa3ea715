package schema_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
)

func TestAlertsFollowTheSchema(t *testing.T) {
	s := compile(t, "alert.schema.json")
	first := alert.ExampleMessage()
	first.Kind, first.Items, first.Report.Since = alert.KindReport, []alert.Item{}, first.At
	resolved := alert.ExampleMessage()
	resolved.Report, resolved.Severity = nil, drift.LevelOK
	resolved.Items = []alert.Item{{Key: "choice", State: alert.ChoiceChanged, Level: drift.LevelWarning},
		{Key: "a", State: alert.Resolved, Level: drift.LevelOK, Was: drift.LevelCritical}}
	for name, m := range map[string]alert.Message{"example": alert.ExampleMessage(), "report": first, "resolved": resolved,
		"test": alert.TestMessage("ops", "", time.Now())} {
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(v); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}
