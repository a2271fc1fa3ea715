package analyzer

import (
	"fmt"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

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
	more := fmt.Sprintf("%s costs %s a month more than %s", o.choice().Name(), workload.FormatDollars(difference(o.cost, alt.cost)),
		b.Against.Name())
	rate, declared := d.in.engineerRate()
	hours := tidy(extra / rate)
	b.Sentence = fmt.Sprintf("%s: it breaks even where it saves %s engineer-hours a month at %s each", more, count(hours),
		workload.FormatDollars(rate))
	if declared {
		b.HoursAtRate, b.EngineerRate = &hours, &rate
		return b
	}
	b.Sentence += " (assumed; declare engineer_hour_usd)"
	return b
}
