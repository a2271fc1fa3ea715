// Package sources opens what a cluster of the configuration is read from: brokers, CloudWatch, Prometheus, exporters. It is the one
// place where kinds of sources are listed; [Of] does.
package sources
