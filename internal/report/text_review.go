package report

import "github.com/mskfit/mskfit/internal/report/view"

// reviewTitle is the section on whether the verdict was right, in every form.
const reviewTitle = "Predicted and observed"

func (s *screen) review(r *view.Review) {
	if r == nil {
		return
	}
	s.title(reviewTitle, "")
	if r.Problem != "" {
		s.item(span{}, r.Problem, warn)
		return
	}
	s.item(span{}, r.Intro, dim)
	for _, line := range r.Summary {
		s.item(span{"• ", dim}, line, plain)
	}
	s.reviewTable(r, "Quantity", r.Rows)
	s.reviewTable(r, "Use of the limit on", r.Limits)
	for _, line := range []string{r.MoreLimits, r.Earlier} {
		if line != "" {
			s.item(span{}, line, dim)
		}
	}
	for _, line := range r.Why {
		s.item(span{"Why  ", accent}, line, plain)
	}
	for _, line := range r.Notes {
		s.item(span{"Note ", warn}, line, plain)
	}
}

func (s *screen) reviewTable(r *view.Review, title string, rows []view.ReviewRow) {
	if len(rows) == 0 {
		return
	}
	s.blank()
	cols := []column{{title: title, wraps: true}, {title: "predicted", right: true}}
	for _, m := range r.Months {
		cols = append(cols, column{title: m, right: true})
	}
	var lines [][]span
	for _, row := range rows {
		line := []span{{row.Name, plain}, {row.Predicted, plain}}
		for _, c := range row.Cells {
			mark := plain
			if c.Off {
				mark = warn
			}
			line = append(line, span{c.Text(), mark})
		}
		lines = append(lines, line)
	}
	s.table(cols, lines)
}
