package scale

import (
	"encoding/json"
	"errors"
	"os"
	"strings"

	"github.com/mskfit/mskfit/internal/measure"
)

// read reads the runs of a JSON file, one a line; none where there is no file.
func read[T any](file string) (runs []T, err error) {
	if err := measure.Read(file, &runs); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
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
	return os.WriteFile(measure.Document(file), []byte(document), 0o644)
}
