package awsfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/catalog"
)

// Offers returns an offers file of the public price list that holds the products, which are documents as of Product. The
// file has the parts that AWS documents: products by SKU, and under terms.OnDemand the terms of each SKU.
func Offers(published string, documents ...string) []byte {
	products, terms := map[string]any{}, map[string]any{}
	for i, document := range documents {
		var d struct {
			Product map[string]any
			Terms   struct{ OnDemand map[string]any }
		}
		if err := json.Unmarshal([]byte(document), &d); err != nil {
			panic(err) // Product writes JSON
		}
		sku := fmt.Sprintf("SKU%04d", i)
		d.Product["sku"] = sku
		products[sku], terms[sku] = d.Product, d.Terms.OnDemand
	}
	file, err := json.Marshal(map[string]any{
		"formatVersion": "v1.0", "offerCode": "AmazonMSK", "version": "20261121090000", "publicationDate": published,
		"products": products, "terms": map[string]any{"OnDemand": terms},
	})
	if err != nil {
		panic(err) // maps of strings always have a JSON form
	}
	return file
}

// OffersOf serves what the catalog says as AWS's public price list, a file of each region. It answers as S3 does, with 403,
// for every other place and for the regions without.
func OffersOf(c *catalog.Catalog, without ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		code, ok := strings.CutPrefix(r.URL.Path, "/offers/v1.0/aws/AmazonMSK/current/")
		code, file := strings.CutSuffix(code, "/index.json")
		if _, known := c.Regions[code]; !ok || !file || !known || slices.Contains(without, code) ||
			r.Header.Get("Authorization") != "" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		var documents []string
		for _, document := range PriceList(c) {
			if strings.Contains(document, `"regionCode":"`+code+`"`) {
				documents = append(documents, document)
			}
		}
		_, _ = w.Write(Offers("2026-11-21T09:00:00Z", documents...)) // a client that hung up needs no answer
	})
}
