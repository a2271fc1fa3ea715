package analyzer

import (
	"fmt"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// exampleRate illustrates a break-even while nobody has said what an engineer's hour costs.
const exampleRate = 100.0

// breakEven says what the choice costs more than the cheapest alternative, and how many hours of an engineer a month that
// is. How many hours a kind really takes is for the owner to know. Nil where the choice is the cheapest.
func (d *decision) breakEven() *verdict.BreakEven {
	i := d.cheapest(d.chosen)
	if i < 0 {
		return nil
	}
	o, alt := &d.options[d.chosen], &d.options[i]
	extra := cents(o.cost - alt.cost)
	if extra < 0.01 {
		return nil
	}
	b := &verdict.BreakEven{Against: alt.choice(), ExtraUSD: extra}
	more := fmt.Sprintf("%s costs %s a month more than %s", o.choice().Name(), workload.FormatUSD(extra), b.Against.Name())
	if rate := d.in.Requirements.EngineerHourUSD; rate != nil && *rate > 0 && *rate <= 1e6 {
		hours := tidy(extra / *rate)
		b.HoursAtRate, b.EngineerRate = &hours, rate
		b.Sentence = fmt.Sprintf("%s: it breaks even where it saves %s engineer-hours a month at %s each", more, count(hours), workload.FormatUSD(*rate))
		return b
	}
	b.Sentence = fmt.Sprintf("%s: it breaks even where it saves that much work (%s engineer-hours a month if an hour costs $%.0f; declare engineer_hour_usd)",
		more, count(extra/exampleRate), exampleRate)
	return b
}
