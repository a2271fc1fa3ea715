package report

import (
	"strings"

	"github.com/mskfit/mskfit/internal/report/view"
)

func (m *markdown) front(p view.Page) {
	a := p.Answer
	m.text("# "+esc(p.Cluster), esc(p.About))
	answer := "**" + esc(a.Choice) + "**"
	if a.Monthly != "" {
		answer += ", **" + esc(a.Monthly) + "**"
	}
	m.text(answer, esc(strings.TrimSpace(a.Label+". "+a.Premium)), esc(a.Today))
	if a.Notice != "" {
		m.text("> " + esc(a.Notice))
	}
	m.bullets("Why", a.Why)
	m.text("## How sure", esc(a.Sure))
	var open []string
	for _, o := range a.Changes {
		open = append(open, o.Sentence())
	}
	if a.More != "" {
		open = append(open, a.More)
	}
	m.bullets("What could change this", open)
	if len(p.Prices) > 0 {
		var rows [][]string
		for _, o := range p.Prices {
			rows = append(rows, []string{o.Name, o.Role, o.Monthly, o.Delta, o.Verdict})
		}
		m.text("## Prices a month")
		m.table([]string{"Option", "", ">A month", ">Difference", "Fits"}, rows)
		m.text(esc(a.Prices))
	}
	if p.Since != nil {
		m.bullets("Since the report of "+p.Since.When, p.Since.Items)
	}
	m.compared(p.Compared)
}

func (m *markdown) compared(c *view.Compared) {
	if c == nil {
		return
	}
	m.text("## Two windows compared", esc("Before: "+c.Before+". Now: "+c.Now+"."))
	var rows [][]string
	for _, r := range c.Rows {
		rows = append(rows, []string{r.Name, r.Before, r.Now, r.Change})
	}
	m.table([]string{"Figure", ">Before", ">Now", ">Change"}, rows)
	m.bullets("", c.Notes)
}

func (m *markdown) limits(l view.Limits) {
	m.text("## " + esc(l.Title))
	var rows [][]string
	for _, r := range l.Rows {
		rows = append(rows, []string{r.Mark, r.Name, r.Observed, r.Limit, r.Use, joined(r.Stats, r.Terms)})
	}
	if len(rows) > 0 {
		m.table([]string{"", "Limit", ">Observed", ">Limit", ">Use", "Notes"}, rows)
	}
	var notes []string
	for _, n := range l.Notes {
		notes = append(notes, "FAIL "+n)
	}
	m.bullets("", notes)
	m.text(esc(l.Unchecked), esc(l.Rest))
}

func (m *markdown) steps(steps []view.Step) {
	if len(steps) == 0 {
		return
	}
	m.text("## The six steps of choosing a cluster type")
	var rows [][]string
	for _, s := range steps {
		rows = append(rows, []string{s.Number, s.Title, s.Finding, s.PointsTo})
	}
	m.table([]string{"", "Step", "Finding", "Points to"}, rows)
}

func (m *markdown) options(p view.Page) {
	if len(p.Options) == 0 {
		return
	}
	m.text("## Options side by side")
	var rows, bill [][]string
	for _, o := range p.Options {
		rows = append(rows, []string{o.Name, o.Kind, o.Brokers, o.Monthly, o.Verdict, o.Binding, strings.Join(o.Fails, "; ")})
		for _, c := range o.Cost {
			bill = append(bill, []string{o.Name, c.Item, c.Quantity, c.UnitPrice, c.Monthly, c.Source, c.Note})
		}
	}
	m.table([]string{"Option", "Kind", "Brokers", ">A month", "Fits", "Decided by", "What fails"}, rows)
	if len(bill) > 0 {
		m.text("### Cost lines")
		m.table([]string{"Option", "Item", ">Quantity", ">Price", ">A month", "Price from", "Note"}, bill)
	}
	m.bullets("What nearly fits", p.NearMisses)
	m.text(escaped(p.Remarks)...)
}

