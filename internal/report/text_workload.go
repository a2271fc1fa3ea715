package report

import "github.com/mskfit/mskfit/internal/report/view"

// roomForSource is how many columns the source of a figure needs beside it; with less, sources are under the table.
const roomForSource = 22

func (s *screen) workload(p view.Page) {
	s.title("Workload", "")
	for _, c := range p.Charts {
		s.item(span{"• ", dim}, c.Says, plain)
	}
	if p.NoCharts != "" {
		s.item(span{}, p.NoCharts, dim)
	}
	s.figures(p)
	if p.Absent != "" {
		s.item(span{}, p.Absent, warn)
	}
	s.forecast(p.Forecast, p.Steady)
	s.comparisons(p.Comparisons)
}

func (s *screen) figures(p view.Page) {
	cols := []column{{}, {title: "value", right: true}, {title: "error", wraps: true}, {title: "method"}}
	statistics := p.HasStatistics()
	if statistics {
		cols = append(cols, column{title: "p99", right: true}, column{title: "peak", right: true})
	}
	var rows [][]span
	for _, f := range p.Figures {
		row := []span{{f.Name, plain}, {f.Value, plain}, {f.Bounds, dim}, {f.Method, plain}}
		if statistics {
			row = append(row, span{f.P99, plain}, span{f.Peak, plain})
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return
	}
	if s.width-total(natural(cols, rows))-gap < roomForSource {
		s.table(cols, rows)
		s.line(span{"Sources", dim})
		for _, it := range p.Sources {
			s.item(span{"• ", dim}, it, dim)
		}
		return
	}
	for i, f := range p.Figures {
		rows[i] = append(rows[i], span{f.Source, dim})
	}
	s.table(append(cols, column{title: "source", wraps: true}), rows)
}

func (s *screen) forecast(all []view.Forecast, steady string) {
	if len(all) == 0 && steady == "" {
		return
	}
	s.title("Forecast", "the date on which a limit is reached")
	var rows [][]span
	for _, f := range all {
		rows = append(rows, []span{{f.Rule, plain}, {f.Earliest, plain}, {f.Expected, bold}, {f.Latest, plain}, {f.Note, dim}})
	}
	s.table([]column{{wraps: true}, {title: "earliest"}, {title: "expected"}, {title: "latest"}}, rows)
	if steady != "" {
		s.item(span{}, steady, dim)
	}
}

func (s *screen) comparisons(all []view.Comparison) {
	if len(all) == 0 {
		return
	}
	s.title("Sources compared", "the verdict takes the measured figure")
	var rows [][]span
	for _, c := range all {
		st := good
		if !c.Agrees {
			st = warn
		}
		rows = append(rows, []span{{c.Quantity, plain}, {c.Estimated, plain}, {c.Measured, plain}, {c.Difference, plain},
			{c.Verdict, st}})
	}
	s.table([]column{{wraps: true}, {title: "worked out", wraps: true}, {title: "measured", wraps: true},
		{title: "off", right: true}, {wraps: true}}, rows)
}

func (s *screen) busiest(p view.Page) {
	if len(p.Topics.Rows) > 0 {
		s.title("Busiest topics", p.Topics.More)
		var rows [][]span
		for _, t := range p.Topics.Rows {
			rows = append(rows, []span{{t.Name, plain}, {t.In, plain}, {t.Share, plain}, {t.Growth, plain}, {t.Out, plain},
				{t.Partitions, plain}, {t.Stored, plain}})
		}
		s.table([]column{{cuts: true}, {title: "in", right: true}, {title: "share", right: true},
			{title: "growth", right: true, optional: true},
			{title: "out", right: true}, {title: "parts", right: true}, {title: "stored", right: true}}, rows)
	}
	if len(p.Groups.Rows) > 0 {
		s.title("Busiest consumer groups", p.Groups.More)
		var rows [][]span
		for _, g := range p.Groups.Rows {
			rows = append(rows, []span{{g.Name, plain}, {g.Out, plain}, {g.Share, plain}, {g.Type, plain}, {g.Members, plain},
				{g.Topics, plain}, {g.Lag, plain}})
		}
		s.table([]column{{cuts: true}, {title: "out", right: true}, {title: "share", right: true}, {title: "type", optional: true},
			{title: "members", right: true},
			{title: "topics", right: true}, {title: "lag", right: true}}, rows)
	}
	if len(p.Hottest.Rows) > 0 {
		s.title("Hottest partitions", "the factor is against an even spread")
		var rows [][]span
		for _, t := range p.Hottest.Rows {
			rows = append(rows, []span{{t.Name, plain}, {t.Hottest, plain}, {t.Skew, plain}, {t.Partitions, plain}})
		}
		s.table([]column{{cuts: true}, {title: "hottest", right: true}, {title: "factor", right: true},
			{title: "parts", right: true}}, rows)
	}
	if len(p.Readers) > 0 {
		s.title("Which group reads which topic", p.MoreReads)
		var rows [][]span
		for _, r := range p.Readers {
			rows = append(rows, []span{{r.Topic, plain}, {r.Groups, plain}, {r.FanOut, plain}})
		}
		s.table([]column{{cuts: true}, {title: "groups", wraps: true}, {title: "fan-out", right: true}}, rows)
	}
}

func (s *screen) split(p view.Page) {
	if len(p.Split) == 0 && p.SplitNote == "" {
		return
	}
	s.title("Split over several Serverless clusters", "")
	if p.SplitNote != "" {
		s.item(span{}, p.SplitNote, plain)
	}
	for _, c := range p.Split {
		s.line(span{c.Name, bold}, span{"  in " + c.In + ", out " + c.Out + ", partitions " + c.Partitions, plain})
		s.item(span{"  topics  ", dim}, c.Topics, plain)
		s.item(span{"  groups  ", dim}, c.Groups, plain)
	}
}
