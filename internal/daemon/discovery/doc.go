// Package discovery finds the clusters of the configuration's msk lines, and remembers them in the ledger.
package discovery
