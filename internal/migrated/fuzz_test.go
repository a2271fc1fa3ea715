package migrated

import "testing"

// What is read is written so that it is read the same again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"orders-old", "orders-old@2026-06-01", "orders-old@2026-06-01T06:00:00Z", "@", "a@9999-12-31", "a@0001-01-01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		from, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(from.String())
		if err != nil || again.Cluster != from.Cluster {
			t.Errorf("%q was read as %+v, and that as %+v: %v", text, from, again, err)
		}
	})
}
