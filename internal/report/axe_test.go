package report

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/testbed"
)

// Axe finds nothing wrong with the page, wide and narrow, light and dark, with everything unfolded.
func TestAxeFindsNothing(t *testing.T) {
	pages := map[string]view.Page{}
	for name, story := range stories {
		pages[name] = view.Of(story(), view.Past{})
	}
	v, past := longlived(40)
	p := view.Of(v, past)
	p.Compare(observed(), v, time.UTC)
	pages["longlived"] = p
	texts := map[string]string{}
	for name, page := range pages {
		var b bytes.Buffer
		if err := HTML(&b, page); err != nil {
			t.Fatal(err)
		}
		texts[name] = b.String()
	}
	testbed.Axe(t, texts, 1280)
	testbed.Axe(t, map[string]string{"ecommerce": texts["ecommerce"]}, 1280, testbed.Dark)
	testbed.Axe(t, map[string]string{"longlived": texts["longlived"]}, 390, testbed.Dark)
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
