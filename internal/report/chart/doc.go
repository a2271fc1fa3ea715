// Package chart draws with github.com/go-analyze/charts and makes the drawings fit for our pages: [Lines], [Bars] and [Heat]
// are plain data, and SVG draws them at a width in pixels. The SVG holds no colours, styles or fonts: everything carries a
// class of the page's style sheet (internal/report/page), so that it follows light and dark and passes a
// Content-Security-Policy without inline styles.
//
// A drawing is nothing to a screen reader: a page that shows one puts a table of the same numbers behind it.
package chart

// Drawing draws itself as an SVG element, that many pixels wide.
type Drawing interface {
	SVG(width int) (string, error)
}
