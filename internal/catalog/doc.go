// Package catalog holds what AWS states: quotas, broker sizes, prices, and the constants of the sizing profiles, each
// with its unit, its source and its date. Start with [Embedded]. The entries live as YAML in configs/catalog; nothing
// here decides anything.
package catalog
