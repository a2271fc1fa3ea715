// Package testbed starts the real programs that mskfit's tests run against: Apache Kafka first of all. Only tests import it.
//
// Start with [Kafka]: it gives a running cluster of the wanted version, size and listeners, on free ports of the loopback
// interface, with its data in the test's own folder, and ends it with the test. [Cluster.Counters] reads the brokers' own
// counters, which are the truth that a collector's figures are held against.
//
// What is downloaded (jars, Python packages) is kept in .cache at the module's root and fetched once through the ecosystem's own
// client. Where a program is missing, the test is skipped with the reason; with CI set in the environment it fails instead.
package testbed
