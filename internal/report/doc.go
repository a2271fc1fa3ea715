// Package report puts a verdict before people and programs: [Text] for a terminal, [Markdown] for a ticket or a pull request,
// [HTML] as one file that needs no network, [CSV] for a spreadsheet, and [JSON], which is the verdict itself.
//
// The forms for people are drawn from one view.Page, in which every string is already in words and safe to show. Nothing here
// decides anything: a number that the verdict lacks is not in the report.
package report
