package plan

import (
	"testing"

	"github.com/mskfit/mskfit/verdict"
)

// An option that is read is whole: brokers have a size, Serverless has none.
func FuzzParseOption(f *testing.F) {
	for _, seed := range []string{"serverless", "express:express.m7g.large", "standard:kafka.m7g.large:6:tiered", "standard::3", "express:a:0", ":", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w, err := ParseOption(text)
		if err != nil {
			return
		}
		brokers := w.Kind == verdict.Standard || w.Kind == verdict.Express
		if brokers != (w.Size != "") || w.Brokers < 0 || w.Tiered && w.Kind != verdict.Standard {
			t.Errorf("%q was read as %+v", text, w)
		}
	})
}
