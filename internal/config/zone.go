package config

import (
	"fmt"
	"time"
	_ "time/tzdata" // minimal images have no zones
)

// ParseZone reads a time zone: an IANA name such as Europe/Berlin, UTC, or local for the machine's own.
func ParseZone(name string) (*time.Location, error) {
	if name == "local" {
		return time.Local, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is not a time zone: write an IANA name such as Europe/Berlin, UTC, or local", name)
	}
	return zone, nil
}

// Zone is the time zone of reports and pages. The configuration must be valid; else it is UTC.
func (c Config) Zone() *time.Location {
	if zone, err := ParseZone(c.Timezone); err == nil {
		return zone
	}
	return time.UTC
}
