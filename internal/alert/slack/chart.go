package slack

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-analyze/charts"
	api "github.com/slack-go/slack"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/verdict"
)

// The chart's size in pixels, twice what Slack shows.
const (
	chartWidth  = 1200
	chartHeight = 480
)

// fewestDays is the fewest days worth a chart.
const fewestDays = 3

// chart adds the daily peaks of the first item to the thread. A message without it is better than none.
func (p poster) chart(ctx context.Context, channel, ts string) {
	if !p.cfg.Chart || p.blocks == nil {
		return
	}
	item, ok := charted(p.m)
	if !ok {
		return
	}
	png, err := Chart(p.m.Cluster, item)
	if err != nil {
		p.log("chart not drawn", err)
		return
	}
	title := p.m.Cluster + ": " + item.Title
	_, err = p.api.UploadFileContext(ctx, api.UploadFileParameters{Reader: bytes.NewReader(png), FileSize: len(png),
		Filename: "mskfit.png",
		Title:    title, AltTxt: fmt.Sprintf("daily peaks of %s over %d days", title, len(item.DailyPeaks)), Channel: channel,
		ThreadTimestamp: ts})
	p.log("chart not uploaded", explain("files.upload", err, p.token))
}

// charted is the first item of the message that is new and has enough days.
func charted(m alert.Message) (alert.Item, bool) {
	for _, i := range m.Items {
		if i.State != alert.Resolved && len(i.DailyPeaks) >= fewestDays {
			return i, true
		}
	}
	return alert.Item{}, false
}

// Chart draws the daily peaks of an item and its limit as a PNG. Days with only a known floor are marked.
func Chart(cluster string, i alert.Item) ([]byte, error) {
	peaks, floors, limit, labels := series(i)
	values, names := [][]float64{peaks, floors}, []string{"daily peak", "at least (day incomplete)"}
	if limit != nil {
		values, names = append(values, limit), append(names, "limit")
	}
	option := charts.NewLineChartOptionWithData(values)
	option.Theme = charts.GetTheme(charts.ThemeLight).WithSeriesColors([]charts.Color{{R: 31, G: 119, B: 180, A: 255},
		{R: 152, G: 172, B: 190, A: 255}, {R: 200, G: 40, B: 40, A: 255}})
	option.Title.Text = i.Title
	if drawable(cluster + i.Title) {
		option.Title.Text = cluster + ": " + i.Title
	}
	option.Legend.SeriesNames = names
	option.Legend.Offset = charts.OffsetRight
	option.XAxis.Labels = labels
	option.XAxis.LabelCount = 7
	bottom := 0.0
	top, lines := scale(values)
	option.YAxis = []charts.YAxisOption{{Min: &bottom, Max: &top, LabelCount: lines,
		ValueFormatter: func(v float64) string { return verdict.Amount(v, i.Unit) }}}
	option.Symbol = charts.Symbol{Shape: charts.SymbolNone}
	for n := range option.SeriesList {
		if n < 2 {
			option.SeriesList[n].Symbol = charts.Symbol{Shape: charts.SymbolDot}
		}
	}
	option.LineStrokeWidth = 3
	painter := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: chartWidth, Height: chartHeight})
	if err := painter.LineChart(option); err != nil {
		return nil, fmt.Errorf("draw chart of %q: %w", i.Title, err)
	}
	return painter.Bytes()
}

// drawable reports whether the font of the charts has all of the text. Slack shows the picture's title beside it, whole.
func drawable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return r > unicode.MaxASCII && !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
	})
}

// scale is where the axis ends, at a round number above all values, and how many labels it has.
func scale(values [][]float64) (top float64, labels int) {
	highest := 0.0
	for _, v := range slices.Concat(values...) {
		if v != charts.GetNullValue() {
			highest = max(highest, v)
		}
	}
	if highest <= 0 {
		return 1, 2
	}
	step := math.Pow(10, math.Floor(math.Log10(highest)))
	for _, part := range []float64{0.2, 0.25, 0.5, 1, 2} {
		if n := math.Ceil(highest * 1.02 / (step * part)); n <= 6 {
			return n * step * part, int(n) + 1
		}
	}
	return 10 * step, 6
}

// series returns one value for each day between the first and the last: a day that is missing has none.
func series(i alert.Item) (peaks, floors, limit []float64, labels []string) {
	at := map[string]alert.DayPeak{}
	first, last := i.DailyPeaks[0].Day, i.DailyPeaks[0].Day
	for _, d := range i.DailyPeaks {
		at[d.Day.Format(time.DateOnly)] = d
		if d.Day.Before(first) {
			first = d.Day
		}
		if d.Day.After(last) {
			last = d.Day
		}
	}
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		peak, floor := charts.GetNullValue(), charts.GetNullValue()
		switch d, known := at[day.Format(time.DateOnly)]; {
		case known && d.Floor:
			floor = d.Value
		case known:
			peak = d.Value
		}
		peaks, floors, labels = append(peaks, peak), append(floors, floor), append(labels, day.Format("Jan 2"))
		if i.Limit != nil {
			limit = append(limit, *i.Limit)
		}
	}
	return peaks, floors, limit, labels
}
