package view

import (
	"time"

	"github.com/mskfit/mskfit/verdict"
)

// Flow is one rate over time without a limit, for a page about a topic or a consumer group: name is "Ingress" or "Egress",
// class the colour (1 to 4), zone as of [Past]. It is false where there are fewer than two points.
func Flow(name string, class int, step time.Duration, points []Point, zone *time.Location) (Chart, bool) {
	if len(points) < 2 {
		return Chart{}, false
	}
	return flowChart(verdict.Verdict{}, name, class, "", Past{Step: step, Zone: zone}, points), true
}

// RateLimit is the limit in bytes per second on the whole cluster's "ingress" or "egress" of the choice, or of Serverless
// without one; false where there is none.
func RateLimit(v verdict.Verdict, what string) (float64, bool) {
	limit, _, ok := limitOf(v, what)
	return limit, ok
}

// AnswerOf is only the first screen: what [Of] gives as Answer.
func AnswerOf(v verdict.Verdict) Answer {
	points, _ := open(v)
	a := answer(v, points)
	cleanAll(&a)
	return a
}
