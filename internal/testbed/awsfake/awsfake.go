// Package awsfake answers for AWS's Price List API and Service Quotas over HTTP, in AWS JSON 1.1 as the SDK speaks it. It is
// for tests. Start with [Server].
package awsfake

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/mskfit/mskfit/internal/catalog"
)

// Server is the handler. Its fields are set before it is used; it is safe for concurrent use.
type Server struct {
	// Documents is the price list, PageSize how many of them a page holds (0: 100). An empty page is served in the middle,
	// as AWS may do.
	Documents []string
	PageSize  int
	// Applied and Default are quotas by code.
	Applied, Default map[string]float64
	// Throttled is how many calls are answered with a throttling error before any other answer.
	Throttled int
	// Errors are answers by operation ("GetProducts"), as type and message.
	Errors map[string][2]string

	mu    sync.Mutex
	calls map[string]int
}

// Calls returns how often the operation was called, throttled calls included.
func (s *Server) Calls(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[operation]
}

// count notes a call and reports whether it has to be throttled.
func (s *Server) count(operation string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls == nil {
		s.calls = map[string]int{}
	}
	s.calls[operation]++
	s.Throttled--
	return s.Throttled >= 0
}

type request struct {
	ServiceCode string
	NextToken   string
	MaxResults  int
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if s.count(operation) {
		refuse(w, "ThrottlingException", "Rate exceeded")
		return
	}
	if e, ok := s.Errors[operation]; ok {
		refuse(w, e[0], e[1])
		return
	}
	var in request
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.Header.Get("Authorization") == "" {
		refuse(w, "InvalidParameterException", fmt.Sprintf("%s: unsigned or not JSON: %v", operation, err))
		return
	}
	switch operation + " " + in.ServiceCode {
	case "GetProducts AmazonMSK":
		items, next := s.page(s.Documents, in.NextToken)
		answer(w, map[string]any{"FormatVersion": "aws_v1", "PriceList": items, "NextToken": next})
	case "ListServiceQuotas kafka":
		s.quotas(w, s.Applied, in.NextToken)
	case "ListAWSDefaultServiceQuotas kafka":
		s.quotas(w, s.Default, in.NextToken)
	default:
		refuse(w, "InvalidParameterException", fmt.Sprintf("%s of service %q", operation, in.ServiceCode))
	}
}

func (s *Server) quotas(w http.ResponseWriter, values map[string]float64, token string) {
	codes, next := s.page(slices.Sorted(maps.Keys(values)), token)
	items := []map[string]any{}
	for _, code := range codes {
		items = append(items, map[string]any{"ServiceCode": "kafka", "QuotaCode": code, "Value": values[code], "Adjustable": true})
	}
	answer(w, map[string]any{"Quotas": items, "NextToken": next})
}

// page returns the items that the token asks for and the token of the next page. After the first page comes an empty one.
func (s *Server) page(items []string, token string) ([]string, *string) {
	size := s.PageSize
	if size == 0 {
		size = 100
	}
	if token == "empty" {
		next := strconv.Itoa(size)
		return []string{}, &next
	}
	start, _ := strconv.Atoi(token) // the first page has no token
	end := min(start+size, len(items))
	if end == len(items) {
		return items[min(start, end):], nil
	}
	next := strconv.Itoa(end)
	if start == 0 {
		next = "empty"
	}
	return items[start:end], &next
}

func answer(w http.ResponseWriter, body map[string]any) {
	if body["NextToken"] == (*string)(nil) {
		delete(body, "NextToken")
	}
	_ = json.NewEncoder(w).Encode(body) // a client that hung up needs no answer
}

func refuse(w http.ResponseWriter, kind, message string) {
	w.Header().Set("X-Amzn-Errortype", kind)
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": kind, "message": message})
}

// Product returns the document of one product, in the unit that AWS's list has for it.
func Product(region catalog.Region, usageType, operation, usd string) string {
	document, err := json.Marshal(map[string]any{
		"serviceCode": "AmazonMSK", "version": "20261120120000", "publicationDate": "2026-11-20T12:00:00Z",
		"product": map[string]any{
			"productFamily": "Managed Streaming for Apache Kafka (MSK)", "sku": "SKU",
			"attributes": map[string]string{
				"servicecode": "AmazonMSK", "regionCode": region.Code, "location": region.Location, "locationType": "AWS Region",
				"usagetype": region.UsageTypePrefix + "-" + usageType, "operation": operation,
			},
		},
		"terms": map[string]any{"OnDemand": map[string]any{"SKU.TERM": map[string]any{
			"sku": "SKU", "offerTermCode": "TERM",
			"priceDimensions": map[string]any{"SKU.TERM.RATE": map[string]any{
				"unit": unitOf(usageType), "beginRange": "0", "endRange": "Inf", "pricePerUnit": map[string]string{"USD": usd},
			}},
		}}},
	})
	if err != nil {
		panic(err) // a map of strings always has a JSON form
	}
	return string(document)
}

// unitOf is the unit of a usage type in AWS's list.
func unitOf(usageType string) string {
	switch {
	case strings.Contains(usageType, "Throughput"):
		return "MBps-Mo"
	case strings.Contains(usageType, "Storage"):
		return "GB-Mo"
	case strings.Contains(usageType, "Bytes"), strings.Contains(usageType, "DataRetrieval"):
		return "GB"
	}
	return "hours"
}

// PriceList returns the documents that say what the catalog says, in a fixed order.
func PriceList(c *catalog.Catalog) []string {
	var documents []string
	for _, code := range slices.Sorted(maps.Keys(c.Regions)) {
		region := c.Regions[code]
		prices := region.Prices()
		for _, key := range slices.Sorted(maps.Keys(prices)) {
			usageType, operation := productOf(c, key)
			if usageType == "" {
				continue // a price that the list has no name for
			}
			documents = append(documents, Product(region, usageType, operation, strconv.FormatFloat(prices[key], 'f', 10, 64)))
		}
	}
	return documents
}

// productOf is Catalog.PriceKey the other way round.
func productOf(c *catalog.Catalog, key string) (usageType, operation string) {
	for _, u := range c.UsageTypes {
		stem, open := strings.CutSuffix(u.Suffix, "*")
		if !open && u.Price == key {
			return u.Suffix, u.Operation
		}
		short := key[strings.LastIndex(key, ".")+1:]
		if got, _, ok := c.PriceKey(stem+short, u.Operation); open && ok && got == key {
			return stem + short, u.Operation
		}
	}
	return "", ""
}
