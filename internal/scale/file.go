package scale

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

// read reads the runs of a JSON file, one a line; none where there is no file.
func read[T any](file string) (runs []T, err error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &runs); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return runs, nil
}

// write writes the runs, and the document made of them beside it.
func write[T any](file string, runs []T, document string) error {
	var b strings.Builder
	for i, r := range runs {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		b.WriteString(map[bool]string{true: "[", false: ",\n"}[i == 0])
		b.Write(line)
	}
	b.WriteString("]\n")
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		return err
	}
	return os.WriteFile(strings.TrimSuffix(file, ".json")+".md", []byte(document), 0o644)
}
