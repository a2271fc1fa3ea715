package dashboard

import (
	"net/http"
	"strings"

	"github.com/mskfit/mskfit/internal/report/page"
)

// asset serves the style sheets and scripts. They are part of the binary, so a browser asks again only after an hour.
func asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "max-age=3600")
	switch {
	case name == "report.css":
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write([]byte(page.CSS))
	case strings.HasSuffix(name, ".css"), strings.HasSuffix(name, ".js"), strings.HasSuffix(name, ".svg"):
		http.ServeFileFS(w, r, assets, "assets/"+name)
	default:
		http.NotFound(w, r)
	}
}
