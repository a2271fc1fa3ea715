package report

import (
	"bytes"
	"encoding/json"
	markup "html"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/testbed"
)

// axe is the accessibility checker that runs in the page.
const axe = "axe-core@4.13.0"

var contentPolicy = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy"[^>]*>`)

const runAxe = `<script src="/axe.js"></script><script>
document.querySelectorAll("details").forEach(d => d.open = true);
axe.run().then(r => { const out = document.createElement("pre"); out.id = "axe-result"; out.textContent = JSON.stringify(r.violations); document.body.append(out); });
</script></body>`

// violation is one of axe's findings.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML string }
}

// Axe finds nothing wrong with the page, wide and narrow, light and dark, with everything unfolded.
func TestAxeFindsNothing(t *testing.T) {
	script := filepath.Join(testbed.NPM(t, axe), "axe.min.js")
	pages := map[string]view.Page{}
	for name, story := range stories {
		pages[name] = view.Of(story(), view.Past{})
	}
	v, past := longlived(40)
	p := view.Of(v, past)
	p.Compare(observed(), v, time.UTC)
	pages["longlived"] = p
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/axe.js" {
			http.ServeFile(w, r, script)
			return
		}
		var b bytes.Buffer
		if err := HTML(&b, pages[strings.Trim(r.URL.Path, "/")]); err != nil {
			t.Error(err)
		}
		page := contentPolicy.ReplaceAllString(b.String(), "") // it forbids the checker
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(strings.Replace(page, "</body>", runAxe, 1)))
	}))
	defer server.Close()
	for _, look := range []struct {
		name  string
		width int
		flags []string
		only  string
	}{{"wide", 1280, nil, ""}, {"phone, dark", 390, []string{testbed.Dark}, "longlived"},
		{"wide, dark", 1280, []string{testbed.Dark}, "ecommerce"}} {
		for name := range pages {
			if look.only != "" && look.only != name {
				continue
			}
			for _, found := range violations(t, testbed.Browse(t, server.URL+"/"+name, look.width, 900, look.flags...)) {
				t.Errorf("%s, %s: %s (%s): %s: %.200s", name, look.name, found.ID, found.Impact, found.Help, found.Nodes)
			}
		}
	}
}

var axeResult = regexp.MustCompile(`(?s)<pre id="axe-result">(.*?)</pre>`)

func violations(t *testing.T, page testbed.Page) []violation {
	t.Helper()
	m := axeResult.FindStringSubmatch(page.DOM)
	if m == nil {
		t.Fatalf("axe gave no result; the console says %q", page.Console)
	}
	var out []violation
	if err := json.Unmarshal([]byte(markup.UnescapeString(m[1])), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// The page as it is saved: Chromium has nothing to complain of, and the first screen has its answer and prices without a hidden
// one.
func TestChromiumShowsTheSavedPage(t *testing.T) {
	v, past := longlived(40)
	var b bytes.Buffer
	if err := HTML(&b, view.Of(v, past)); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(b.Bytes())
	}))
	defer server.Close()
	for _, width := range []int{1280, 390} {
		page := testbed.Browse(t, server.URL, width, 900)
		for _, line := range page.Console {
			if !strings.Contains(line, "favicon") {
				t.Errorf("at %d px the browser says %s", width, line)
			}
		}
		if len(page.PNG) < 10_000 {
			t.Errorf("at %d px the picture has %d bytes", width, len(page.PNG))
		}
	}
}
