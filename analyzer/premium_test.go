package analyzer

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// One engineer's month is the default: 160 h at the declared rate, or at $100.
func TestMaxPremium(t *testing.T) {
	usd := func(v float64) *float64 { return &v }
	tests := []struct {
		r     workload.Requirements
		want  float64
		basis string
	}{
		{workload.Requirements{}, 16000, "the $16,000 that one engineer costs (160 h at an assumed $100; declare max_premium for another limit)"},
		{workload.Requirements{EngineerHourUSD: usd(95)}, 15200,
			"the $15,200 that one engineer costs (160 h at $95; declare max_premium for another limit)"},
		{workload.Requirements{EngineerHourUSD: usd(95), MaxPremiumUSD: usd(20000)}, 20000, "the declared max_premium of $20,000"},
		{workload.Requirements{MaxPremiumUSD: usd(0)}, 0, "the declared max_premium of $0"},
	}
	for _, tt := range tests {
		in := Input{Requirements: tt.r}
		if got, _ := in.maxPremium(); got != tt.want || in.premiumBasis() != tt.basis {
			t.Errorf("got %g, %q; want %g, %q", got, in.premiumBasis(), tt.want, tt.basis)
		}
	}
}

// Without a team the choice goes from Serverless to Express exactly where the difference is above max_premium.
func TestPremiumFlipsAtItsBound(t *testing.T) {
	flipped := 0
	rapid.Check(t, func(rt *rapid.T) {
		in := prepared(t, atQuota(t))
		in.Workload = heavier(in.Workload, rapid.Float64Range(0.001, 1.6).Draw(rt, "times"))
		in.Workload.Partitions = workload.Exactly(rapid.Float64Range(3, 2400).Draw(rt, "partitions"), workload.Declared,
			"drawn").Ptr()
		in.Requirements.OperationsTeam = rapid.SampledFrom([]*bool{nil, in.Requirements.OperationsTeam}).Draw(rt, "team")
		most := anyPremium
		in.Requirements.MaxPremiumUSD = &most
		d := decide(&in, forVerdict)
		least := d.leastEffort()
		if least == nil || least.kind != verdict.Serverless && least.kind != verdict.ServerlessSplit || d.express > least.cost {
			return
		}
		flipped++
		for _, tt := range []struct {
			more float64
			want verdict.Kind
		}{{0, least.kind}, {0.01, least.kind}, {-0.01, verdict.Express}} {
			bound := max(cents(cents(least.cost-d.express)+tt.more), 0)
			if tt.more < 0 && cents(least.cost-d.express) < 0.01 {
				continue
			}
			in.Requirements.MaxPremiumUSD = &bound
			v := Analyze(in, propertyNow)
			if v.Choice.Kind != tt.want {
				rt.Fatalf("a difference of %.2f with max_premium %.2f chose %s, want %s", least.cost-d.express, bound,
					v.Choice.Kind, tt.want)
			}
			if tt.want == verdict.Express && !strings.Contains(strings.Join(v.Reasons, " "), "Chosen over "+least.choice().Name()) {
				rt.Fatalf("the reasons do not name %s: %q", least.choice().Name(), v.Reasons)
			}
			if within := "within the declared max_premium of " + workload.FormatDollars(bound); tt.want == verdict.Serverless &&
				v.Premium != nil &&
				cents(least.cost-d.express) > 0 && !strings.Contains(v.Premium.Sentence, within) {
				rt.Fatalf("the premium does not say %q: %q", within, v.Premium.Sentence)
			}
		}
	})
	if flipped == 0 {
		t.Error("nothing flipped")
	}
}

// The premium names the cheapest option that fits, with the ratio and the difference of the bills.
func TestPremiumComparesWithTheCheapest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := Analyze(prepared(t, drawn(rt)), propertyNow)
		if v.Choice == nil {
			return
		}
		cheapest := v.Choice.MonthlyUSD
		for _, o := range v.Options {
			if o.MonthlyUSD != nil && o.Feasible == verdict.Yes {
				cheapest = min(cheapest, *o.MonthlyUSD)
			}
		}
		p := v.Premium
		switch {
		case p == nil && cheapest < v.Choice.MonthlyUSD-0.02:
			rt.Fatalf("%s fits at %.2f, the choice costs %.2f, and no premium is stated", v.Choice.Name(), cheapest,
				v.Choice.MonthlyUSD)
		case p == nil:
		case p.Against.MonthlyUSD > cheapest+0.01 || p.ExtraUSD <= 0 || p.Ratio < 1:
			rt.Fatalf("%+v, and the cheapest that fits costs %.2f", p, cheapest)
		}
	})
}

// A reader who subtracts the two prices of the sentence gets the difference that it names.
func TestTheDifferenceIsThatOfTheRoundedPrices(t *testing.T) {
	for _, c := range []struct{ choice, against, want float64 }{
		{661.34, 535.72, 125}, {661.72, 535.34, 127}, {12.4, 4.07, 8.33}, {30.2, 25.1, 5.1}, {1294.19, 539.27, 755},
	} {
		if got := difference(c.choice, c.against); got != c.want {
			t.Errorf("%g above %g is %g, want %g", c.choice, c.against, got, c.want)
		}
	}
}
