package accuracy

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Read reads the figures. Where the file is missing, the error says so as os.IsNotExist understands it.
func Read(file string) (Document, error) {
	var d Document
	b, err := os.ReadFile(file)
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal(b, &d); err != nil {
		return d, fmt.Errorf("read %s: %w", file, err)
	}
	return d, nil
}

// Write writes the figures, and the document that is made of them beside it.
func (d Document) Write(file string) error {
	b, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(document(file), []byte(d.Markdown()), 0o644)
}

// UpToDate returns an error if the document beside the figures is not what they make.
func (d Document) UpToDate(file string) error {
	b, err := os.ReadFile(document(file))
	if err != nil {
		return err
	}
	if string(b) != d.Markdown() {
		return fmt.Errorf("%s is not made of %s: run make accuracy", document(file), file)
	}
	return nil
}

func document(file string) string { return strings.TrimSuffix(file, ".json") + ".md" }
