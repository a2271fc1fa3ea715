// Package report puts a verdict before people and programs: [Text] for a terminal, [Markdown] for a ticket or a pull
// request, [HTML] as one file that needs no network, and [JSON], which is the verdict itself.
//
// The three for people are drawn from one page, in which every string is already in words and free of characters that a
// terminal or a browser would obey. What is not known reads "unknown", never 0, and what has no upper bound starts
// with "≥". Nothing here decides anything: a number that the verdict lacks is not in the report.
package report
