package refresh

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
)

// Reader says what to read. The zero value reads prices and quotas with the credentials that it finds.
type Reader struct {
	// Only is "prices" or "quotas"; empty: both.
	Only string
	// From are files of the public price list, to be read in place of asking AWS; empty: none.
	From []string
	// Public reads the public price list also where there are credentials; Regions are those to read of it (empty: all).
	Public  bool
	Regions []string
	// PriceListURL is the address of the public list, [OffersURL] but in tests; PriceListRegion is one of [PriceListRegions].
	PriceListURL, PriceListRegion string
	// QuotaRegion is where quotas are read; empty: the region of the AWS configuration.
	QuotaRegion string
}

// Read reads what was asked for: prices from files, or from the public list where that was asked for or where there are no
// credentials, or else from the Price List API; and quotas, which take credentials.
func (r Reader) Read(ctx context.Context, base *catalog.Catalog) (result Result, err error) {
	if len(r.From) > 0 {
		result.QuotasNotRead = "the prices are from files (--from)"
		result.Prices, err = r.fromFiles(base)
		return result, err
	}
	if r.Public || len(r.Regions) > 0 {
		result.QuotasNotRead = "the public price list has none (--public)"
		result.Prices, err = r.fromPublicList(ctx, base)
		return result, err
	}
	cfg, lacking := r.credentials(ctx)
	if ctx.Err() != nil || lacking != nil && r.Only == "quotas" {
		return result, lacking
	}
	switch {
	case r.Only == "quotas":
	case lacking != nil:
		result.Prices, err = r.fromPublicList(ctx, base)
	default:
		result.Prices, err = r.readPrices(ctx, cfg, base)
	}
	switch {
	case err != nil:
		return result, err
	case r.Only == "prices":
		return result, nil
	case lacking != nil:
		result.QuotasNotRead = lacking.Error()
		return result, nil
	}
	err = r.readQuotas(ctx, cfg, base, &result)
	return result, err
}

// credentials returns the AWS configuration, or why there are no credentials in it.
func (r Reader) credentials(ctx context.Context) (aws.Config, error) {
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

func (r Reader) readQuotas(ctx context.Context, cfg aws.Config, base *catalog.Catalog, result *Result) (err error) {
	if result.QuotaRegion = r.QuotaRegion; result.QuotaRegion == "" {
		result.QuotaRegion = cfg.Region
	}
	if result.QuotaRegion == "" {
		return errors.New("quotas: no AWS region is configured: set --quota-region, or skip quotas with --only prices")
	}
	if result.Quotas, err = ReadQuotas(ctx, NewQuotaList(cfg, result.QuotaRegion), base); err != nil {
		return fmt.Errorf("%w (or skip quotas with --only prices)", err)
	}
	return nil
}

func (r Reader) fromFiles(base *catalog.Catalog) (*Prices, error) {
	var files []Offers
	for _, name := range r.From {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("--from: %w", err)
		}
		files = append(files, Offers{Name: name, Data: data})
	}
	return ReadOffers(files, base)
}

func (r Reader) fromPublicList(ctx context.Context, base *catalog.Catalog) (*Prices, error) {
	files, missed, err := FetchOffers(ctx, http.DefaultClient, r.PriceListURL, r.Regions, base)
	if err != nil {
		return nil, fmt.Errorf("%w (without access, download the file elsewhere and use --from)", err)
	}
	p, err := ReadOffers(files, base)
	if err != nil {
		return nil, err
	}
	p.Missed = missed
	return p, nil
}

func (r Reader) readPrices(ctx context.Context, cfg aws.Config, base *catalog.Catalog) (*Prices, error) {
	api, err := NewPriceList(cfg, r.PriceListRegion)
	if err != nil {
		return nil, err
	}
	return ReadPrices(ctx, api, base)
}
