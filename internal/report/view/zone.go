package view

import (
	"fmt"
	"strings"
	"time"
)

// zone is the time zone of the reader: UTC unless said otherwise.
func (p Past) zone() *time.Location {
	if p.Zone == nil {
		return time.UTC
	}
	return p.Zone
}

// zoneWords is the zone with its offset at a time: "UTC", "Europe/Berlin, UTC+1".
func zoneWords(zone *time.Location, at time.Time) string {
	name, by := zone.String(), offset(at.In(zone))
	if zone == time.Local || name == by {
		return by
	}
	return name + ", " + by
}

// offset is how far a time's zone is from UTC: "UTC", "UTC+1", "UTC+5:30", "UTC-8". Abbreviations are not unique.
func offset(t time.Time) string {
	_, seconds := t.Zone()
	if seconds == 0 {
		return "UTC"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	return fmt.Sprintf("UTC%s%s", sign, strings.TrimSuffix(fmt.Sprintf("%d:%02d", seconds/3600, seconds%3600/60), ":00"))
}

// Timestamp is a time to the minute, with its offset from UTC.
func Timestamp(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	return t.Format("2006-01-02 15:04 ") + offset(t)
}
