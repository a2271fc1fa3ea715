package main

import (
	"maps"
	"slices"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/config"
)

// alertTargets opens the places that messages go to, by the names that routes use. A new kind of target has its place here.
func alertTargets(_ config.Config, _ zerolog.Logger) (map[string]alert.Target, error) {
	return map[string]alert.Target{}, nil
}

// names are the keys of a map, sorted.
func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
