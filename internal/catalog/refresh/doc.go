// Package refresh reads today's prices and quotas from AWS into an overlay of the catalog. Start with [ReadPrices] and
// [ReadQuotas], which say what they could not read, and [Overlay], which puts what they found into one. It only reads.
package refresh
