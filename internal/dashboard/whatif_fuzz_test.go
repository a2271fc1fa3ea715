package dashboard

import (
	"math"
	"net/url"
	"testing"

	"github.com/mskfit/mskfit/analyzer"
)

// Any link of the what-if page gives a verdict with a price that is a number, or says what is wrong with it.
func FuzzWhatIf(f *testing.F) {
	for _, seed := range []string{"growth=50&readers=2", "retention=7d&headroom=0.2&region=eu-west-1&team=yes", "growth=1e308", "growth=NaN&readers=-1", "retention=forever", "%zz"} {
		f.Add(seed)
	}
	s := &served{}
	decided(f, s, "games", "gaming")
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		in, _ := settingsOf(q).apply(s.inputs["games"])
		c := analyzer.Analyze(in, noon).Choice
		if c != nil && !(c.MonthlyUSD >= 0 && c.MonthlyUSD < math.MaxFloat64) {
			t.Errorf("%q costs %v", query, c.MonthlyUSD)
		}
	})
}
