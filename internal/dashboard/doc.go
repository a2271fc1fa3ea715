// Package dashboard serves the pages that people open in a browser: the fleet, a cluster with its report, a topic, a consumer
// group, the alerts, a what-if and the daemon itself. Start with [New].
//
// Pages are rendered on the server from embedded templates; without scripts they show everything. The script adds what moves:
// figures that change without a reload, and charts to point at. What a page shows is in its link (sorting, search, window,
// what-if), so that a link reproduces it. Nothing is loaded from another host, and the Content-Security-Policy of every page
// forbids it.
//
// The pages only read. Maintenance windows are declared through the API of internal/web, which checks who may.
package dashboard
