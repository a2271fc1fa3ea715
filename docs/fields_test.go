package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// documentedFields is the least share of exported fields of exported structs that have a comment.
const documentedFields = 0.85

// TestFieldsAreDocumented: a field's name does not give its unit, its range or what nil and zero mean; its comment does. A field
// counts if it has a doc comment above it or a line comment behind it.
func TestFieldsAreDocumented(t *testing.T) {
	counts := map[string]*fieldCount{}
	var total fieldCount
	for _, path := range sourceFiles(t, ".go") {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(path, "_test.go") || ast.IsGenerated(file) {
			continue
		}
		dir := filepath.Dir(path)
		if counts[dir] == nil {
			counts[dir] = &fieldCount{dir: dir}
		}
		counts[dir].add(file)
		total.add(file)
	}
	if total.all < 1000 {
		t.Fatalf("found only %d exported fields", total.all)
	}
	t.Logf("%d of %d exported fields have a comment (%.1f %%)", total.documented, total.all, 100*total.share())
	if total.share() >= documentedFields {
		return
	}
	t.Errorf("%.1f %% of the exported fields have a comment, at least %.0f %% must. Without one, most first:",
		100*total.share(), 100*documentedFields)
	for _, c := range mostMissing(counts, 10) {
		t.Errorf("%s: %d of %d: %s", c.dir, len(c.missing), c.all, strings.Join(c.missing[:min(5, len(c.missing))], ", "))
	}
}

// fieldCount counts the exported fields of exported structs in one folder.
type fieldCount struct {
	dir             string
	all, documented int
	missing         []string // Struct.Field without a comment
}

func (c *fieldCount) share() float64 { return float64(c.documented) / float64(c.all) }

func (c *fieldCount) add(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || !spec.Name.IsExported() {
			return true
		}
		if s, ok := spec.Type.(*ast.StructType); ok {
			c.addStruct(spec.Name.Name, s)
		}
		return true
	})
}

// addStruct counts embedded fields not at all: their own type documents them.
func (c *fieldCount) addStruct(name string, s *ast.StructType) {
	for _, field := range s.Fields.List {
		documented := field.Doc.Text() != "" || field.Comment.Text() != ""
		for _, id := range field.Names {
			if !id.IsExported() {
				continue
			}
			c.all++
			if documented {
				c.documented++
				continue
			}
			c.missing = append(c.missing, name+"."+id.Name)
		}
	}
}

func mostMissing(counts map[string]*fieldCount, n int) []*fieldCount {
	var list []*fieldCount
	for _, c := range counts {
		if len(c.missing) > 0 {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b *fieldCount) int { return len(b.missing) - len(a.missing) })
	return list[:min(n, len(list))]
}
