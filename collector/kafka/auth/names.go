package auth

// Names says what the reader of a message calls a field of the configuration: a command has flags for them. Fields are given by
// their path in the file, like "sasl.mechanism". Nil: by that path.
type Names func(field string) string

// Of returns the name of a field.
func (n Names) Of(field string) string {
	if n == nil {
		return field
	}
	return n(field)
}

// wrap says which field an error is about; nil stays nil.
func (n Names) wrap(field string, err error) error {
	if err == nil {
		return nil
	}
	return &fieldError{n.Of(field), err}
}

// fieldError is an error in what a field names. It never holds a secret.
type fieldError struct {
	field string
	cause error
}

func (e *fieldError) Error() string { return e.field + ": " + e.cause.Error() }
func (e *fieldError) Unwrap() error { return e.cause }
