// Package workloadfile reads a described workload: what an owner knows or plans of a cluster, and what the owner requires.
// Start with [Parse]; [File] is the reference of the format, its comments are the manual. [Requirements] is in the
// agent's configuration too, under each cluster.
//
// A figure that the file states is Declared, one that follows from others is Derived and names the arithmetic as its
// source, and one that does neither is absent: nothing is guessed. A file is refused whole or read whole; every problem
// comes with file, line, column, field and remedy.
package workloadfile
