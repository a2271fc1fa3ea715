package report

import "strings"

func (m *markdown) front(p page) {
	h := p.Headline
	m.text("# "+esc(p.Cluster), esc(p.About))
	parts := []string{"**" + esc(h.Verdict) + "**"}
	for _, part := range []string{h.Size, h.Monthly} {
		if part != "" {
			parts = append(parts, "**"+esc(part)+"**")
		}
	}
	m.text(strings.Join(parts, " · "))
	if h.Notice != "" {
		m.text("> " + esc(h.Notice))
	}
	facts := []string{"Confidence: " + h.Confidence}
	if h.Binding != "" {
		facts = append([]string{"Bound by: " + h.Binding}, facts...)
	}
	m.bullets("", facts)
	m.bullets("Why", p.Reasons)
	m.bullets("Provided that", p.Conditions)
	m.steps(p)
}

func (m *markdown) steps(p page) {
	if len(p.Steps) == 0 {
		return
	}
	m.text("## The six steps of choosing a cluster type")
	var rows [][]string
	for _, s := range p.Steps {
		rows = append(rows, []string{s.Number, s.Title, s.Finding, s.PointsTo})
	}
	m.table([]string{"", "Step", "Finding", "Points to"}, rows)
}

func (m *markdown) figures(p page) {
	m.text("## Workload")
	var rows [][]string
	for _, f := range p.Figures {
		rows = append(rows, []string{f.Name, f.Value, f.Bounds, f.Method, f.P99, f.Peak, f.Source})
	}
	m.table([]string{"Quantity", ">Value", "Bounds", "Method", ">p99", ">Peak", "Source"}, rows)
}

func (m *markdown) limits(t limitTable) {
	m.text("## " + esc(t.Title))
	var rows [][]string
	for _, r := range t.Rows {
		rows = append(rows, []string{r.Mark, r.Name, r.Observed, r.Limit, r.Use})
	}
	if len(rows) > 0 {
		m.table([]string{"", "Quota or limit", ">Observed", ">Limit", ">Use"}, rows)
	}
	var lines []string
	for _, e := range t.Evidence {
		lines = append(lines, e.Mark+" "+e.Sentence())
	}
	if len(t.Inapplicable) > 0 {
		lines = append(lines, "n/a "+strings.Join(t.Inapplicable, ", "))
	}
	m.bullets("", lines)
}

func (m *markdown) alternatives(p page) {
	if len(p.Alternatives) == 0 {
		return
	}
	m.text("## Alternatives")
	var rows [][]string
	for _, a := range p.Alternatives {
		rows = append(rows, []string{a.Role, a.Kind, a.Size, a.Monthly, a.Delta, a.Fits, a.Binding})
	}
	m.table([]string{"", "Kind", "Size", ">A month", ">Against the choice", "Fits", "Bound by"}, rows)
	m.text(esc(p.BreakEven), esc(p.Current), esc(p.Considered))
	m.bullets("What would flip the choice", p.Flips)
	m.bullets("Other sizing profiles", p.Profiles)
}

func (m *markdown) cost(p page) {
	if len(p.Cost) == 0 {
		return
	}
	m.text("## Cost of the choice")
	var rows [][]string
	for _, c := range p.Cost {
		rows = append(rows, []string{c.Item, c.Quantity, c.UnitPrice, c.Monthly, c.Note})
	}
	rows = append(rows, []string{"Total", "", "", p.CostTotal, ""})
	m.table([]string{"Item", ">Quantity", ">Price", ">A month", "Note"}, rows)
}

func (m *markdown) advice(p page) {
	if len(p.Questions) > 0 {
		m.text("## Questions")
		var rows [][]string
		for _, q := range p.Questions {
			rows = append(rows, []string{q.Field, q.Question, q.Effect})
		}
		m.table([]string{"Field", "Question", "Effect"}, rows)
	}
	if len(p.Actions) > 0 {
		m.text("## Actions")
		var rows [][]string
		for _, a := range p.Actions {
			rows = append(rows, []string{a.Target, a.Action, a.Why, a.Mends})
		}
		m.table([]string{"Target", "Action", "Why", "Mends"}, rows)
	}
	if len(p.Forecast) > 0 {
		m.text("## Forecast")
		var rows [][]string
		for _, f := range p.Forecast {
			rows = append(rows, []string{f.Rule, f.Earliest, f.Expected, f.Latest, f.Note})
		}
		m.table([]string{"Limit", "Earliest", "Expected", "Latest", "Note"}, rows)
	}
}

func (m *markdown) split(p page) {
	if len(p.Split) == 0 && p.SplitNote == "" {
		return
	}
	m.text("## Split over several Serverless clusters", esc(p.SplitNote))
	if len(p.Split) == 0 {
		return
	}
	var rows [][]string
	for _, c := range p.Split {
		rows = append(rows, []string{c.Name, c.Ingress, c.Egress, c.Partitions, c.Topics, c.Groups})
	}
	m.table([]string{"", ">In", ">Out", ">Partitions", "Topics", "Groups"}, rows)
}

func (m *markdown) busiest(p page) {
	if len(p.Topics) > 0 {
		m.text("## Busiest topics", esc(p.MoreTopics))
		var rows [][]string
		for _, t := range p.Topics {
			rows = append(rows, []string{t.Name, t.Ingress, t.Egress, t.Messages, t.Partitions, t.Hottest, t.Stored, t.Groups})
		}
		m.table([]string{"Topic", ">In", ">Out", ">Messages", ">Partitions", ">Hottest partition", ">Stored", ">Groups"}, rows)
	}
	if len(p.Groups) > 0 {
		m.text("## Consumer groups", esc(p.MoreGroups))
		var rows [][]string
		for _, g := range p.Groups {
			rows = append(rows, []string{g.Name, g.Type, g.Members, g.Topics, g.Egress, g.Lag})
		}
		m.table([]string{"Group", "Type", ">Members", ">Topics", ">Out", ">Lag"}, rows)
	}
}

func (m *markdown) gaps(p page) {
	if len(p.Gaps) == 0 {
		return
	}
	m.text("## Gaps")
	var rows [][]string
	for _, g := range p.Gaps {
		rows = append(rows, []string{g.Source, g.What, g.Why, g.Effect})
	}
	m.table([]string{"Source", "What", "Why", "Effect"}, rows)
}