func (m *markdown) workload(p view.Page) {
	m.text("## Workload")
	for _, c := range p.Charts {
		m.text(esc(c.Says))
	}
	m.text(esc(p.NoCharts))
	var rows [][]string
	for _, f := range p.Figures {
		rows = append(rows, []string{f.Name, f.Value, f.P99, f.Peak, f.Bounds, f.Method, f.Source})
	}
	if len(rows) > 0 {
		m.table([]string{"Quantity", ">Value", ">p99", ">Peak", "Error", "Method", "Source"}, rows)
	}
	m.text(esc(p.Absent))
	if len(p.Forecast) > 0 || p.Steady != "" {
		m.text("### Forecast")
		var dates [][]string
		for _, f := range p.Forecast {
			dates = append(dates, []string{f.Rule, f.Earliest, f.Expected, f.Latest, f.Note})
		}
		if len(dates) > 0 {
			m.table([]string{"Limit", "Earliest", "Expected", "Latest", "Note"}, dates)
		}
		m.text(esc(p.Steady))
	}
	if len(p.Comparisons) > 0 {
		m.text("### Sources compared", "The verdict takes the measured figure.")
		var pairs [][]string
		for _, c := range p.Comparisons {
			pairs = append(pairs, []string{c.Quantity, c.Estimated, c.Measured, c.Difference, c.Verdict})
		}
		m.table([]string{"Quantity", ">Worked out", ">Measured", ">Difference", "Finding"}, pairs)
	}
}

func (m *markdown) busiest(p view.Page) {
	var topics, groups, hot, readers [][]string
	for _, t := range p.Topics.Rows {
		topics = append(topics, []string{t.Name, t.In, t.Share, t.Growth, t.Out, t.Messages, t.Partitions, t.Stored, t.Groups})
	}
	for _, g := range p.Groups.Rows {
		groups = append(groups, []string{g.Name, g.Out, g.Share, g.Growth, g.Type, g.Members, g.Topics, g.Lag})
	}
	for _, t := range p.Hottest.Rows {
		hot = append(hot, []string{t.Name, t.Hottest, t.Skew, t.Partitions, t.In})
	}
	for _, r := range p.Readers {
		readers = append(readers, []string{r.Topic, r.Groups, r.FanOut})
	}
	m.named("Busiest topics", p.Topics.More, []string{"Topic", ">In", ">Share", ">Growth", ">Out", ">Messages", ">Partitions",
		">Stored", ">Groups"}, topics)
	m.named("Busiest consumer groups", p.Groups.More,
		[]string{"Group", ">Out", ">Share", ">Growth", "Type", ">Members", ">Topics", ">Lag"}, groups)
	m.named("Hottest partitions", "The factor is against an even spread.",
		[]string{"Topic", ">Hottest partition", ">Factor", ">Partitions", ">In"}, hot)
	m.named("Which group reads which topic", p.MoreReads, []string{"Topic", "Groups", ">Fan-out"}, readers)
}

// named writes a table with its heading, or nothing.
func (m *markdown) named(heading, note string, titles []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	m.text("## "+heading, esc(note))
	m.table(titles, rows)
}

func (m *markdown) rest(p view.Page) {
	var split, actions, open, assumptions, gaps [][]string
	for _, c := range p.Split {
		split = append(split, []string{c.Name, c.In, c.Out, c.Partitions, c.Topics, c.Groups})
	}
	for _, a := range p.Actions {
		actions = append(actions, []string{a.Target, a.Action, a.Why, a.Fixes})
	}
	for _, o := range p.Open {
		open = append(open, []string{o.What, o.Action, o.Effect})
	}
	for _, a := range p.Assumptions {
		assumptions = append(assumptions, []string{a.Text, a.IfNot})
	}
	for _, g := range p.Gaps {
		gaps = append(gaps, []string{g.Source, g.What, g.Why, g.Effect})
	}
	if p.SplitNote != "" && len(split) == 0 {
		m.text("## Split over several Serverless clusters", esc(p.SplitNote))
	}
	m.named("Split over several Serverless clusters", p.SplitNote, []string{"", ">In", ">Out", ">Partitions", "Topics", "Groups"},
		split)
	m.bullets("What would flip the choice", p.TippingPoints)
	m.bullets("Other sizing profiles", p.Profiles)
	m.named("Actions", "", []string{"Target", "Action", "Why", "Fixes"}, actions)
	m.named("Open questions", "", []string{"What", "How to settle it", "Effect"}, open)
	m.text(esc(p.Minor))
	m.named("Assumptions", "", []string{"Assumption", "If it does not hold"}, assumptions)
	m.named("Gaps", "What could not be read.", []string{"Source", "What", "Why", "Effect"}, gaps)
}
