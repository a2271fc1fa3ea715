package chart

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-analyze/charts"
)

// The library paints in colours of roles; [rewrite] puts the class of the role in their place.
var (
	ink    = charts.Color{R: 1, G: 1, B: 1, A: 255}
	grid   = charts.Color{R: 2, G: 2, B: 2, A: 255}
	series = []charts.Color{{R: 11, G: 1, B: 1, A: 255}, {R: 12, G: 1, B: 1, A: 255}, {R: 13, G: 1, B: 1, A: 255},
		{R: 14, G: 1, B: 1, A: 255},
		{R: 15, G: 1, B: 1, A: 255}}
	// unseen is neither filled nor stroked; band is filled with class f-band and not stroked.
	unseen = charts.Color{R: 21, G: 1, B: 1, A: 255}
	band   = charts.Color{R: 22, G: 1, B: 1, A: 255}
	warmth = charts.Color{R: 60, G: 90, B: 180, A: 255} // of heat maps; its shades are levels
)

// Series classes: s1 and s2 are quantities, s3 a third, s4 a forecast, s5 a limit.
const limitClass = 4

// Levels is how many shades a heat map has: classes h0 (least) to h7.
const Levels = 8

// class is the style sheet's name of every colour.
var class = classes()

func classes() map[string]string {
	of := map[string]string{css(ink): "ink", css(grid): "grid", css(band): "band"}
	for i, c := range series {
		of[css(c)] = fmt.Sprintf("s%d", i+1)
	}
	for i := range Levels { // as the library shades a cell
		ratio := float64(i) / (Levels - 1)
		of[css(warmth.WithAdjustHSL(0, (1-ratio)*0.1, (1-ratio)*0.4))] = fmt.Sprintf("h%d", i)
	}
	return of
}

func css(c charts.Color) string { return fmt.Sprintf("rgb(%d,%d,%d)", c.R, c.G, c.B) }

func theme(of ...charts.Color) charts.ColorPalette {
	return charts.MakeTheme(charts.ThemeOption{AxisStrokeColor: grid, AxisSplitLineColor: grid,
		BackgroundColor: charts.ColorTransparent,
		TextColor:       ink, SeriesColors: of})
}

var (
	styleAttribute = regexp.MustCompile(` style="([^"]*)"`)
	background     = regexp.MustCompile(`<path d="[^"]*" style="stroke:none;fill:none"/>`)
	nothing        = regexp.MustCompile(`<path d="[^"]*"(?: stroke-width="[^"]*"| fill="none")*/>`)
	opening        = regexp.MustCompile(`<svg [^>]*viewBox="([^"]*)">`)
)

// rewrite turns the library's styles into classes and attributes: a class of a colour, and s1 as fill is "f-s1", as stroke "k-s1".
func rewrite(svg string, height int) (string, error) {
	var unknown string
	svg = background.ReplaceAllString(svg, "")
	svg = opening.ReplaceAllString(svg, fmt.Sprintf(`<svg viewBox="$1" height="%d" focusable="false" aria-hidden="true">`, height))
	svg = styleAttribute.ReplaceAllStringFunc(svg, func(attribute string) string {
		var names, rest []string
		for _, one := range strings.Split(styleAttribute.FindStringSubmatch(attribute)[1], ";") {
			property, value, _ := strings.Cut(one, ":")
			role, known := class[value]
			switch {
			case property == "font-family", value == "none" && property == "stroke", role == "band" && property == "stroke":
			case value == css(unseen):
				rest = append(rest, ` fill="none"`)
			case known && property == "fill":
				names = append(names, "f-"+role)
			case known && property == "stroke":
				names = append(names, "k-"+role)
			case strings.HasPrefix(value, "rgb"):
				unknown = value
			default:
				rest = append(rest, fmt.Sprintf(` %s="%s"`, property, value))
			}
		}
		out := strings.Join(rest, "")
		if len(names) > 0 {
			out = fmt.Sprintf(` class="%s"%s`, strings.Join(names, " "), out)
		}
		return out
	})
	svg = nothing.ReplaceAllString(svg, "")
	if unknown != "" {
		return "", fmt.Errorf("draw chart: the library painted in %s, which has no class", unknown)
	}
	return strings.ReplaceAll(svg, "\n", " "), nil
}

// draw runs the library on a new canvas.
func draw(width, height int, on func(*charts.Painter) error) (string, error) {
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputSVG, Width: width, Height: height})
	if err := on(p); err != nil {
		return "", fmt.Errorf("draw chart: %w", err)
	}
	data, err := p.Bytes()
	if err != nil {
		return "", fmt.Errorf("draw chart: %w", err)
	}
	return rewrite(string(data), height)
}

var (
	textElement = regexp.MustCompile(`<text x="(\d+)" ([^>]*)>([^<]*)</text>`)
	firstLine   = regexp.MustCompile(`<path d="M (\d+) \d+ L`)
)

// anchorEnd lines up the labels of the vertical axis by their ends: the library places them by the widths of its own font, and
// a browser has another.
func anchorEnd(svg string, axis func(label string) bool) string {
	m := firstLine.FindStringSubmatch(svg)
	if m == nil {
		return svg
	}
	x, _ := strconv.Atoi(m[1])
	return textElement.ReplaceAllStringFunc(svg, func(element string) string {
		parts := textElement.FindStringSubmatch(element)
		if at, _ := strconv.Atoi(parts[1]); at >= x || !axis(html.UnescapeString(parts[3])) {
			return element
		}
		return fmt.Sprintf(`<text x="%d" text-anchor="end" %s>%s</text>`, x-6, parts[2], parts[3])
	})
}

// small is the labels' size: 12 px.
var small = charts.FontStyle{FontSize: 9}
