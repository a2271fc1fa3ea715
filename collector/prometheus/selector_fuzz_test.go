package prometheus

import "testing"

// What a selector asks a server for is read back as the same selector.
func FuzzParseSelector(f *testing.F) {
	for _, seed := range []string{"", "up", `up{job="kafka"}`, `{__name__=~"kafka.+",topic!=""}`, `{a="\xff"}`, "{", `{"quoted.name",a!~"b"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseSelector(text)
		if err != nil || s == nil {
			return
		}
		again, err := parseSelector(s.promQL())
		if err != nil {
			t.Fatalf("%q became %q: %v", text, s.promQL(), err)
		}
		if again.promQL() != s.promQL() {
			t.Errorf("%q became %q and then %q", text, s.promQL(), again.promQL())
		}
	})
}
