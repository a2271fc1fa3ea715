// Package analyzer decides: given a workload, what its owner declared and a catalog of quotas, sizes and prices, it
// says which Amazon MSK cluster carries the workload, at what price and why. Start with [Analyze] and [Verdict].
//
// It is pure: no I/O, no clock, no log, no randomness; time comes in as an argument, and the same input gives the same
// verdict byte for byte. Lack of data is never an error: a missing figure turns the rules that need it to unknown.
package analyzer
