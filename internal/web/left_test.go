package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// leftAgent watches nothing any more.
type leftAgent struct{ fakeAgent }

func (l leftAgent) Daemon() Daemon {
	d := l.fakeAgent.Daemon()
	d.Left = []Left{{Cluster: "old", Why: "it is being deleted", At: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}}
	d.Unwatched = []workload.Gap{{Source: "msk", What: "cluster new", Why: "it is being created"}}
	return d
}

// A cluster that left is reported with the reason, where somebody looks for it.
func TestAClusterThatLeftSaysWhy(t *testing.T) {
	h := handler(fakeAgent{})
	if code, body := get(t, h, http.MethodGet, "/api/v1/clusters/old/verdict"); code != http.StatusNotFound ||
		strings.Contains(body, "any more") {
		t.Errorf("a cluster that never was: %d %s", code, body)
	}
	if _, body := get(t, h, http.MethodGet, "/api/v1/status"); strings.Contains(body, `"left"`) {
		t.Errorf("nothing left, and yet: %s", body)
	}
	h = handler(leftAgent{})
	code, body := get(t, h, http.MethodGet, "/api/v1/clusters/old/verdict")
	if want := "no cluster old any more since 2026-03-02T10:00:00Z: it is being deleted"; code != http.StatusNotFound ||
		!strings.Contains(body, want) {
		t.Errorf("%d %s, want %s", code, body, want)
	}
	if _, body := get(t, h, http.MethodGet, "/api/v1/status"); !strings.Contains(body, `"cluster": "old"`) ||
		!strings.Contains(body, "it is being created") {
		t.Errorf("the status lacks what left or is not watched: %s", body)
	}
}
