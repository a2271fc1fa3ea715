package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	smithylog "github.com/aws/smithy-go/logging"
	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/catalog/refresh"
	"github.com/mskfit/mskfit/internal/wholefile"
)

// refreshing is one run of mskfit catalog refresh.
type refreshing struct {
	out, only, priceListRegion, quotaRegion string
	accept, dryRun                          bool
	timeout                                 time.Duration
}

var refreshParts = []string{"prices", "quotas"}

func newCatalogRefresh(now func() time.Time) *cobra.Command {
	var r refreshing
	cmd := &cobra.Command{
		Use:   "refresh",
		Short: "Read today's prices and quotas from AWS into an overlay file",
		Long: `Read the prices of all regions from AWS's Price List API and the quotas of your account from Service Quotas,
print what changed, and write both to a dated overlay file. From then on it is laid over the figures that are
compiled in, until a version with newer ones is installed; delete the file to go back.

A price that AWS no longer lists stays as it was. A price of zero, or one that more than doubled or halved, stops
the refresh until you have seen it and add --accept; a price of zero is left out even then.

It needs AWS credentials that allow pricing:GetProducts, servicequotas:ListServiceQuotas and
servicequotas:ListAWSDefaultServiceQuotas, and it only reads.`,
		Example: `  mskfit catalog refresh --dry-run
  mskfit catalog refresh --only prices --out overlay.yaml
  mskfit catalog --overlay overlay.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeoutCause(cmd.Context(), r.timeout,
				fmt.Errorf("no end after %s: give it longer with --timeout", r.timeout))
			defer cancel()
			err := r.run(ctx, cmd, now())
			if err == nil || ctx.Err() == nil {
				return err
			}
			code, why := exitFailed, context.Cause(ctx)
			if cmd.Context().Err() != nil {
				code, why = exitInterrupted, errors.New("interrupted")
			}
			return &codedError{code: code, err: fmt.Errorf("refresh the catalog: %w; nothing was written", why)}
		},
	}
	f := cmd.Flags()
	f.StringVar(&r.out, "out", "", "overlay file to write (default: catalog-overlay.yaml in your configuration directory)")
	f.StringVar(&r.only, "only", "", "read only this `PART`: prices or quotas (default: both)")
	f.StringVar(&r.priceListRegion, "price-list-region", refresh.PriceListRegions[0],
		"region of the Price List API: "+strings.Join(refresh.PriceListRegions, ", "))
	f.StringVar(&r.quotaRegion, "quota-region", "", "region whose quotas are read (default: the region of your AWS configuration)")
	f.BoolVar(&r.accept, "accept", false, "take over prices that more than doubled or halved")
	f.BoolVar(&r.dryRun, "dry-run", false, "print what changed and write nothing")
	f.DurationVar(&r.timeout, "timeout", 5*time.Minute, "give up after this long")
	complete(cmd, "only", refreshParts)
	complete(cmd, "price-list-region", refresh.PriceListRegions)
	return cmd
}

func (r *refreshing) run(ctx context.Context, cmd *cobra.Command, now time.Time) error {
	if err := r.check(); err != nil {
		return usage(err)
	}
	base, err := catalog.Embedded()
	if err != nil {
		return failed(err)
	}
	previous, err := r.previous(base)
	if err != nil {
		return usage(err)
	}
	inForce := base
	if previous != nil {
		inForce = base.With(r.out, previous)
	}
	result, err := r.read(ctx, base)
	if err != nil {
		return failed(fmt.Errorf("refresh the catalog: %w; nothing was written", err))
	}
	if err := r.doubt(result, base, inForce); err != nil {
		return failed(err)
	}
	return r.keep(cmd, base, inForce, refresh.Overlay(previous, result, now), result)
}

func (r *refreshing) check() error {
	var errs []error
	if r.only != "" {
		errs = append(errs, oneOf("--only", r.only, refreshParts))
	}
	errs = append(errs, oneOf("--price-list-region", r.priceListRegion, refresh.PriceListRegions))
	if r.timeout <= 0 {
		errs = append(errs, fmt.Errorf("--timeout %s: must be above 0", r.timeout))
	}
	if r.out == "" {
		path, err := catalog.DefaultOverlayPath()
		if err != nil {
			errs = append(errs, errors.New("--out: there is no configuration directory to write to: name the file"))
		}
		r.out = path
	}
	return errors.Join(errs...)
}

// previous is the overlay that the new one is laid on; nil: none. One with mistakes is not replaced: somebody wrote them.
func (r *refreshing) previous(base *catalog.Catalog) (*catalog.Overlay, error) {
	data, err := os.ReadFile(r.out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("overlay to bring up to date: %w", err)
	}
	o, err := catalog.ReadOverlay(r.out, data, base)
	return o, err
}

func (r *refreshing) read(ctx context.Context, base *catalog.Catalog) (refresh.Result, error) {
	var result refresh.Result
	cfg, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithAppID("mskfit"), awsconfig.WithLogger(smithylog.Nop{}))
	if err != nil {
		return result, fmt.Errorf("AWS configuration: %w", err)
	}
	if cfg.Credentials == nil {
		return result, errors.New("AWS credentials: none are configured")
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return result, fmt.Errorf("AWS credentials: none found in environment, shared files, SSO or role: %w", err)
	}
	if r.only != "quotas" {
		if result.Prices, err = r.readPrices(ctx, cfg, base); err != nil {
			return result, err
		}
	}
	if r.only == "prices" {
		return result, nil
	}
	if result.QuotaRegion = r.quotaRegion; result.QuotaRegion == "" {
		result.QuotaRegion = cfg.Region
	}
	if result.QuotaRegion == "" {
		return result, errors.New("quotas: no AWS region is configured: name one with --quota-region, or leave quotas out with --only prices")
	}
	if result.Quotas, err = refresh.ReadQuotas(ctx, refresh.NewQuotaList(cfg, result.QuotaRegion), base); err != nil {
		return result, fmt.Errorf("%w (or leave quotas out with --only prices)", err)
	}
	return result, nil
}

func (r *refreshing) readPrices(ctx context.Context, cfg aws.Config, base *catalog.Catalog) (*refresh.Prices, error) {
	api, err := refresh.NewPriceList(cfg, r.priceListRegion)
	if err != nil {
		return nil, err
	}
	return refresh.ReadPrices(ctx, api, base)
}

// doubt stops a refresh whose prices somebody has to look at first.
func (r *refreshing) doubt(result refresh.Result, base, inForce *catalog.Catalog) error {
	if result.Prices == nil {
		return nil
	}
	if result.Prices.Date < base.PricesDate {
		return fmt.Errorf("refresh the catalog: the price list is of %s, older than the prices of %s that are compiled in; nothing was written",
			result.Prices.Date, base.PricesDate)
	}
	doubts := refresh.Doubts(result.Prices, inForce)
	if r.accept || len(doubts) == 0 {
		return nil
	}
	const shown = 20
	more := ""
	if n := len(doubts) - shown; n > 0 {
		doubts, more = doubts[:shown], fmt.Sprintf("\n  and %d more", n)
	}
	return fmt.Errorf("refresh the catalog: some prices are hard to believe; nothing was written. Look at them, and add --accept to "+
		"take over those that are not 0:\n  %s%s", strings.Join(doubts, "\n  "), more)
}

// keep validates the overlay, prints what it changes, and only then replaces the file.
func (r *refreshing) keep(cmd *cobra.Command, base, inForce *catalog.Catalog, o *catalog.Overlay, result refresh.Result) error {
	text := o.YAML()
	checked, err := catalog.ReadOverlay(r.out, text, base)
	if err != nil {
		return failed(fmt.Errorf("refresh the catalog: what AWS answered makes no valid overlay, nothing was written: %w", err))
	}
	report := refresh.Report{Result: result, InForce: inForce, Next: base.With(r.out, checked)}
	ending := "\nNothing was written (--dry-run).\n"
	if !r.dryRun {
		ending = "\nWritten to " + r.out + "\n"
		if err := os.MkdirAll(filepath.Dir(r.out), 0o755); err != nil {
			return failed(fmt.Errorf("refresh the catalog: %w", err))
		}
		if err := wholefile.Write(r.out, text); err != nil {
			return failed(fmt.Errorf("refresh the catalog: %w", err))
		}
	}
	if _, err := fmt.Fprint(cmd.OutOrStdout(), report.Text()+ending); err != nil {
		return failed(fmt.Errorf("print what changed: %w", err))
	}
	return nil
}
