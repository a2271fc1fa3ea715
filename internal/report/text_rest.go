package report

// questions, actions and forecast are what the owner can answer, do and expect.

func (s *screen) questions(p page) {
	if len(p.Questions) == 0 {
		return
	}
	s.title("Questions", "not declared, and the answer may change the choice")
	for _, q := range p.Questions {
		s.item(span{"? ", warn}, q.Question, plain)
		s.item(span{"  ", plain}, q.Field+": "+q.Effect, dim)
	}
}

func (s *screen) actions(p page) {
	if len(p.Actions) == 0 {
		return
	}
	s.title("Actions", "")
	for _, a := range p.Actions {
		s.item(span{"→ ", accent}, a.Target+": "+a.Action, plain)
		why := a.Why
		if a.Mends != "" {
			why += " (mends " + a.Mends + ")"
		}
		s.item(span{"  ", plain}, why, dim)
	}
}

func (s *screen) forecast(p page) {
	if len(p.Forecast) == 0 {
		return
	}
	s.title("Forecast", "the date on which a limit is passed")
	var rows [][]span
	for _, f := range p.Forecast {
		rows = append(rows, []span{{f.Rule, plain}, {f.Earliest, plain}, {f.Expected, bold}, {f.Latest, plain}, {f.Note, dim}})
	}
	s.table([]column{{wraps: true}, {title: "earliest"}, {title: "expected"}, {title: "latest"}}, rows)
}

func (s *screen) split(p page) {
	if len(p.Split) == 0 && p.SplitNote == "" {
		return
	}
	s.title("Split over several Serverless clusters", "")
	if p.SplitNote != "" {
		s.item(span{}, p.SplitNote, plain)
	}
	for _, c := range p.Split {
		s.line(span{c.Name, bold}, span{"  in " + c.Ingress + ", out " + c.Egress + ", partitions " + c.Partitions, plain})
		s.item(span{"  topics  ", dim}, c.Topics, plain)
		s.item(span{"  groups  ", dim}, c.Groups, plain)
	}
}

func (s *screen) topics(p page) {
	if len(p.Topics) == 0 {
		return
	}
	s.title("Busiest topics", p.MoreTopics)
	var rows [][]span
	for _, t := range p.Topics {
		rows = append(rows, []span{{t.Name, plain}, {t.Ingress, plain}, {t.Egress, plain}, {t.Messages, plain},
			{t.Partitions, plain}, {t.Hottest, plain}, {t.Stored, plain}})
	}
	s.table([]column{{}, {title: "in", right: true}, {title: "out", right: true}, {title: "messages", right: true},
		{title: "parts", right: true}, {title: "hottest", right: true}, {title: "stored", right: true}}, rows)
}

func (s *screen) groups(p page) {
	if len(p.Groups) == 0 {
		return
	}
	s.title("Consumer groups", p.MoreGroups)
	var rows [][]span
	for _, g := range p.Groups {
		rows = append(rows, []span{{g.Name, plain}, {g.Type, plain}, {g.Members, plain}, {g.Topics, plain}, {g.Egress, plain}, {g.Lag, plain}})
	}
	s.table([]column{{}, {title: "type"}, {title: "members", right: true}, {title: "topics", right: true},
		{title: "out", right: true}, {title: "lag", right: true}}, rows)
}

func (s *screen) gaps(p page) {
	if len(p.Gaps) == 0 {
		return
	}
	s.title("Gaps", "what could not be seen")
	for _, g := range p.Gaps {
		s.item(span{"! ", warn}, g.Source+": "+g.What+": "+g.Why, plain)
		if g.Effect != "" {
			s.item(span{"  ", plain}, g.Effect, dim)
		}
	}
}

func (s *screen) legend(p page) {
	s.blank()
	s.rule()
	for _, l := range p.Legend {
		s.item(span{}, l, dim)
	}
}
