// Package check tries what a daemon would use, for mskfit check: folders, ledger, port, every source with its permissions, and
// alert targets. It changes nothing.
package check
