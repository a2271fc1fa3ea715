package collector_test

import (
	"testing"

	"github.com/mskfit/mskfit/collector"
)

func TestGapsAreToldOnce(t *testing.T) {
	var g, more collector.Gaps
	if got := g.List("msk"); len(got) != 0 {
		t.Errorf("nothing is missing, and there are %+v", got)
	}
	g.Add("all rates", "no values", "nothing is known", "ingress", "egress")
	g.Count("lag of group", "billing", "denied", "lag is not known")
	g.Count("lag of group", "billing", "denied", "lag is not known")
	more.Count("lag of group", "audit", "denied", "lag is not known")
	g.Join(&more)
	for _, name := range []string{"4", "2", "1", "3"} {
		g.Count("broker", name, "silent", "a floor")
	}
	g.Count("broker", "9", "gone", "a floor")
	g.Count("broker", "", "no label", "a floor")
	var got []string
	for _, gap := range g.List("msk") {
		got = append(got, gap.Source+": "+gap.What+", "+gap.Why+", "+gap.Effect+" ["+gap.LeavesOpen+"]")
	}
	want := []string{
		"msk: 4 brokers (1, 2, 3, …), silent, a floor []",
		"msk: all rates, no values, nothing is known [ingress,egress]",
		"msk: broker, no label, a floor []",
		"msk: broker 9, gone, a floor []",
		"msk: lag of 2 groups (audit, billing), denied, lag is not known []",
	}
	if len(got) != len(want) {
		t.Fatalf("%q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%q, want %q", got[i], want[i])
		}
	}
}
