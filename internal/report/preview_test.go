package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/report/view"
)

var preview = flag.String("preview", "", "write the pages of the stories into this folder, to look at in a browser")

func TestPreview(t *testing.T) {
	dir := *preview
	if dir == "" {
		dir = t.TempDir()
	}
	write := func(name string, p view.Page) {
		var b bytes.Buffer
		if err := HTML(&b, p); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".html"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, story := range stories {
		write(name, view.Of(story(), view.Past{}))
	}
	v, past := longlived(40)
	p := view.Of(v, past)
	before := v
	before.Choice, before.Window.Start, before.Window.End = nil, at.AddDate(0, 0, -28), at.AddDate(0, 0, -14)
	p.Compare(before, v, time.UTC)
	write("longlived", p)
}
