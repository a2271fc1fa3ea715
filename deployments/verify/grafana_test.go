package verify

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// The dashboards hold no key that Grafana's own types do not know, and what they show can be distinguished: identifiers are
// unique, no panel lies on another, every threshold of headroom is yellow from 80 % and red from 90 %.
func TestDashboards(t *testing.T) {
	files, err := filepath.Glob("../grafana/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d dashboards, error %v", len(files), err)
	}
	uids := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var board dashboard.Dashboard
		// What it returns is no nil error when there is no problem, but an empty list of them.
		if err := board.UnmarshalJSONStrict(text); err != nil && err.Error() != "" {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if board.Uid == nil || uids[*board.Uid] || *board.Uid+".json" != filepath.Base(file) {
			t.Errorf("%s: its uid must be its name, and unique", file)
		} else {
			uids[*board.Uid] = true
		}
		layout(t, file, text)
	}
}

// layout checks where the panels lie.
func layout(t *testing.T, file string, text []byte) {
	t.Helper()
	var board struct {
		Panels []struct {
			ID      int
			Title   string
			GridPos struct{ X, Y, W, H int }
		}
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	ids, taken := map[int]bool{}, map[[2]int]string{}
	for _, p := range board.Panels {
		if ids[p.ID] {
			t.Errorf("%s: two panels have ID %d", file, p.ID)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other, there := taken[[2]int{x, y}]; there || x >= 24 {
					t.Fatalf("%s: %q lies on %q, or beyond the 24 columns", file, p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
	}
}

func TestServerlessHeadroomIsYellowAt80AndRedAt90(t *testing.T) {
	text, err := os.ReadFile("../grafana/mskfit-serverless.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			Title       string
			FieldConfig struct {
				Defaults struct {
					Unit       string
					Thresholds struct {
						Steps []struct {
							Color string
							Value *float64
						}
					}
				}
			}
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, p := range board.Panels {
		d := p.FieldConfig.Defaults
		if d.Unit != "percentunit" || len(d.Thresholds.Steps) == 1 {
			continue
		}
		shown++
		s := d.Thresholds.Steps
		if len(s) != 3 || s[1].Color != "yellow" || *s[1].Value != 0.8 || s[2].Color != "red" || *s[2].Value != 0.9 {
			text, err := json.Marshal(s)
			t.Errorf("%q has the thresholds %s (error %v), want yellow from 0.8 and red from 0.9", p.Title, text, err)
		}
	}
	if shown < 4 {
		t.Errorf("%d panels show the headroom", shown)
	}
}
