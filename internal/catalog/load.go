package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/mskfit/mskfit/configs"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Embedded returns the catalog that was compiled in. It is read once; all callers share it.
func Embedded() (*Catalog, error) { return embedded() }

var embedded = sync.OnceValues(func() (*Catalog, error) {
	files, err := fs.Sub(configs.Files, "catalog")
	if err != nil {
		return nil, fmt.Errorf("embedded catalog: %w", err)
	}
	return Load(files)
})

// Load reads and checks a catalog: sources.yaml, serverless.yaml, standard.yaml, express.yaml and prices.yaml at the root
// of files, and where they are there profiles.yaml (a list of Profile under the key profiles) and serverless-2022.yaml. On
// problems it returns all of them at once, each with file, line and field, as yamlfile.Problems joined by file.
func Load(files fs.FS) (*Catalog, error) {
	l := &loader{files: files, cited: map[string]bool{}, catalog: &Catalog{
		Profiles: map[string]Profile{}, Sources: map[string]string{}, SourceDates: map[string]string{}}}
	l.sources()
	read(l, "serverless.yaml", &l.catalog.Serverless, l.serverless)
	read(l, "standard.yaml", &l.catalog.Standard, l.standard)
	read(l, "express.yaml", &l.catalog.Express, l.express)
	l.prices()
	l.profiles()
	l.serverless2022()
	if err := errors.Join(l.errs...); err != nil {
		return nil, err
	}
	l.catalog.QuotasDate = l.newest()
	return l.catalog, nil
}

// loader is one run of Load.
type loader struct {
	files   fs.FS
	catalog *Catalog
	// cited are the sources behind quotas, sizes and versions, but not behind prices.
	cited map[string]bool
	errs  []error
}

// read decodes one file and has it checked; problems of both kinds are kept in the order of the file.
func read[T any](l *loader, name string, into *T, check func(*yamlfile.Document, *T) error) {
	data, err := fs.ReadFile(l.files, name)
	if err != nil {
		l.errs = append(l.errs, fmt.Errorf("catalog file %s: %w", name, err))
		return
	}
	if err := decode(name, data, into, check); err != nil {
		l.errs = append(l.errs, err)
	}
}

func decode[T any](name string, data []byte, into *T, check func(*yamlfile.Document, *T) error) error {
	doc, _ := yamlfile.Decode(name, data, into) // Report repeats what Decode found
	return doc.Report(check(doc, into))
}

// sourceFile is sources.yaml.
type sourceFile struct {
	Sources map[string]struct {
		Title string `yaml:"title"`
		Date  string `yaml:"date"`
	} `yaml:"sources"`
}

func (l *loader) sources() {
	var file sourceFile
	read(l, "sources.yaml", &file, checkSources)
	for tag, s := range file.Sources {
		l.catalog.Sources[tag] = s.Title
		if s.Date != "" {
			l.catalog.SourceDates[tag] = s.Date
		}
	}
}

func checkSources(_ *yamlfile.Document, file *sourceFile) error {
	var c checks
	for _, tag := range slices.Sorted(maps.Keys(file.Sources)) {
		s := file.Sources[tag]
		c.text("sources."+tag+".title", s.Title, "describe the source")
		if s.Date != "" {
			c.day("sources."+tag+".date", s.Date, true)
		}
	}
	return c.err()
}

// newest is the date of the newest source behind quotas, sizes and versions, among those dated to the day.
func (l *loader) newest() string {
	newest := ""
	for tag := range l.cited {
		if d := l.catalog.SourceDates[tag]; len(d) == len("2006-01-02") {
			newest = max(newest, d)
		}
	}
	return newest
}

// cite checks that every tag of a source is known and counts it as one behind the quotas.
func (l *loader) cite(c *checks, field, tags string, unverified bool) {
	l.known(c, field, tags, unverified)
	for tag := range strings.SplitSeq(tags, ", ") {
		l.cited[tag] = true
	}
}

// known checks the tags of a source.
func (l *loader) known(c *checks, field, tags string, unverified bool) {
	if tags == "" {
		c.add(field, "missing: name a source of sources.yaml")
		return
	}
	for tag := range strings.SplitSeq(tags, ", ") {
		if _, ok := l.catalog.Sources[tag]; !ok {
			c.add(field, "%q is not in sources.yaml", tag)
		}
		if tag == memory && !unverified {
			c.add(field, "%s is not a document: mark the entry unverified: true", tag)
		}
	}
}

// memory is the tag of what no document at hand confirms.
const memory = "S-MEMORY"
