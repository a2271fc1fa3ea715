// Package workload holds the nouns that every other package speaks: a [Figure] is a number that knows how it
// was obtained and how wrong it may be; a [Sample] is what one source saw of one cluster in one [Window]; a
// [Workload] is the statistics of a cluster over a longer window; [Requirements] are what no one can measure and
// the owner declares.
//
// Two conventions hold everywhere. What is not known is absent: a nil pointer, never a zero. Quantities are in base
// units: bytes, bytes per second, messages per second, seconds; MB is 10^6 bytes and MiB is 2^20 bytes, and they
// appear only where people read or write (see [ParseByteSize] and [FormatByteRate]).
//
// The package imports nothing of this module and does no I/O.
package workload
