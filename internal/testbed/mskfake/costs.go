package mskfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Cost is a line of the bill: so many dollars on each day from From until before To.
type Cost struct {
	Service, Region, RecordType, Account string
	Tags                                 map[string]string
	From, To                             time.Time
	USD                                  float64
}

// MSKService is what Cost Explorer calls Amazon MSK.
const MSKService = "Amazon Managed Streaming for Apache Kafka"

const costTarget = "AWSInsightsIndexService.GetCostAndUsage"

// costFilter is an Expression of Cost Explorer. One with parts that the fake does not know matches nothing.
type costFilter struct {
	And        []costFilter
	Not        *costFilter
	Dimensions *struct {
		Key    string
		Values []string
	}
	Tags *struct {
		Key    string
		Values []string
	}
}

func (f *costFilter) matches(c *Cost) bool {
	switch {
	case f.Not != nil:
		return !f.Not.matches(c)
	case len(f.And) > 0:
		return !slices.ContainsFunc(f.And, func(one costFilter) bool { return !one.matches(c) })
	case f.Tags != nil:
		value, there := c.Tags[f.Tags.Key]
		return there && slices.Contains(f.Tags.Values, value)
	case f.Dimensions != nil:
		has := map[string]string{"SERVICE": c.Service, "REGION": c.Region, "RECORD_TYPE": c.RecordType, "LINKED_ACCOUNT": c.Account}
		return slices.Contains(f.Dimensions.Values, has[f.Dimensions.Key])
	}
	return false
}

// getCostAndUsage answers with a day a result. A page holds PageSize days.
func (s *Server) getCostAndUsage(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Granularity   string
		Metrics       []string
		Filter        costFilter
		TimePeriod    struct{ Start, End string }
		NextPageToken string
	}
	err := json.NewDecoder(r.Body).Decode(&in)
	start, badStart := time.Parse(time.DateOnly, in.TimePeriod.Start)
	end, badEnd := time.Parse(time.DateOnly, in.TimePeriod.End)
	switch {
	case err != nil || badStart != nil || badEnd != nil || !start.Before(end) || end.After(s.Now().AddDate(0, 0, 1)):
		refuseJSON(w, &Fault{http.StatusBadRequest, "ValidationException",
			"Start date (and hour) should be before end date (and hour)"})
		return
	case in.Granularity != "DAILY" || !slices.Equal(in.Metrics, []string{"UnblendedCost"}):
		refuseJSON(w, &Fault{http.StatusBadRequest, "ValidationException", "this double has daily unblended costs alone"})
		return
	}
	if in.NextPageToken != "" {
		start, _ = time.Parse(time.DateOnly, in.NextPageToken)
	}
	answer := map[string]any{}
	var results []any
	for day := start; day.Before(end); day = day.AddDate(0, 0, 1) {
		if s.PageSize > 0 && len(results) == s.PageSize {
			answer["NextPageToken"] = day.Format(time.DateOnly)
			break
		}
		results = append(results, s.billed(day, &in.Filter))
	}
	answer["ResultsByTime"] = results
	writeJSON(w, answer)
}

func (s *Server) billed(day time.Time, filter *costFilter) map[string]any {
	usd := 0.0
	for i := range s.Costs {
		if c := &s.Costs[i]; !day.Before(c.From) && day.Before(c.To) && filter.matches(c) {
			usd += c.USD
		}
	}
	return map[string]any{"Estimated": !s.Estimated.IsZero() && !day.Before(s.Estimated), "Groups": []any{},
		"TimePeriod": map[string]string{"Start": day.Format(time.DateOnly), "End": day.AddDate(0, 0, 1).Format(time.DateOnly)},
		"Total":      map[string]any{"UnblendedCost": map[string]string{"Amount": fmt.Sprint(usd), "Unit": "USD"}}}
}
