package report

import "github.com/mskfit/mskfit/internal/report/view"

func (m *markdown) review(r *view.Review) {
	if r == nil {
		return
	}
	m.text("## " + reviewTitle)
	if r.Problem != "" {
		m.text(esc(r.Problem))
		return
	}
	m.text(esc(r.Intro))
	m.bullets("", r.Summary)
	m.reviewTable(r, "Quantity", r.Rows)
	m.reviewTable(r, "Use of the limit on", r.Limits)
	m.text(esc(r.MoreLimits), esc(r.Earlier))
	m.bullets("Why the differences", r.Why)
	m.bullets("What limits the comparison", r.Notes)
}

func (m *markdown) reviewTable(r *view.Review, title string, rows []view.ReviewRow) {
	if len(rows) == 0 {
		return
	}
	head := []string{title, ">Predicted"}
	for _, month := range r.Months {
		head = append(head, ">"+month)
	}
	var lines [][]string
	for _, row := range rows {
		line := []string{row.Name, row.Predicted}
		for _, c := range row.Cells {
			line = append(line, c.Text())
		}
		lines = append(lines, line)
	}
	m.table(head, lines)
}
