package words

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// message is one text and the file, relative to the module, that it is in.
type message struct{ file, text string }

// roots are the folders whose strings a person can come to read, and skipped those in them that only tests use.
var (
	roots   = []string{"analyzer", "cmd", "collector", "configs", "internal", "verdict"}
	skipped = []string{"internal/testbed", "internal/words", "internal/testbed/mskfake", "internal/testbed/awsfake"}
)

// messages reads every message below the module's folder, sorted by file and in the order of the file.
func messages(t *testing.T, module string) []message {
	t.Helper()
	var all []message
	for _, root := range roots {
		err := filepath.WalkDir(filepath.Join(module, root), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			name, err := filepath.Rel(module, path)
			if err != nil {
				return err
			}
			name = filepath.ToSlash(name)
			if d.IsDir() {
				if d.Name() == "testdata" || slices.Contains(skipped, name) {
					return filepath.SkipDir
				}
				return nil
			}
			texts, err := fileTexts(path)
			for _, text := range texts {
				all = append(all, message{file: name, text: text})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// fileTexts reads the texts of one file by its kind; a kind that holds none for people has none.
func fileTexts(path string) ([]string, error) {
	read := map[string]func([]byte) ([]string, error){
		".go": goTexts, ".tmpl": templateTexts, ".html": templateTexts, ".yaml": yamlTexts, ".json": schemaTexts,
	}[filepath.Ext(path)]
	if read == nil || strings.HasSuffix(path, "_test.go") {
		return nil, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	texts, err := read(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return texts, nil
}

// goTexts are the string literals of a Go file. Literals that are added up are one text, with {expression} for what is
// known only at run time.
func goTexts(content []byte) ([]string, error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, "", content, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var texts []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field: // its tag is not a message
			return n.Tag == nil
		case *ast.CallExpr:
			if called, ok := n.Fun.(*ast.SelectorExpr); ok && strings.HasPrefix(called.Sel.Name, "MustCompile") {
				return false
			}
		case *ast.BinaryExpr:
			if text, whole := joined(files, n); whole {
				texts = appendReadable(texts, text)
				return false
			}
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				text, _ := strconv.Unquote(n.Value)
				texts = appendReadable(texts, text)
			}
		}
		return true
	})
	return texts, nil
}

// joined adds up a sum of strings; false when no operand is a literal string, or one holds further strings within.
func joined(files *token.FileSet, e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		left, l := joined(files, e.X)
		right, r := joined(files, e.Y)
		if !l && !holdsString(e.X) {
			left, l = "{"+source(files, e.X)+"}", r
		}
		if !r && !holdsString(e.Y) {
			right, r = "{"+source(files, e.Y)+"}", l
		}
		return left + right, l && r
	}
	return "", false
}

func holdsString(e ast.Expr) (held bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		held = held || ok && lit.Kind == token.STRING && strings.Contains(lit.Value, " ")
		return true
	})
	return held
}

func source(files *token.FileSet, e ast.Expr) string {
	var b strings.Builder
	if err := printer.Fprint(&b, files, e); err != nil {
		return "?"
	}
	return b.String()
}

var (
	twoWords = regexp.MustCompile(`[A-Za-z]{2,}[,.:;)"'*]* +[("'*]*[A-Za-z%{]`)
	program  = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|WITH|FROM|WHERE|GROUP|ORDER|AND|ON|` +
		`BEGIN|COMMIT|LIMIT|VALUES|JOIN|LEFT|UNION|ATTACH|DETACH|VACUUM|ANALYZE)\b[ \n]`)
	space = regexp.MustCompile(`\s+`)
)

// appendReadable appends a text that has at least two words and is no SQL.
func appendReadable(texts []string, text string) []string {
	if !twoWords.MatchString(text) || program.MatchString(text) {
		return texts
	}
	return append(texts, strings.TrimSpace(space.ReplaceAllString(text, " ")))
}

var (
	notText = regexp.MustCompile(`(?s)<style.*?</style>|<script.*?</script>|<!--.*?-->|\{\{/\*.*?\*/\}\}`)
	action  = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	inTag   = regexp.MustCompile(`(?:title|alt|aria-label|placeholder|content)="([^"]*)"`)
	tag     = regexp.MustCompile(`(?s)<[^>]*>`)
	quoted  = regexp.MustCompile(`"([^"]*)"`)
)

// templateTexts are the texts between the tags of a template, those in its attributes and those quoted in its actions.
func templateTexts(content []byte) ([]string, error) {
	rest := notText.ReplaceAllString(string(content), "")
	var texts []string
	for _, a := range action.FindAllString(rest, -1) {
		for _, q := range quoted.FindAllStringSubmatch(a, -1) {
			texts = appendReadable(texts, q[1])
		}
	}
	rest = action.ReplaceAllString(rest, "…")
	for _, a := range inTag.FindAllStringSubmatch(rest, -1) {
		texts = appendReadable(texts, a[1])
	}
	for line := range strings.SplitSeq(tag.ReplaceAllString(rest, "\n"), "\n") {
		texts = appendReadable(texts, line)
	}
	return texts, nil
}

var comment = regexp.MustCompile(`(?:^|\s)#+ ?(.*)$`)

// yamlTexts are the comments of a YAML file, lines that follow each other as one, and its texts for people: notes.
func yamlTexts(content []byte) ([]string, error) {
	var texts []string
	var held string
	for line := range strings.SplitSeq(string(content), "\n") {
		if found := comment.FindStringSubmatch(line); found != nil {
			held += found[1] + " "
			continue
		}
		texts, held = appendReadable(texts, held), ""
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && (key == "note" || key == "description") {
			texts = appendReadable(texts, strings.Trim(value, `"`))
		}
	}
	return appendReadable(texts, held), nil
}

var description = regexp.MustCompile(`"description": ("(?:[^"\\]|\\.)*")`)

// schemaTexts are the descriptions of a JSON schema.
func schemaTexts(content []byte) ([]string, error) {
	var texts []string
	for _, d := range description.FindAllSubmatch(content, -1) {
		text, err := strconv.Unquote(string(d[1]))
		if err != nil {
			text = string(d[1])
		}
		if text = strings.TrimSpace(space.ReplaceAllString(text, " ")); !slices.Contains(texts, text) {
			texts = appendReadable(texts, text)
		}
	}
	return texts, nil
}
