package refresh

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas/types"

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
	values, err := defaults(ctx, api)
	if err != nil {
		return nil, err
	}
	applied, err := applied(ctx, api)
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

func defaults(ctx context.Context, api QuotaList) (map[string]float64, error) {
	return everyPage(ctx, "servicequotas:ListAWSDefaultServiceQuotas", func(token *string) ([]types.ServiceQuota, *string, error) {
		out, err := api.ListAWSDefaultServiceQuotas(ctx, &servicequotas.ListAWSDefaultServiceQuotasInput{
			ServiceCode: aws.String(quotaServiceCode), MaxResults: aws.Int32(100), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.Quotas, out.NextToken, nil
	})
}

func applied(ctx context.Context, api QuotaList) (map[string]float64, error) {
	return everyPage(ctx, "servicequotas:ListServiceQuotas", func(token *string) ([]types.ServiceQuota, *string, error) {
		out, err := api.ListServiceQuotas(ctx, &servicequotas.ListServiceQuotasInput{
			ServiceCode: aws.String(quotaServiceCode), MaxResults: aws.Int32(100), NextToken: token,
			QuotaAppliedAtLevel: types.AppliedLevelEnumAccount})
		if err != nil {
			return nil, nil, err
		}
		return out.Quotas, out.NextToken, nil
	})
}

// everyPage collects the values by quota code. A quota without a value, which Service Quotas gives with a reason, is left
// out.
func everyPage(ctx context.Context, action string,
	next func(token *string) ([]types.ServiceQuota, *string, error)) (map[string]float64, error) {
	values := map[string]float64{}
	for token, first := (*string)(nil), true; first || aws.ToString(token) != ""; first = false {
		quotas, following, err := next(token)
		if err != nil {
			return nil, explained(ctx, action, err)
		}
		if token != nil && aws.ToString(following) == *token {
			return nil, fmt.Errorf("%s: a page points to itself as the next one", action)
		}
		for _, q := range quotas {
			if q.QuotaCode != nil && q.Value != nil {
				values[*q.QuotaCode] = *q.Value
			}
		}
		token = following
	}
	return values, nil
}
