package refresh

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/mskfit/mskfit/internal/catalog"
)

// quotaServiceCode names MSK in Service Quotas.
const quotaServiceCode = "kafka"

// Quotas is what Service Quotas says for one account in one region: the value applied to the account, or AWS's default.
type Quotas struct {
	// Standard are limits by quota id. No Serverless quota has a code in Service Quotas.
	Standard map[string]float64
	// Missing are quotas of the catalog with a code that Service Quotas does not list; they are not in Standard.
	Missing []string
}

// ReadQuotas reads all pages of the quotas of MSK. It fails when a call fails or when none of the quotas is listed.
func ReadQuotas(ctx context.Context, api QuotaList, known *catalog.Catalog) (*Quotas, error) {
	values, err := everyPage(ctx, "servicequotas:ListAWSDefaultServiceQuotas", api.Defaults)
	if err != nil {
		return nil, err
	}
	applied, err := everyPage(ctx, "servicequotas:ListServiceQuotas", api.Applied)
	if err != nil {
		return nil, err
	}
	maps.Copy(values, applied)
	q := &Quotas{Standard: map[string]float64{}}
	for _, quota := range known.Standard.Quotas {
		value, listed := values[quota.Code]
		switch {
		case quota.Code == "":
		case listed && value > 0:
			q.Standard[quota.ID] = value
		default:
			q.Missing = append(q.Missing, "standard."+quota.ID)
		}
	}
	if len(q.Standard) == 0 {
		return nil, fmt.Errorf("servicequotas:ListServiceQuotas: none of the %d quotas of the catalog is listed", len(q.Missing))
	}
	slices.Sort(q.Missing)
	return q, nil
}

// everyPage collects the values by quota code. A quota without a value, which Service Quotas gives with a reason, is left
// out.
func everyPage(ctx context.Context, action string,
	next func(ctx context.Context, token string) (QuotaPage, error)) (map[string]float64, error) {
	values := map[string]float64{}
	for token, first := "", true; first || token != ""; first = false {
		page, err := next(ctx, token)
		if err != nil {
			return nil, explained(ctx, action, err)
		}
		if token != "" && page.NextToken == token {
			return nil, fmt.Errorf("%s: a page points to itself as the next one", action)
		}
		for _, q := range page.Quotas {
			if q.QuotaCode != "" && q.Value != nil {
				values[q.QuotaCode] = *q.Value
			}
		}
		token = page.NextToken
	}
	return values, nil
}
