package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Tables are what [CSV] can write.
var Tables = []string{"topics", "groups", "options", "review"}

// CSV writes one table of the verdicts, a row for every topic, group or option, with the cluster in the first column. Numbers
// are plain, in bytes, bytes per second and dollars; an unknown number is an empty cell. A text that a spreadsheet would take
// for a formula starts with an apostrophe.
func CSV(w io.Writer, table string, verdicts ...verdict.Verdict) error {
	rows, ok := map[string]func(verdict.Verdict) [][]string{"topics": topicCells, "groups": groupCells, "options": optionCells,
		"review": reviewCells}[table]
	if !ok {
		return fmt.Errorf("no table %q: take one of %s", table, strings.Join(Tables, ", "))
	}
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	if err := out.Write(csvTitles[table]); err != nil {
		return fmt.Errorf("write %s as CSV: %w", table, err)
	}
	for _, v := range verdicts {
		for _, row := range rows(v) {
			for i, cell := range row {
				row[i] = harmless(cell)
			}
			if err := out.Write(row); err != nil {
				return fmt.Errorf("write %s as CSV: %w", table, err)
			}
		}
	}
	out.Flush()
	_, err := w.Write(b.Bytes())
	return err
}

var csvTitles = map[string][]string{
	"topics": {"cluster", "topic", "partitions", "ingress_bytes_per_second", "ingress_p99", "ingress_peak",
		"egress_bytes_per_second",
		"messages_per_second", "average_message_bytes", "stored_bytes", "hottest_partition_ingress_bytes_per_second", "method",
		"groups"},
	"groups": {"cluster", "group", "type", "members", "topics", "egress_bytes_per_second", "egress_p99", "egress_peak",
		"lag_messages", "method"},
	"options": {"cluster", "role", "kind", "size", "brokers", "clusters", "tiered_storage", "fits", "monthly_usd", "decided_by",
		"fails",
		"not_checked"},
	"review": {"cluster", "migrated_from", "predicted_at", "month", "until", "whole", "coverage", "quantity", "title", "unit",
		"predicted", "observed",
		"observed_low", "observed_high", "difference", "certain", "method", "missing", "why"},
}

func topicCells(v verdict.Verdict) (rows [][]string) {
	for _, t := range v.Topics {
		rows = append(rows, []string{v.Cluster, t.Name, strconv.Itoa(t.Partitions), mean(t.IngressBytesPerSec),
			p99(t.IngressBytesPerSec),
			peak(t.IngressBytesPerSec), mean(t.EgressBytesPerSec), mean(t.MessagesPerSec), figure(t.AverageMessageBytes),
			figure(t.StoredBytes),
			mean(t.HottestIngress), method(t.IngressBytesPerSec), strings.Join(t.Groups, " ")})
	}
	return rows
}

func groupCells(v verdict.Verdict) (rows [][]string) {
	for _, g := range v.Groups {
		members := ""
		if g.Members != nil {
			members = strconv.Itoa(*g.Members)
		}
		rows = append(rows, []string{v.Cluster, g.Name, g.Type, members, strings.Join(g.Topics, " "), mean(g.EgressBytesPerSec),
			p99(g.EgressBytesPerSec),
			peak(g.EgressBytesPerSec), figure(g.LagMessages), method(g.EgressBytesPerSec)})
	}
	return rows
}

func optionCells(v verdict.Verdict) (rows [][]string) {
	for _, o := range v.Options {
		var fails, open []string
		for _, r := range o.Rules {
			switch r.Outcome {
			case verdict.Fail:
				fails = append(fails, r.Title)
			case verdict.Unknown:
				open = append(open, r.Title)
			}
		}
		price := ""
		if o.MonthlyUSD != nil {
			price = strconv.FormatFloat(*o.MonthlyUSD, 'f', 2, 64)
		}
		rows = append(rows, []string{v.Cluster, view.Role(v, o), string(o.Kind), o.Size, strconv.Itoa(o.Brokers),
			strconv.Itoa(o.Clusters),
			strconv.FormatBool(o.TieredStorage), string(o.Feasible), price, o.Binding, strings.Join(fails, "; "),
			strings.Join(open, "; ")})
	}
	return rows
}

func reviewCells(v verdict.Verdict) (rows [][]string) {
	if v.Review == nil {
		return nil
	}
	for _, m := range v.Review.Months {
		for _, r := range m.Rows {
			row := []string{v.Cluster, v.Review.From, v.Review.PredictedAt.UTC().Format(time.RFC3339),
				m.Window.Start.UTC().Format(time.DateOnly),
				m.Window.End.UTC().Format(time.RFC3339), strconv.FormatBool(m.Whole), number(m.Coverage), r.Quantity, r.Title,
				r.Unit, figure(r.Predicted), figure(r.Observed)}
			low, high, difference, method := "", "", "", ""
			if o := r.Observed; o != nil {
				low, method = number(o.Low), string(o.Method)
				if o.Bounded() {
					high = number(o.High)
				}
			}
			if r.Difference != nil {
				difference = number(*r.Difference)
			}
			rows = append(rows, append(row, low, high, difference, strconv.FormatBool(r.Certain), method, r.Missing,
				strings.Join(r.Why, "; ")))
		}
	}
	return rows
}

// harmless keeps a spreadsheet from computing a cell, and a terminal from obeying it. Numbers are kept as they are.
func harmless(s string) string {
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	s = view.Clean(s)
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func mean(q *workload.Quantity) string {
	if q == nil {
		return ""
	}
	return number(q.Value)
}

func p99(q *workload.Quantity) string {
	if q == nil || q.P99 == nil {
		return ""
	}
	return number(*q.P99)
}

func peak(q *workload.Quantity) string {
	if q == nil || q.Peak == nil {
		return ""
	}
	return number(*q.Peak)
}

func figure(f *workload.Figure) string {
	if f == nil {
		return ""
	}
	return number(f.Value)
}

func method(q *workload.Quantity) string {
	if q == nil {
		return ""
	}
	return string(q.Method)
}
