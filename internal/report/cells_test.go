package report

import (
	"slices"
	"strings"
	"testing"
)

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"orders", 6, "orders"},
		{"orders", 5, "or…rs"},
		{"orders", 4, "or…s"},
		{"orders", 1, "…"},
		{"orders", 0, ""},
		{"注文イベント", 7, "注…ント"},
		{"注文イベント", 6, "注…ト"}, // three cells hold one wide character, and one cell is left
		{"größe-übersicht", 9, "größ…icht"},
	} {
		got := cut(c.in, c.w)
		if got != c.want || width(got) > c.w {
			t.Errorf("cut(%q, %d) = %q of %d cells, want %q", c.in, c.w, got, width(got), c.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want []string
	}{
		{"", 10, []string{""}},
		{"a b", 10, []string{"a b"}},
		{"ingress is 200 MB/s today", 16, []string{"ingress is", "200 MB/s today"}}, // the number keeps its unit
		{"use is 82 % of it", 9, []string{"use is", "82 % of", "it"}},
		{"abcdefghij k", 4, []string{"abcd", "efgh", "ij k"}},
		{"注文イベント", 5, []string{"注文", "イベ", "ント"}},
		{"注", 1, []string{"…"}}, // nothing fits, and no line is too wide
	} {
		if got := wrap(c.in, c.w); !slices.Equal(got, c.want) {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
}

func TestEveryFormatIsFreeOfControls(t *testing.T) {
	for name, story := range stories {
		for format, got := range map[string]string{"text": text(t, story(), TextOptions{Details: true}),
			"json":     render(t, JSON, story()),
			"markdown": render(t, inMarkdown, story()), "html": render(t, html, story())} {
			if i := strings.IndexFunc(got, unprintable); i >= 0 {
				t.Errorf("%s as %s holds the control character %q", name, format, got[i:min(i+8, len(got))])
			}
		}
	}
}
