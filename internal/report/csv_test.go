package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/verdict"
)

func TestCSVHasARowForEveryTopicGroupAndOption(t *testing.T) {
	v := observed()
	for table, want := range map[string]int{"topics": len(v.Topics), "groups": len(v.Groups), "options": len(v.Options)} {
		var b bytes.Buffer
		if err := CSV(&b, table, v, v); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 1+2*want {
			t.Errorf("%s: %d rows (%v), want a head and twice %d", table, len(rows), err, want)
		}
	}
	if err := CSV(&bytes.Buffer{}, "brokers", v); err == nil ||
		!strings.Contains(err.Error(), "take one of topics, groups, options") {
		t.Errorf("an unknown table gives %v", err)
	}
}

// What is not known is an empty cell, and never 0.
func TestCSVLeavesUnknownEmpty(t *testing.T) {
	var b bytes.Buffer
	if err := CSV(&b, "topics", verdict.Verdict{Cluster: "c",
		Topics: []verdict.TopicFigures{{Name: "t", Partitions: 3}}}); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Split(b.String(), "\n")[1], "c,t,3,,,,,,,,,,"; got != want {
		t.Errorf("the row is %q, want %q", got, want)
	}
}

// A spreadsheet computes a cell that begins with one of = + - @; a name must not be one.
func TestCSVIsNoFormula(t *testing.T) {
	for name, want := range map[string]string{
		"=HYPERLINK(\"http://evil\")": "'=HYPERLINK(\"http://evil\")", "+1+1": "'+1+1", "-2+3": "'-2+3", "@SUM(A1)": "'@SUM(A1)",
		"a,b\"c": "a,b\"c", "orders": "orders", "\u202ertl": `\u202ertl`, strings.Repeat("x", 249): strings.Repeat("x", 249),
	} {
		var b bytes.Buffer
		if err := CSV(&b, "topics", verdict.Verdict{Cluster: "c", Topics: []verdict.TopicFigures{{Name: name}}}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || rows[1][1] != want {
			t.Errorf("the name %q is written %q (%v), want %q", name, rows[1][1], err, want)
		}
	}
}
