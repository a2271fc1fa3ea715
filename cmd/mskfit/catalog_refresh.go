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

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/catalog/refresh"
	"github.com/mskfit/mskfit/internal/wholefile"
)

// refreshing is one run of mskfit catalog refresh.
type refreshing struct {
	read           refresh.Reader
	out            string
	accept, dryRun bool
	timeout        time.Duration
}

var refreshParts = []string{"prices", "quotas"}

func newCatalogRefresh(now func() time.Time) *cobra.Command {
	var r refreshing
	cmd := &cobra.Command{
		Use:   "refresh",
		Short: "Read today's prices and quotas from AWS into an overlay file",
		Long: `Read the prices of all regions from AWS's Price List API and the quotas of your account from Service Quotas, print what
changed, and write both to an overlay file. From then on it replaces the figures that are compiled in, until you install
a version with newer ones; delete the file to go back.

Without AWS credentials, or with --public, the prices come from AWS's public price list, and quotas are not read.
Without access to that list, download the file of your region elsewhere and use --from:
` + refresh.OffersURL + `/offers/v1.0/aws/AmazonMSK/current/us-east-1/index.json

Each price keeps the date of its list. A price that is not in the list, or has another unit there, is unchanged; so are
negotiated prices in the overlay. A price of zero, or one that more than doubled or halved, stops the refresh until you
check it and add --accept; a price of zero is never taken over.

With credentials it needs pricing:GetProducts, servicequotas:ListServiceQuotas and
servicequotas:ListAWSDefaultServiceQuotas. It only reads.`,
		Example: `  mskfit catalog refresh --dry-run
  mskfit catalog refresh --only prices --out overlay.yaml
  mskfit catalog refresh --public --region eu-west-1 --region us-east-1
  mskfit catalog refresh --from index.json
  mskfit catalog --overlay overlay.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeoutCause(cmd.Context(), r.timeout,
				fmt.Errorf("not finished after %s: raise --timeout", r.timeout))
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
	f.StringVar(&r.read.Only, "only", "", "read only this `PART`: prices or quotas (default: both)")
	f.StringVar(&r.read.PriceListRegion, "price-list-region", refresh.PriceListRegions[0],
		"region of the Price List API: "+strings.Join(refresh.PriceListRegions, ", "))
	f.StringVar(&r.read.QuotaRegion, "quota-region", "",
		"region whose quotas are read (default: the region of your AWS configuration)")
	f.BoolVar(&r.read.Public, "public", false, "read the prices from AWS's public price list, without credentials")
	f.StringSliceVar(&r.read.Regions, "region", nil, "read the public price list of this `REGION` only; may be given several times")
	f.StringSliceVar(&r.read.From, "from", nil,
		"read the prices from this `FILE` of the public price list (index.json); may be given several times")
	f.StringVar(&r.read.PriceListURL, "price-list-url", refresh.OffersURL,
		"`URL` of the public price list, for a mirror of your own")
	f.BoolVar(&r.accept, "accept", false, "take over prices that more than doubled or halved")
	f.BoolVar(&r.dryRun, "dry-run", false, "print what changed and write nothing")
	f.DurationVar(&r.timeout, "timeout", 5*time.Minute, "give up after this long")
	complete(cmd, "only", refreshParts)
	complete(cmd, "price-list-region", refresh.PriceListRegions)
	completeRegions(cmd)
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
	result, err := r.read.Read(ctx, base)
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
	if r.read.Only != "" {
		errs = append(errs, oneOf("--only", r.read.Only, refreshParts))
	}
	errs = append(errs, oneOf("--price-list-region", r.read.PriceListRegion, refresh.PriceListRegions))
	if r.read.Only == "quotas" && (r.read.Public || len(r.read.From) > 0 || len(r.read.Regions) > 0) {
		errs = append(errs, errors.New("--only quotas: --public, --region and --from are for prices: remove them"))
	}
	if len(r.read.From) > 0 && (r.read.Public || len(r.read.Regions) > 0) {
		errs = append(errs, errors.New("--from: remove --public and --region: the files contain their regions"))
	}
	if r.timeout <= 0 {
		errs = append(errs, fmt.Errorf("--timeout %s: must be above 0", r.timeout))
	}
	if r.out == "" {
		path, err := catalog.DefaultOverlayPath()
		if err != nil {
			errs = append(errs, errors.New("--out: there is no configuration directory to write to: set the file"))
		}
		r.out = path
	}
	return errors.Join(errs...)
}

// previous is the overlay that the new one extends; nil: none. One with mistakes is not replaced: it was edited by hand.
func (r *refreshing) previous(base *catalog.Catalog) (*catalog.Overlay, error) {
	data, err := os.ReadFile(r.out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("overlay to update: %w", err)
	}
	o, err := catalog.ReadOverlay(r.out, data, base)
	return o, err
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
	return fmt.Errorf("refresh the catalog: some prices look wrong; nothing was written. Check them, and add --accept to "+
		"take over those that are not 0:\n  %s%s", strings.Join(doubts, "\n  "), more)
}

// keep validates the overlay, prints what it changes, and only then replaces the file.
func (r *refreshing) keep(cmd *cobra.Command, base, inForce *catalog.Catalog, o *catalog.Overlay, result refresh.Result) error {
	text := o.YAML()
	checked, err := catalog.ReadOverlay(r.out, text, base)
	if err != nil {
		return failed(fmt.Errorf("refresh the catalog: the answer of AWS is not a valid overlay; nothing was written: %w", err))
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
