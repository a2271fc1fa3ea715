package verdict

import "testing"

func TestAmountOf(t *testing.T) {
	for _, test := range []struct {
		v, limit float64
		unit     string
		want     string
	}{
		{21, 120, "partitions", "21 of 120 partitions"},
		{164e6, 200e6, "bytes/s", "164 of 200 MB/s"},
		{900e3, 5e6, "bytes/s", "900 KB/s of 5 MB/s"},
		{12, 25, "per_second", "12 of 25 per second"},
		{3, 5, "", "3 of 5"},
	} {
		if got := AmountOf(test.v, test.limit, test.unit); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
