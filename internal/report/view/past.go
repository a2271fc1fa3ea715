package view

import (
	"time"
)

// Past is what the charts over time are drawn from; the zero value has none. internal/report/past reads it from the history.
type Past struct {
	// Zone is the reader's time zone; nil: UTC. Days are UTC days in every zone, as the forecast counts them.
	Zone *time.Location
	// Step is how much time one point stands for.
	Step time.Duration
	// Ingress and Egress are the whole cluster's, in bytes per second and in order of time. Points further apart than Step have
	// a gap between them.
	Ingress, Egress []Point
	// Days are the highest one-minute values of each UTC day.
	Days []Day
	// Week is the mean ingress in each hour of the week in Zone, Monday 00:00 first; Minutes 0 is no data.
	Week [7 * 24]Hour
	// TopicGrowth and GroupGrowth are the relative change of each topic's ingress and each group's egress from the first half
	// of the window to the second; what has no figure in one of them is absent.
	TopicGrowth, GroupGrowth map[string]float64
	// Missing says in one line why there is nothing to draw; empty where there is something, or where no one looked.
	Missing string
}

// Point is the mean and the highest value of one step.
type Point struct {
	// At is the start of the step.
	At time.Time
	// Mean and Max are bytes per second; Max is the highest minute of the step.
	Mean, Max float64
}

// Day is one UTC day's peak of the ingress, in bytes per second.
type Day struct {
	// At is midnight UTC.
	At time.Time
	// Peak is the highest minute, bytes per second.
	Peak float64
	// Floor is true where the day was not seen whole: the peak may have been higher.
	Floor bool
}

// Hour is one hour of the week over all weeks.
type Hour struct {
	// Mean is bytes per second over the minutes with data.
	Mean float64
	// Minutes is how many minutes have data, over all weeks; 0: Mean says nothing.
	Minutes int
}
