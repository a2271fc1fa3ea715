// Package page writes a [view.Page] as HTML.
//
// [Write] makes a whole report: one file, no script, nothing fetched. [Parts] are its sections as named templates, each
// executed with a view.Page, for pages of the dashboard: "answer" (the first screen with its prices), "since", "compared",
// "headroom", "steps", "options", "workload" (figures and charts), "busiest" (topics, groups, hottest partitions, readers),
// "split", "flips", "actions", "open", "assumptions", "gaps", "methods"; "sections" is all of them after the first screen.
// "chart" draws one view.Chart and "prices" a list of view.Price.
//
// [CSS] is the one style sheet of both. Its tokens (--ink, --paper, --s1 …) are set once for light and once for dark; the
// templates hold no inline style, so a page that serves CSS from its own origin needs no 'unsafe-inline'.
package page
