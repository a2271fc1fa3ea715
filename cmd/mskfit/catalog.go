package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/catalog/listing"
	"github.com/mskfit/mskfit/internal/wholefile"
)

func newCatalog() *cobra.Command {
	var region, format, out, overlay string
	cmd := &cobra.Command{
		Use:   "catalog",
		Short: "Print the quotas and prices in use, with source and date",
		Long: `Print the quotas, broker sizes and prices that verdicts use, each with its source and date.

They are compiled in; no network is needed. A newer overlay file replaces them: the one set with --overlay, else
mskfit/catalog-overlay.yaml in your configuration directory if it exists.`,
		Example: `  mskfit catalog --region eu-west-1
  mskfit catalog --format csv --out catalog.csv
  mskfit catalog refresh`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printCatalog(cmd, region, format, out, overlay)
		},
	}
	cmd.Flags().StringVar(&region, "region", "us-east-1", "region whose prices are shown")
	cmd.Flags().StringVar(&format, "format", "text", "text, markdown, json or csv")
	cmd.Flags().StringVar(&out, "out", "", "write to this file instead of stdout")
	cmd.Flags().StringVar(&overlay, "overlay", "", "overlay file to use instead of the default one")
	complete(cmd, "format", catalogFormats)
	completeRegions(cmd)
	cmd.AddCommand(newCatalogRefresh(time.Now))
	return cmd
}

var catalogFormats = []string{"text", "markdown", "json", "csv"}

func printCatalog(cmd *cobra.Command, regionCode, format, out, overlay string) error {
	if err := oneOf("--format", format, catalogFormats); err != nil {
		return usage(err)
	}
	c, err := catalog.InForce(overlay)
	if err != nil {
		return usage(err)
	}
	region, err := c.Region(regionCode)
	if err != nil {
		return usage(err)
	}
	text, err := catalogAs(format, c, region)
	if err != nil {
		return failed(err)
	}
	if out != "" && out != "-" {
		err = wholefile.Write(out, text)
	} else {
		_, err = cmd.OutOrStdout().Write(text)
	}
	if err != nil {
		return failed(fmt.Errorf("print the catalog: %w", err))
	}
	return nil
}

func catalogAs(format string, c *catalog.Catalog, region catalog.Region) ([]byte, error) {
	switch format {
	case "markdown":
		return []byte(listing.Of(c, region).Markdown()), nil
	case "json":
		return listing.JSON(c, region)
	case "csv":
		return listing.CSV(c, region)
	}
	return []byte(listing.Of(c, region).Text()), nil
}
