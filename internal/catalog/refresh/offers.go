package refresh

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/catalog"
)

// OffersURL is where AWS publishes its price list for everybody, without a login: a file of each service and region.
const OffersURL = "https://pricing.us-east-1.amazonaws.com"

// mostOffers bounds an offers file, in bytes; MSK's of all regions together are a few MB.
const mostOffers = 64 << 20

// offers is one offers file: the products by SKU, and the terms of each.
type offers struct {
	OfferCode       string `json:"offerCode"`
	PublicationDate string `json:"publicationDate"`
	Products        map[string]struct {
		SKU        string            `json:"sku"`
		Attributes map[string]string `json:"attributes"`
	} `json:"products"`
	Terms struct {
		OnDemand map[string]map[string]term `json:"OnDemand"`
	} `json:"terms"`
}

// Offers is one offers file of the public price list with the name by which problems call it.
type Offers struct {
	Name string
	Data []byte
}

// ReadOffers reads the prices of offers files, of one or more regions each. It fails when a file is none of MSK's or when
// not one price could be read; what it left out is in the result.
func ReadOffers(files []Offers, known *catalog.Catalog) (*Prices, error) {
	r := newReader(known)
	for _, file := range files {
		if err := r.offers(file); err != nil {
			return nil, err
		}
	}
	from := "public price list"
	if len(files) == 1 {
		from = files[0].Name
	}
	return r.result(from, "AWS public price list")
}

func (r *reader) offers(file Offers) error {
	var o offers
	if err := json.Unmarshal(file.Data, &o); err != nil {
		return fmt.Errorf("%s: not an offers file of AWS's price list (index.json): %w", file.Name, err)
	}
	if o.OfferCode != serviceCode {
		return fmt.Errorf("%s: the offers of %q, expected those of %s", file.Name, o.OfferCode, serviceCode)
	}
	r.prices.Pages++
	for _, sku := range slices.Sorted(maps.Keys(o.Products)) {
		r.prices.Products++
		var p product
		p.Product.SKU, p.Product.Attributes = o.Products[sku].SKU, o.Products[sku].Attributes
		p.Terms.OnDemand, p.PublicationDate = o.Terms.OnDemand[sku], o.PublicationDate
		r.take(p, p.check())
	}
	return nil
}

// FetchOffers downloads the offers files of the regions, and fails when one of them cannot be had. Where no region is named
// it takes those of the catalog; a file that the list does not have is then in missed, with the answer.
func FetchOffers(ctx context.Context, client *http.Client, base string, regions []string, known *catalog.Catalog) (
	files []Offers, missed []string, err error) {
	named := len(regions) > 0
	if !named {
		regions = slices.Sorted(maps.Keys(known.Regions))
	}
	for _, code := range regions {
		if !regionCode.MatchString(code) {
			return nil, nil, fmt.Errorf("public price list: %q is not the code of a region", code)
		}
		url := strings.TrimSuffix(base, "/") + "/offers/v1.0/aws/" + serviceCode + "/current/" + code + "/index.json"
		data, err := download(ctx, client, url)
		switch {
		case err == nil:
			files = append(files, Offers{Name: url, Data: data})
		case errors.Is(err, errNoFile) && !named:
			missed = append(missed, code+": "+err.Error())
		default:
			return nil, nil, fmt.Errorf("public price list: %w", err)
		}
	}
	if len(files) == 0 {
		return nil, nil, fmt.Errorf("public price list: it has none of %d regions, the first: %s", len(regions), missed[0])
	}
	return files, missed, nil
}

// errNoFile: the list has no file at that place. S3 answers 403 where a reader may not know what is there.
var errNoFile = errors.New("no such file")

func download(ctx context.Context, client *http.Client, url string) (data []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err // names the URL itself
	}
	defer func() { _ = answer.Body.Close() }() // all of it has been read, or reading has failed
	switch answer.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound, http.StatusForbidden:
		return nil, fmt.Errorf("%s: %w (%s)", url, errNoFile, answer.Status)
	default:
		return nil, fmt.Errorf("%s: %s", url, answer.Status)
	}
	data, err = io.ReadAll(io.LimitReader(answer.Body, mostOffers+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", url, err)
	case len(data) > mostOffers:
		return nil, fmt.Errorf("%s: more than %d MiB", url, mostOffers>>20)
	}
	return data, nil
}
