// Package view turns a verdict into what people read: every order, label and number of a report is decided here, once, and the
// text, the Markdown, the HTML and the dashboard only lay it out.
//
// [Of] makes a [Page]. Its strings are ready to show and free of characters that a terminal or a browser would obey, so a new
// page of the dashboard reuses them as they are:
//
//	p := view.Of(v, view.Past{})       // or with series over time, see internal/report/past
//	page.Write(w, p)                   // the whole report as one file (internal/report/page)
//	page.Parts().ExecuteTemplate(w, "answer", p)   // one section of it inside a page of your own
//
// Unknown is not zero: what is not known reads "unknown", a floor starts with "≥", and a chart without data is left out with
// the reason.
package view
