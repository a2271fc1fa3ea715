package view

import "testing"

func TestCleanLeavesNothingThatATerminalObeys(t *testing.T) {
	for in, want := range map[string]string{
		"orders":                 "orders",
		"größe 注文":               "größe 注文",
		"a\x1b[2Jb":              `a\x1b[2Jb`,
		"a\u009bb":               `a\x9bb`,
		"a\nb\tc\rd":             `a\nb\tc\rd`,
		"rtl\u202egnp":           `rtl\u202egnp`,
		"no\u00a0break":          "no break",
		"tag\U000e0041":          `tag\U000e0041`,
		"bad\xffbyte":            "bad\ufffdbyte",
		"zero\u200bwidth\u2028x": `zero\u200bwidth\u2028x`,
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}
