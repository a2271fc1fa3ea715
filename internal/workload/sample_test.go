package workload

import "testing"

func TestPartialIsWhatWentWrong(t *testing.T) {
	inherent, missing := Gap{What: "egress before the observation", Inherent: true}, Gap{What: "log sizes of broker 2"}
	for _, tt := range []struct {
		gaps []Gap
		want bool
	}{{nil, false}, {[]Gap{inherent}, false}, {[]Gap{inherent, missing}, true}} {
		if got := Partial(tt.gaps); got != tt.want {
			t.Errorf("%v: partial is %t", tt.gaps, got)
		}
	}
}
