package measure

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Read reads figures from a JSON file. Where the file is missing, the error is an [os.ErrNotExist].
func Read(file string, figures any) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, figures); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	return nil
}

// Write writes figures as JSON, and the Markdown that is made of them beside it.
func Write(file string, figures any, markdown string) error {
	b, err := json.MarshalIndent(figures, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(Document(file), []byte(markdown), 0o644)
}

// UpToDate returns an error if the document beside the JSON is another one than its figures make.
func UpToDate(file, markdown string) error {
	b, err := os.ReadFile(Document(file))
	if err != nil {
		return err
	}
	if string(b) != markdown {
		return fmt.Errorf("%s is not what %s makes: run the test with -update", Document(file), file)
	}
	return nil
}

// Document is the Markdown beside a JSON file.
func Document(file string) string { return strings.TrimSuffix(file, ".json") + ".md" }
