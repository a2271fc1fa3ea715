package refresh

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/catalog"
)

// product is what is read of one document of the price list. There is no attribute instanceType for MSK: the usage
// type and the operation say what is priced.
type product struct {
	Product struct {
		SKU        string            `json:"sku"`
		Attributes map[string]string `json:"attributes"`
	} `json:"product"`
	Terms struct {
		OnDemand map[string]term `json:"OnDemand"`
	} `json:"terms"`
	PublicationDate string `json:"publicationDate"`
}

// term is one offer of a product, with a price for each step of use.
type term struct {
	PriceDimensions map[string]struct {
		Unit         string            `json:"unit"`
		PricePerUnit map[string]string `json:"pricePerUnit"`
	} `json:"priceDimensions"`
}

var regionCode = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]+$`)

func parse(document string) (product, error) {
	var p product
	if err := json.Unmarshal([]byte(document), &p); err != nil {
		return p, fmt.Errorf("not a product: %w", err)
	}
	return p, p.check()
}

// check reports what a product needs to be distinguished from others.
func (p product) check() error {
	for _, attribute := range []string{"usagetype", "operation", "regionCode"} {
		if p.Product.Attributes[attribute] == "" {
			return fmt.Errorf("product %q: attribute %s is missing", p.Product.SKU, attribute)
		}
	}
	if code := p.Product.Attributes["regionCode"]; !regionCode.MatchString(code) {
		return fmt.Errorf("product %q: %q is not the code of a region", p.Product.SKU, code)
	}
	return nil
}

// usd returns the on-demand price in dollars. A product with no such price, with several steps, or by another unit than the
// price is in, is an error: none of them can be taken for one unit price.
func (p product) usd(in catalog.UsageType) (float64, error) {
	var prices []string
	unit := ""
	for _, term := range slices.Sorted(maps.Keys(p.Terms.OnDemand)) {
		for _, d := range p.Terms.OnDemand[term].PriceDimensions {
			prices = append(prices, d.PricePerUnit["USD"])
			unit = d.Unit
		}
	}
	switch {
	case len(prices) == 0:
		return 0, fmt.Errorf("no on-demand price")
	case len(prices) > 1:
		return 0, fmt.Errorf("%d price steps instead of one", len(prices))
	case prices[0] == "":
		return 0, fmt.Errorf("no price in USD")
	case !in.InUnit(unit):
		return 0, fmt.Errorf("the price is per %q, expected one per %s", unit, in.Unit)
	}
	v, err := strconv.ParseFloat(prices[0], 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		return 0, fmt.Errorf("%q is not a price", prices[0])
	}
	return v, nil
}

// usageType returns the usage type without the prefix of its region, and the prefix. The known prefix of the region is
// preferred; a region that is new has the one before the first hyphen, since no prefix holds one.
func (p product) usageType(known string) (usageType, prefix string) {
	full := p.Product.Attributes["usagetype"]
	if rest, ok := strings.CutPrefix(full, known+"-"); ok && known != "" {
		return rest, known
	}
	prefix, rest, ok := strings.Cut(full, "-")
	if !ok {
		return full, ""
	}
	return rest, prefix
}

// published returns the day of the document's price list.
func (p product) published() (string, bool) {
	t, err := time.Parse(time.RFC3339, p.PublicationDate)
	if err != nil {
		return "", false
	}
	return t.UTC().Format(time.DateOnly), true
}
