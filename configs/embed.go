// Package configs holds the files that mskfit ships inside its binary: the catalog of quotas, sizes and prices.
package configs

import "embed"

// Files are the shipped files under their paths in this directory: "catalog/prices.yaml".
//
//go:embed catalog
var Files embed.FS
