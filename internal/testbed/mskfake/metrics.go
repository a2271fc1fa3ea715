package mskfake

import (
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

// Metric is one series in CloudWatch's namespace AWS/Kafka.
type Metric struct {
	Name       string
	Dimensions map[string]string
	// Raw returns the datapoints that were published in the minute that begins at the time: none, one, or one for each
	// partition or listener. Statistics are made of them.
	Raw func(minute time.Time) []float64
}

// Constant publishes the same values every minute.
func Constant(values ...float64) func(time.Time) []float64 {
	return func(time.Time) []float64 { return values }
}

// What CloudWatch allows and keeps.
const (
	maxQueries    = 500
	maxDatapoints = 100_800
	keepMinutes   = 15 * 24 * time.Hour
	keepFive      = 63 * 24 * time.Hour
)

func (s *Server) getMetricData(w http.ResponseWriter, r *http.Request) {
	in, err := readCBOR(r)
	if err != nil {
		refuseCBOR(w, &Fault{http.StatusBadRequest, "SerializationException", err.Error()})
		return
	}
	queries, _ := in["MetricDataQueries"].(cbor.List)
	start, end := timeOf(in["StartTime"]), timeOf(in["EndTime"])
	if len(queries) == 0 || len(queries) > maxQueries || !start.Before(end) {
		refuseCBOR(w, &Fault{http.StatusBadRequest, "ValidationError",
			fmt.Sprintf("%d queries from %s to %s", len(queries), start, end)})
		return
	}
	s.mu.Lock()
	s.asked += len(queries)
	s.mu.Unlock()
	limit := maxDatapoints
	if s.DataPage > 0 {
		limit = s.DataPage
	}
	skip, _ := strconv.Atoi(str(in["NextToken"])) // datapoints that earlier pages had
	results, more := cbor.List{}, false
	seen := 0
	for _, q := range queries {
		q, _ := q.(cbor.Map)
		id := str(q["Id"])
		points, status := s.series(q, start, end)
		cut := points[min(max(skip-seen, 0), len(points)):min(max(skip+limit-seen, 0), len(points))]
		if seen+len(points) > skip+limit {
			more = true
			if status == "Complete" {
				status = "PartialData"
			}
		}
		seen += len(points)
		results = append(results, result(id, status, cut))
	}
	out := cbor.Map{"MetricDataResults": results, "Messages": cbor.List{}}
	if more {
		out["NextToken"] = cbor.String(strconv.Itoa(skip + limit))
	}
	writeCBOR(w, out)
}

type point struct {
	at    time.Time
	value float64
}

// series computes one query's datapoints, oldest first.
func (s *Server) series(q cbor.Map, start, end time.Time) (points []point, status string) {
	stat, _ := q["MetricStat"].(cbor.Map)
	metric, _ := stat["Metric"].(cbor.Map)
	m := s.metric(metric)
	status = "Complete"
	if m == nil {
		return nil, status
	}
	s.mu.Lock()
	s.perAsked[m]++
	n := s.perAsked[m]
	s.mu.Unlock()
	if s.Status != nil {
		if changed := s.Status(m, n); changed != "" {
			status = changed
		}
	}
	if status == "InternalError" || status == "Forbidden" {
		return nil, status
	}
	period := time.Duration(intOf(stat["Period"])) * time.Second
	now := s.Now()
	for at := start.Truncate(period); at.Before(end); at = at.Add(period) {
		age := now.Sub(at)
		if age < 0 || age > keepMinutes && period < 5*time.Minute || age > keepFive && period < time.Hour {
			continue
		}
		if v, ok := m.statistic(str(stat["Stat"]), at, period, now); ok {
			points = append(points, point{at, v})
		}
	}
	if status == "PartialData" {
		points = points[:min(2, len(points))]
	}
	return points, status
}

// statistic is what CloudWatch makes of the datapoints of a period.
func (m *Metric) statistic(name string, at time.Time, period time.Duration, now time.Time) (float64, bool) {
	sum, highest, n := 0.0, math.Inf(-1), 0
	for minute := at; minute.Before(at.Add(period)) && minute.Before(now); minute = minute.Add(time.Minute) {
		for _, v := range m.Raw(minute) {
			sum, highest, n = sum+v, math.Max(highest, v), n+1
		}
	}
	switch {
	case n == 0:
		return 0, false
	case name == "Sum":
		return sum, true
	case name == "Maximum":
		return highest, true
	case name == "SampleCount":
		return float64(n), true
	}
	return sum / float64(n), true
}

// metric finds what a query names: all its dimensions, and no others.
func (s *Server) metric(want cbor.Map) *Metric {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.index) != len(s.Metrics) {
		s.index = make(map[string]*Metric, len(s.Metrics))
		for _, m := range s.Metrics {
			s.index[key(m.Name, m.Dimensions)] = m
		}
	}
	return s.index[key(str(want["MetricName"]), dimensions(want))]
}

