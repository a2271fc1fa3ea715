package yamlfile

import (
	"errors"
	"strings"
)

// joined is what errors.Join returns.
type joined interface {
	error
	Unwrap() []error
}

// Lines lists the problems that an error consists of, one text each: those of a file, and those that errors.Join put together. An
// error that wraps several with text of its own is one problem.
func Lines(err error) []string {
	text := err.Error()
	var file Problems
	if errors.As(err, &file) && file.Error() == text {
		return strings.Split(text, "\n")
	}
	var many joined
	if !errors.As(err, &many) || many.Error() != text {
		return []string{text}
	}
	var lines []string
	for _, one := range many.Unwrap() {
		lines = append(lines, Lines(one)...)
	}
	return lines
}
