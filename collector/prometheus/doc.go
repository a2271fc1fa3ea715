// Package prometheus observes a cluster by what its brokers count themselves, where somebody exports that in Prometheus's
// format. [ServerSource] asks a Prometheus-compatible server by PromQL, reaching back as long as that keeps data
// ([ServerSource.ReadBack]); [PageSource] reads the exporters' pages without a server between. [Config] and [Exporters] are
// their configurations, and [Metrics] says how an exporter calls things.
//
// Three things keep the figures right. A broker's own total is beside the parts of its topics under the same name, and
// one or the other is added up. A broker that should be there and reports nothing is unknown and not zero, so that without it
// every total is a floor. And a counter that began again has lost what it counted just before.
package prometheus