func key(name string, dimensions map[string]string) string {
	for _, d := range slices.Sorted(maps.Keys(dimensions)) {
		name += "\x00" + d + "\x00" + dimensions[d]
	}
	return name
}

func (s *Server) listMetrics(w http.ResponseWriter, r *http.Request) {
	in, err := readCBOR(r)
	if err != nil {
		refuseCBOR(w, &Fault{http.StatusBadRequest, "SerializationException", err.Error()})
		return
	}
	var found []*Metric
	for _, m := range s.Metrics {
		if s.listed(m, in) {
			found = append(found, m)
		}
	}
	size := 500
	if s.MetricPage > 0 {
		size = s.MetricPage
	}
	start, _ := strconv.Atoi(str(in["NextToken"])) // the first page has none
	end := min(start+size, len(found))
	list := cbor.List{}
	for _, m := range found[min(start, end):end] {
		list = append(list, m.wire())
	}
	out := cbor.Map{"Metrics": list}
	if end < len(found) {
		out["NextToken"] = cbor.String(strconv.Itoa(end))
	}
	writeCBOR(w, out)
}

// listed: a metric is listed when it has the dimensions that are asked for, and was published within three hours (asked for)
// or two weeks.
func (s *Server) listed(m *Metric, in cbor.Map) bool {
	if name := str(in["MetricName"]); name != "" && name != m.Name {
		return false
	}
	for name, value := range dimensions(in) {
		if got, ok := m.Dimensions[name]; !ok || value != "" && got != value {
			return false
		}
	}
	span := 14 * 24 * time.Hour
	if str(in["RecentlyActive"]) == "PT3H" {
		span = 3 * time.Hour
	}
	now := s.Now().Truncate(time.Minute)
	for at := now; now.Sub(at) < span; at = at.Add(-time.Minute) {
		if len(m.Raw(at)) > 0 {
			return true
		}
	}
	return false
}

func (m *Metric) wire() cbor.Map {
	list := cbor.List{}
	for _, name := range slices.Sorted(maps.Keys(m.Dimensions)) {
		list = append(list, cbor.Map{"Name": cbor.String(name), "Value": cbor.String(m.Dimensions[name])})
	}
	return cbor.Map{"Namespace": cbor.String("AWS/Kafka"), "MetricName": cbor.String(m.Name), "Dimensions": list}
}

func dimensions(m cbor.Map) map[string]string {
	out := map[string]string{}
	list, _ := m["Dimensions"].(cbor.List)
	for _, d := range list {
		if d, ok := d.(cbor.Map); ok {
			out[str(d["Name"])] = str(d["Value"])
		}
	}
	return out
}

func result(id, status string, points []point) cbor.Map {
	times, values := cbor.List{}, cbor.List{}
	for _, p := range points {
		times = append(times, &cbor.Tag{ID: 1, Value: cbor.Float64(p.at.Unix())})
		values = append(values, cbor.Float64(p.value))
	}
	return cbor.Map{"Id": cbor.String(id), "StatusCode": cbor.String(status), "Timestamps": times, "Values": values}
}

func readCBOR(r *http.Request) (cbor.Map, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	v, err := cbor.Decode(body)
	if err != nil {
		return nil, err
	}
	m, ok := v.(cbor.Map)
	if !ok || r.Header.Get("Smithy-Protocol") != "rpc-v2-cbor" {
		return nil, fmt.Errorf("not a call in RPC v2 CBOR: %T", v)
	}
	return m, nil
}

func writeCBOR(w http.ResponseWriter, body cbor.Map) {
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	w.Header().Set("Content-Type", "application/cbor")
	_, _ = w.Write(cbor.Encode(body)) // a client that hung up needs no answer
}

func refuseCBOR(w http.ResponseWriter, f *Fault) {
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	w.Header().Set("Content-Type", "application/cbor")
	w.WriteHeader(f.Status)
	_, _ = w.Write(cbor.Encode(cbor.Map{"__type": cbor.String("com.amazonaws.cloudwatch#" + f.Code),
		"message": cbor.String(f.Message)})) // as above
}

func str(v cbor.Value) string {
	s, _ := v.(cbor.String)
	return strings.Clone(string(s))
}

func intOf(v cbor.Value) int64 {
	n, _ := cbor.AsInt64(v) // what is not a number is 0
	return n
}

func timeOf(v cbor.Value) time.Time {
	t, _ := cbor.AsTime(v) // what is not a time is the zero time
	return t.UTC()
}
