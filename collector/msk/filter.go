package msk

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Filter says which clusters to take. What is empty takes all.
type Filter struct {
	// Names are patterns with * and ?: "orders-*". A cluster is watched when one of them matches.
	Names []string `yaml:"names"`
	// Exclude are patterns of names to leave out again.
	Exclude []string `yaml:"exclude"`
	// Tags must all be there, each with a value that fits its pattern: {team: payments, stage: "*"}.
	Tags map[string]string `yaml:"tags"`
	// Kinds are serverless, standard and express.
	Kinds []string `yaml:"kinds"`
}

var kinds = []string{serverlessKind, standardKind, expressKind}

func (f Filter) validate() error {
	var errs []error
	check := func(field string, patterns []string) {
		for i, p := range patterns {
			if _, err := path.Match(p, ""); err != nil || p == "" {
				errs = append(errs, yamlfile.Invalid(fmt.Sprintf("%s[%d]", field, i),
					"%q is not a pattern: use a name, * for any characters and ? for one character", p))
			}
		}
	}
	check("names", f.Names)
	check("exclude", f.Exclude)
	for key, p := range f.Tags {
		if _, err := path.Match(p, ""); err != nil {
			errs = append(errs, yamlfile.Invalid("tags."+key,
				"%q is not a pattern: use a value, * for any characters and ? for one character", p))
		}
	}
	for i, k := range f.Kinds {
		if !slices.Contains(kinds, k) {
			errs = append(errs, yamlfile.Invalid(fmt.Sprintf("kinds[%d]", i), "%q is not a kind: use %s", k,
				strings.Join(kinds, ", ")))
		}
	}
	return errors.Join(errs...)
}

// prefix is what all wanted names begin with, which AWS can filter by; empty: nothing.
func (f Filter) prefix() string {
	common := ""
	for i, p := range f.Names {
		literal := p[:len(p)-len(strings.TrimLeft(p, literalLetters))]
		if i == 0 {
			common = literal
		}
		for !strings.HasPrefix(literal, common) {
			common = common[:len(common)-1]
		}
	}
	return common
}

// literalLetters are those of which a cluster's name is made.
const literalLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

// takes reports whether the filter takes a cluster; an empty kind is not known yet and is no reason to leave it out.
func (f Filter) takes(name, kind string, tags map[string]string) bool {
	if len(f.Names) > 0 && !fits(f.Names, name) || fits(f.Exclude, name) {
		return false
	}
	if len(f.Kinds) > 0 && kind != "" && !slices.Contains(f.Kinds, kind) {
		return false
	}
	for key, pattern := range f.Tags {
		value, there := tags[key]
		if !there || !fits([]string{pattern}, value) && pattern != value {
			return false
		}
	}
	return true
}

// fits reports whether one of the patterns fits. A slash is a letter like any other: tags have them.
func fits(patterns []string, name string) bool {
	const letter = "\x00"
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(strings.ReplaceAll(p, "/", letter), strings.ReplaceAll(name, "/", letter))
		return err == nil && ok
	})
}
