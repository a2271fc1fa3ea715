package report

import (
	"io"

	"github.com/mskfit/mskfit/internal/report/page"
	"github.com/mskfit/mskfit/internal/report/view"
)

// HTML writes the report as one file that needs no network: see [page.Write].
func HTML(w io.Writer, p view.Page) error { return page.Write(w, p) }
