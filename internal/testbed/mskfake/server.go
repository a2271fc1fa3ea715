// Package mskfake answers for Amazon MSK's control plane, CloudWatch and Cost Explorer over HTTP, as the SDK speaks to them:
// REST with JSON, Smithy RPC v2 with CBOR, and AWS JSON 1.1. It does what the emulators lack: nodes and bootstrap brokers,
// pages of metric data, statuses of single series, throttling, retention, several datapoints of one metric in a minute, and
// bills. STS says who the caller is. It is for tests. Start with [Server].
package mskfake

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Server is the handler. Its fields are set before it is used, or changed between calls; it is safe for concurrent use.
type Server struct {
	// Now is the clock: what lies after it has not happened.
	Now func() time.Time
	// Clusters are what the control plane knows, in the order of its list.
	Clusters []*Cluster
	// Configurations are the texts of configuration revisions by "arn/revision".
	Configurations map[string]string
	// Metrics are what CloudWatch knows.
	Metrics []*Metric
	// Costs are what Cost Explorer knows, and Estimated from which day on it may still change.
	Costs     []Cost
	Estimated time.Time
	// PageSize is how many clusters, nodes or secrets a page holds (0: what is asked for), MetricPage how many metrics a page
	// of ListMetrics (0: 500), and DataPage how many datapoints a page of GetMetricData (0: 100,800).
	PageSize, MetricPage, DataPage int
	// Fault may refuse a call instead of answering: operation is its name and n counts its calls from 1. Nil: none is refused.
	Fault func(operation string, n int, r *http.Request) *Fault
	// Status may change what is answered for one metric of GetMetricData; n counts how often it was requested, from 1. Empty:
	// Complete. With PartialData come the first two datapoints, with InternalError and Forbidden none.
	Status func(m *Metric, n int) string

	mu       sync.Mutex
	calls    map[string]int
	asked    int
	perAsked map[*Metric]int
	index    map[string]*Metric
}

// Fault is an answer that refuses.
type Fault struct {
	Status        int
	Code, Message string
}

// Throttled, Denied and Expired are faults as AWS words them.
var (
	Throttled = &Fault{http.StatusBadRequest, "ThrottlingException", "Rate exceeded"}
	Expired   = &Fault{http.StatusForbidden, "ExpiredTokenException", "The security token included in the request is expired"}
)

// Denied is the fault of a caller without the action.
func Denied(action string) *Fault {
	return &Fault{http.StatusForbidden, "AccessDeniedException",
		"User: arn:aws:sts::123456789012:assumed-role/mskfit/i-0abc is not authorized to perform: " + action +
			" because no identity-based policy allows the action"}
}

// Calls returns how often the operation was called, refused calls included.
func (s *Server) Calls(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[operation]
}

// MetricsAsked returns how many metrics GetMetricData was asked for in all answered calls: what AWS bills.
func (s *Server) MetricsAsked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// RoundTrip answers a request without a network, so that a client can be tested in a bubble of testing/synctest.
func (s *Server) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

// Do is RoundTrip as the SDK's configuration wants it.
func (s *Server) Do(r *http.Request) (*http.Response, error) { return s.RoundTrip(r) }

const rpcPath = "/service/GraniteServiceVersion20100801/operation/"

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation, isRPC := strings.CutPrefix(r.URL.Path, rpcPath)
	var c control
	refuse := refuseJSON
	switch {
	case isRPC:
		refuse = refuseCBOR
	case r.Header.Get("X-Amz-Target") == costTarget:
		operation = "GetCostAndUsage"
	case r.Method == http.MethodPost && r.URL.Path == "/":
		operation, refuse = r.FormValue("Action"), refuseXML
	default:
		c = controlOf(r)
		operation = c.operation
	}
	if f := s.fault(operation, r); f != nil {
		refuse(w, f)
		return
	}
	switch {
	case r.Header.Get("Authorization") == "":
		refuse(w, &Fault{http.StatusForbidden, "MissingAuthenticationTokenException", "the request is not signed"})
	case operation == "GetCallerIdentity":
		identify(w)
	case operation == "GetCostAndUsage":
		s.getCostAndUsage(w, r)
	case operation == "GetMetricData":
		s.getMetricData(w, r)
	case operation == "ListMetrics":
		s.listMetrics(w, r)
	case operation != "" && !isRPC:
		s.answerControl(w, r, c)
	default:
		refuse(w, &Fault{http.StatusNotFound, "NotFoundException", "no such operation: " + r.Method + " " + r.URL.Path})
	}
}

func (s *Server) fault(operation string, r *http.Request) *Fault {
	s.mu.Lock()
	if s.calls == nil {
		s.calls, s.perAsked = map[string]int{}, map[*Metric]int{}
	}
	s.calls[operation]++
	n := s.calls[operation]
	s.mu.Unlock()
	if s.Fault == nil {
		return nil
	}
	return s.Fault(operation, n, r)
}
