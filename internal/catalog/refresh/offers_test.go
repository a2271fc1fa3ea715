package refresh_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/catalog/refresh"
	"github.com/mskfit/mskfit/internal/testbed/awsfake"
)

func TestTheRowsOfAnOffersFileArePrices(t *testing.T) {
	c := embedded(t)
	saoPaulo := c.Regions["sa-east-1"]
	file := refresh.Offers{Name: "index.json", Data: awsfake.Offers("2026-11-21T09:00:00Z",
		awsfake.Product(saoPaulo, "KafkaServerless-ClusterHours", "Serverless", "1.2"),
		awsfake.Product(saoPaulo, "KafkaServerless-StorageHours", "Serverless", "0.19"),
		strings.Replace(awsfake.Product(saoPaulo, "KafkaServerless-In-Bytes", "Serverless", "0.0001"), `"GB"`, `"MB"`, 1),
		awsfake.Product(saoPaulo, "Kafka.m9.large", "RunBroker", "1"))}
	p, err := refresh.ReadOffers([]refresh.Offers{file}, c)
	if err != nil {
		t.Fatal(err)
	}
	if p.Date != "2026-11-21" || p.Products != 4 || len(p.Unknown) != 1 || len(p.Unreadable) != 1 {
		t.Errorf("got %d products of %s, unknown %q, unreadable %q", p.Products, p.Date, p.Unknown, p.Unreadable)
	}
	next := c.With("o.yaml", throughFile(t, refresh.Overlay(nil, refresh.Result{Prices: p}, noon)))
	r := next.Regions["sa-east-1"]
	for key, want := range map[string]float64{"serverless_cluster_hour": 1.2, "serverless_storage_gb_month": 0.19} {
		usd, _ := r.Price(key)
		if o := r.Origin(key); usd != want || o.Date != "2026-11-21" || o.Unverified ||
			next.Sources[o.Source] != "AWS public price list, AmazonMSK, published 2026-11-21" {
			t.Errorf("%s: got %v, %+v from %q", key, usd, o, next.Sources[o.Source])
		}
	}
	if o := r.Origin("serverless_partition_hour"); !o.Unverified || o.Date != "2026-10-07" {
		t.Errorf("a price that was not in the file: got %+v, want the one that was there", o)
	}
	if _, ok := r.Price("serverless_data_in_gb"); ok {
		t.Error("a price per MB was taken for one per GB")
	}
}

// A list that AWS published goes before a price that no one could verify, also where that was seen later.
func TestAListGoesBeforeAnUnverifiedPrice(t *testing.T) {
	c := embedded(t)
	p, err := refresh.ReadOffers([]refresh.Offers{{Name: "index.json", Data: awsfake.Offers("2026-09-11T12:44:56Z",
		awsfake.Product(c.Regions["sa-east-1"], "KafkaServerless-ClusterHours", "Serverless", "1.19"))}}, c)
	if err != nil {
		t.Fatal(err)
	}
	r := c.With("o.yaml", throughFile(t, refresh.Overlay(nil, refresh.Result{Prices: p}, noon))).Regions["sa-east-1"]
	if usd, _ := r.Price("serverless_cluster_hour"); usd != 1.19 || r.Origin("serverless_cluster_hour").Date != "2026-09-11" {
		t.Errorf("got %v, %+v, want 1.19 of 2026-09-11", usd, r.Origin("serverless_cluster_hour"))
	}
}

func TestFilesThatAreNoOffersOfMSK(t *testing.T) {
	for name, tt := range map[string]struct{ data, want string }{
		"text":    {"<html>", "x.json: not an offers file of AWS's price list (index.json): invalid character '<' looking for beginning of value"},
		"another": {`{"offerCode":"AmazonEC2"}`, `x.json: the offers of "AmazonEC2", expected those of AmazonMSK`},
		"empty":   {`{"offerCode":"AmazonMSK"}`, "x.json: no price of AmazonMSK among 0 products"},
	} {
		_, err := refresh.ReadOffers([]refresh.Offers{{Name: "x.json", Data: []byte(tt.data)}}, embedded(t))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: got  %v\nwant %s", name, err, tt.want)
		}
	}
}

func TestTheOffersOfEveryRegionAreFetched(t *testing.T) {
	c := embedded(t)
	server := httptest.NewServer(awsfake.OffersOf(c, "us-gov-east-1"))
	defer server.Close()
	files, missed, err := refresh.FetchOffers(t.Context(), server.Client(), server.URL+"/", nil, c)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(c.Regions)-1 || len(missed) != 1 || !strings.HasPrefix(missed[0], "us-gov-east-1: ") ||
		!strings.Contains(missed[0], "403 Forbidden") {
		t.Errorf("got %d files, missed %q, want all but us-gov-east-1", len(files), missed)
	}
	p, err := refresh.ReadOffers(files, c)
	if err != nil {
		t.Fatal(err)
	}
	next := c.With("o.yaml", throughFile(t, refresh.Overlay(nil, refresh.Result{Prices: p}, noon)))
	if changes := catalog.Diff(c, next); len(changes) != 0 {
		t.Errorf("changes: got %+v, want none: the list says what the catalog says", changes)
	}
}

func TestOffersThatCannotBeHad(t *testing.T) {
	c := embedded(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "eu-west-1") {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	defer server.Close()
	place := func(code string) string {
		return server.URL + "/offers/v1.0/aws/AmazonMSK/current/" + code + "/index.json"
	}
	for _, tt := range []struct {
		regions []string
		want    string
	}{
		{[]string{"mx-central-1"}, "public price list: " + place("mx-central-1") + ": no such file (404 Not Found)"},
		{[]string{"eu-west-1"}, "public price list: " + place("eu-west-1") + ": 502 Bad Gateway"},
		{[]string{"../secrets"}, `public price list: "../secrets" is not the code of a region`},
	} {
		_, _, err := refresh.FetchOffers(t.Context(), server.Client(), server.URL, tt.regions, c)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%v: got  %v\nwant %s", tt.regions, err, tt.want)
		}
	}
}

func FuzzReadOffers(f *testing.F) {
	c, err := catalog.Embedded()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(awsfake.Offers("2026-11-21T09:00:00Z", awsfake.Product(c.Regions["us-east-1"], "Kafka.m5.large", "RunBroker", "0.21")))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := refresh.ReadOffers([]refresh.Offers{{Name: "x.json", Data: data}}, c)
		if err != nil {
			return
		}
		o := refresh.Overlay(nil, refresh.Result{Prices: p}, noon)
		if _, err := catalog.ReadOverlay("o.yaml", o.YAML(), c); err != nil {
			t.Errorf("%v\n%s", err, o.YAML())
		}
	})
}
