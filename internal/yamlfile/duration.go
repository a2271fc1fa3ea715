package yamlfile

import (
	"fmt"
	"regexp"
	"time"
)

// durationForm is what time.ParseDuration reads, if the number is not too large.
var durationForm = regexp.MustCompile(`^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*$`)

// TooLong reports whether text is written as a duration and time.ParseDuration refuses it only for its length: it ends at 292
// years.
func TooLong(text string) bool {
	_, err := time.ParseDuration(text)
	return err != nil && durationForm.MatchString(text)
}

// ParseDuration is time.ParseDuration with errors for people.
func ParseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	switch {
	case err == nil:
		return d, nil
	case TooLong(text):
		return 0, fmt.Errorf("%q is too long: the longest duration is 292 years", clip(text, maxShown))
	}
	return 0, fmt.Errorf("%q is not a duration: write it as 90s, 15m or 72h", clip(text, maxShown))
}
