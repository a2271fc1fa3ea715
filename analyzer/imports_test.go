package analyzer_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// forbidden are imports with which the analyzer would no longer be a function of its input, and why.
var forbidden = map[string]string{
	"os":                    "it reads no file and no environment",
	"io/ioutil":             "it reads no file",
	"net":                   "it makes no network calls",
	"net/http":              "it makes no network calls",
	"log":                   "its words are in the verdict",
	"log/slog":              "its words are in the verdict",
	"math/rand":             "the same input gives the same verdict",
	"math/rand/v2":          "the same input gives the same verdict",
	"crypto/rand":           "the same input gives the same verdict",
	"os/exec":               "it starts nothing",
	"database/sql":          "it keeps nothing",
	"github.com/rs/zerolog": "its words are in the verdict",
}

// allowedOwn are the packages of this module that it may know: the nouns, the catalog, and errors that name fields.
var allowedOwn = map[string]bool{
	"github.com/mskfit/mskfit/internal/workload": true,
	"github.com/mskfit/mskfit/internal/catalog":  true,
	"github.com/mskfit/mskfit/internal/yamlfile": true,
	"github.com/mskfit/mskfit/verdict":           true,
	"github.com/mskfit/mskfit/analyzer/drift":    true,
	"github.com/mskfit/mskfit/analyzer/forecast": true,
	"github.com/mskfit/mskfit/analyzer/split":    true,
}

// TestImports keeps the analyzer pure: no I/O, no clients, no log, no randomness, no collector, and no clock but the one that
// is handed in.
func TestImports(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) < 20 {
		t.Fatalf("%d files: %v", len(names), err)
	}
	inner, err := filepath.Glob("*/*.go")
	if err != nil || len(inner) < 8 {
		t.Fatalf("%d files in folders: %v", len(inner), err)
	}
	names = append(names, inner...)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			if why, ok := forbidden[path]; ok {
				t.Errorf("%s imports %s: %s", name, path, why)
			}
			inner := strings.Contains(name, "/") && path == "github.com/mskfit/mskfit/analyzer" // a folder may know the engine
			if strings.Contains(path, ".") && !allowedOwn[path] && !inner {
				t.Errorf("%s imports %s: the analyzer knows the nouns and the catalog alone", name, path)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if id, ok := call.X.(*ast.Ident); ok && id.Name == "time" &&
				(call.Sel.Name == "Now" || call.Sel.Name == "Since" || call.Sel.Name == "Until") {
				t.Errorf("%s calls time.%s: the time is an argument", name, call.Sel.Name)
			}
			return true
		})
	}
}
