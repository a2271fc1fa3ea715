// Package review says whether a verdict was right: it compares what was predicted for a cluster that was then migrated with what
// was observed of the new cluster, month by month, and explains the largest differences by what changed. Start with [Month] for one
// calendar month and [Of] for all of them; the answer is a [verdict.Review].
//
// It is pure: the verdict, the workload of each month and the time come in. Where the verdict and the months come from is for the
// caller.
package review
