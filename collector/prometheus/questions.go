package prometheus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"
)

// kind is what an answer is divided by.
type kind int

const (
	ofBrokers kind = iota
	ofTopics
	ofRestarts
)

// question is one expression that is asked for each window.
type question struct {
	kind     kind
	quantity quantity
	expr     string
}

// questions are all that a window needs; span is how far rates look back.
func (s *ServerSource) questions(h *habits, span time.Duration) []question {
	n := h.names
	match := s.match.list()
	window := "[" + strconv.FormatInt(span.Milliseconds(), 10) + "ms]"
	noTopic, someTopic := n.TopicLabel+`=""`, n.TopicLabel+`!=""`
	if s.topics != nil {
		someTopic += "," + n.TopicLabel + "=~" + strconv.Quote(s.cfg.Topics)
	}
	var all []question
	for q := range quantity(quantities) {
		sel := n.of[q]
		if sel == nil {
			continue
		}
		switch {
		case q.gauge():
			all = append(all, question{ofBrokers, q, fmt.Sprintf("sum by (%s) (%s)", n.BrokerLabel, sel.promQL(match))})
		case !q.byTopic():
			all = append(all, question{ofBrokers, q,
				fmt.Sprintf("sum by (%s) (rate(%s%s))", n.BrokerLabel, sel.promQL(match), window)})
		default:
			if !n.whole {
				all = append(all, question{ofBrokers, q,
					fmt.Sprintf("sum by (%s) (rate(%s%s))", n.BrokerLabel, sel.promQL(match, noTopic), window)})
			}
			add := "sum"
			if n.whole {
				add = "max" // several exporters say the same
			}
			if s.topics != nil || n.whole {
				all = append(all, question{ofTopics, q,
					fmt.Sprintf("%s by (%s) (rate(%s%s))", add, n.TopicLabel, sel.promQL(match, someTopic), window)})
			}
		}
	}
	if !n.whole {
		all = append(all, question{ofRestarts, n.first(),
			fmt.Sprintf("sum by (%s) (resets(%s%s)) > 0", n.BrokerLabel, n.of[n.first()].promQL(match, noTopic), window)})
	}
	return all
}

// questionsAtOnce is how many questions a server gets at the same time.
const questionsAtOnce = 4

// askAll asks all questions and hands the answers over one after the other. It is an error when none is answered.
func (s *ServerSource) askAll(ctx context.Context, all []question, ask func(question, string) ([]series, error),
	take func(question, []series, error)) error {
	answers, errs := make([][]series, len(all)), make([]error, len(all))
	group := errgroup.Group{}
	group.SetLimit(questionsAtOnce)
	for i, q := range all {
		group.Go(func() error {
			answers[i], errs[i] = ask(q, q.expr)
			return nil
		})
	}
	_ = group.Wait() // the functions return nil: a question fails on its own
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if !slices.Contains(errs, nil) {
		return errors.Join(errAll, errs[0])
	}
	for i, q := range all {
		take(q, answers[i], errs[i])
	}
	return nil
}
