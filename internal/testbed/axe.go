package testbed

import (
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// axe is the accessibility checker that runs in the page.
const axe = "axe-core@4.13.0"

const runAxe = `<script src="/axe.js"></script><script>
document.querySelectorAll("details").forEach(d => d.open = true);
axe.run().then(r => { const out = document.createElement("pre"); out.id = "axe-result"; out.textContent = JSON.stringify(r.violations); document.body.append(out); });
</script></body>`

var (
	contentPolicy = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy"[^>]*>`)
	axeResult     = regexp.MustCompile(`(?s)<pre id="axe-result">(.*?)</pre>`)
)

// Axe fails the test for everything that axe finds wrong with the HTML documents, which it takes by name, in a window of that
// width with everything unfolded. Flags of Chromium may follow: [Dark] for one.
func Axe(t *testing.T, documents map[string]string, width int, flags ...string) {
	t.Helper()
	script := filepath.Join(NPM(t, axe), "axe.min.js")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/axe.js" {
			http.ServeFile(w, r, script)
			return
		}
		text := contentPolicy.ReplaceAllString(documents[strings.Trim(r.URL.Path, "/")], "") // it forbids the checker
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(strings.Replace(text, "</body>", runAxe, 1)))
	}))
	defer server.Close()
	for name := range documents {
		page := Browse(t, server.URL+"/"+name, width, 900, flags...)
		m := axeResult.FindStringSubmatch(page.DOM)
		if m == nil {
			t.Fatalf("%s: axe gave no result; the console says %q", name, page.Console)
		}
		var found []struct {
			ID, Impact, Help string
			Nodes            []struct{ HTML string }
		}
		if err := json.Unmarshal([]byte(html.UnescapeString(m[1])), &found); err != nil {
			t.Fatal(err)
		}
		for _, v := range found {
			t.Errorf("%s at %d px %s: %s (%s): %s: %.200s", name, width, flags, v.ID, v.Impact, v.Help, v.Nodes)
		}
	}
}
