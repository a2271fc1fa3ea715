package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	smithylog "github.com/aws/smithy-go/logging"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/catalog/refresh"
)

// read reads what was asked for: prices from files, or from the public list where that was asked for or where there are no
// credentials, or else from the Price List API; and quotas, which take credentials.
func (r *refreshing) read(ctx context.Context, base *catalog.Catalog) (result refresh.Result, err error) {
	if len(r.from) > 0 {
		result.QuotasNotRead = "the prices are from files (--from)"
		result.Prices, err = r.fromFiles(base)
		return result, err
	}
	if r.public || len(r.regions) > 0 {
		result.QuotasNotRead = "the public price list has none (--public)"
		result.Prices, err = r.fromPublicList(ctx, base)
		return result, err
	}
	cfg, lacking := r.credentials(ctx)
	if ctx.Err() != nil || lacking != nil && r.only == "quotas" {
		return result, lacking
	}
	switch {
	case r.only == "quotas":
	case lacking != nil:
		result.Prices, err = r.fromPublicList(ctx, base)
	default:
		result.Prices, err = r.readPrices(ctx, cfg, base)
	}
	switch {
	case err != nil:
		return result, err
	case r.only == "prices":
		return result, nil
	case lacking != nil:
		result.QuotasNotRead = lacking.Error()
		return result, nil
	}
	err = r.readQuotas(ctx, cfg, base, &result)
	return result, err
}

// credentials returns the AWS configuration, or why there are no credentials in it.
func (r *refreshing) credentials(ctx context.Context) (aws.Config, error) {
	cfg, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithAppID("mskfit"), awsconfig.WithLogger(smithylog.Nop{}))
	if err != nil {
		return cfg, fmt.Errorf("AWS configuration: %w", err)
	}
	if cfg.Credentials == nil {
		return cfg, errors.New("AWS credentials: none are configured")
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return cfg, fmt.Errorf("AWS credentials: none found in environment, shared files, SSO or role: %w", err)
	}
	return cfg, nil
}

func (r *refreshing) readQuotas(ctx context.Context, cfg aws.Config, base *catalog.Catalog, result *refresh.Result) (err error) {
	if result.QuotaRegion = r.quotaRegion; result.QuotaRegion == "" {
		result.QuotaRegion = cfg.Region
	}
	if result.QuotaRegion == "" {
		return errors.New("quotas: no AWS region is configured: set --quota-region, or skip quotas with --only prices")
	}
	if result.Quotas, err = refresh.ReadQuotas(ctx, refresh.NewQuotaList(cfg, result.QuotaRegion), base); err != nil {
		return fmt.Errorf("%w (or skip quotas with --only prices)", err)
	}
	return nil
}

func (r *refreshing) fromFiles(base *catalog.Catalog) (*refresh.Prices, error) {
	var files []refresh.Offers
	for _, name := range r.from {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("--from: %w", err)
		}
		files = append(files, refresh.Offers{Name: name, Data: data})
	}
	return refresh.ReadOffers(files, base)
}

func (r *refreshing) fromPublicList(ctx context.Context, base *catalog.Catalog) (*refresh.Prices, error) {
	files, missed, err := refresh.FetchOffers(ctx, http.DefaultClient, r.priceListURL, r.regions, base)
	if err != nil {
		return nil, fmt.Errorf("%w (without access, download the file elsewhere and use --from)", err)
	}
	p, err := refresh.ReadOffers(files, base)
	if err != nil {
		return nil, err
	}
	p.Missed = missed
	return p, nil
}

func (r *refreshing) readPrices(ctx context.Context, cfg aws.Config, base *catalog.Catalog) (*refresh.Prices, error) {
	api, err := refresh.NewPriceList(cfg, r.priceListRegion)
	if err != nil {
		return nil, err
	}
	return refresh.ReadPrices(ctx, api, base)
}
