package chart

import "testing"

func TestLabelsAreEvenlySpread(t *testing.T) {
	for n := 2; n < 400; n++ {
		labels := make([]string, n)
		for i := range labels {
			labels[i] = "x"
		}
		got, shown := spread(labels, min(8, n))
		even := shown > 1 && (n-1)%(shown-1) == 0
		if blank := got[n-1] == ""; !even && !blank && n > 8 || shown > 8 {
			t.Errorf("%d labels: %d shown, evenly: %t, last one blank: %t", n, shown, even, blank)
		}
		if labels[n-1] != "x" {
			t.Fatal("the caller's labels were changed")
		}
	}
}
