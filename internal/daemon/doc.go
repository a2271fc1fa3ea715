// Package daemon is mskfit run without flags and signals: it puts sources, agent, history, ledger, alerts, reports and pages
// together, takes over a changed configuration or catalog while it runs, and finds the clusters of msk lines. This is the one
// place where the daemon's parts are wired.
package daemon
