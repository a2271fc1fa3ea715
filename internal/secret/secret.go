// Package secret keeps passwords out of logs, errors and files that people share. [String] holds one; it prints
// as <redacted> in every form and gives itself up only to [String.Reveal]. [Resolve] reads the twin that names a file.
package secret

import (
	"fmt"
	"os"
	"strings"
)

// Redacted is what a secret prints as, everywhere.
const Redacted = "<redacted>"

// String is a secret. The zero value is no secret; it prints as the empty string, so that "not set" can be seen.
type String struct{ value string }

// New returns the secret s.
func New(s string) String { return String{s} }

// Reveal returns the secret itself, for the one call that needs it.
func (s String) Reveal() string { return s.value }

// IsZero reports whether there is no secret.
func (s String) IsZero() bool { return s.value == "" }

// String returns "<redacted>", or nothing for no secret.
func (s String) String() string {
	if s.value == "" {
		return ""
	}
	return Redacted
}

// GoString is String, so that %#v shows no more.
func (s String) GoString() string { return fmt.Sprintf("secret.String(%q)", s.String()) }

// MarshalText writes "<redacted>": a configuration that is written out again has lost its secrets on purpose.
func (s String) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the secret as it is.
func (s *String) UnmarshalText(text []byte) error {
	s.value = string(text)
	return nil
}

// Resolve returns the secret given directly or, when file is named, the content of that file without the line end that
// editors leave. Both at once are refused. Errors name the file and never show what is in it.
func Resolve(given String, file string) (String, error) {
	switch {
	case file == "":
		return given, nil
	case !given.IsZero():
		return String{}, fmt.Errorf("set twice, directly and as the file %s: keep one", file)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return String{}, err // names operation and path
	}
	s := String{strings.TrimRight(string(content), "\r\n")}
	if s.IsZero() {
		return String{}, fmt.Errorf("the file %s is empty", file)
	}
	return s, nil
}
