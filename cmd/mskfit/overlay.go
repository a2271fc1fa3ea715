package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/catalog"
)

// overlayHelp goes into the help of every command that decides.
const overlayHelp = `Prices of your own contract, or newer ones than those compiled in, go into an overlay file (docs/prices.md): the one
set with --overlay, else the one that mskfit catalog refresh wrote to your configuration directory.`

// overlayFlag is --overlay of the commands that decide.
type overlayFlag struct{ file string }

func (o *overlayFlag) addTo(cmd *cobra.Command, instead string) {
	cmd.Flags().StringVar(&o.file, "overlay", "", "`FILE` with prices and quotas to use instead of "+instead)
}

// open returns the catalog in force under --overlay, or else under the file that a configuration names; both empty: under the
// one in the default place. What is not used of an overlay is said on stderr, a line each, unless quiet.
func (o *overlayFlag) open(stderr io.Writer, quiet bool, configured string) (*catalog.Catalog, error) {
	file := o.file
	if file == "" {
		file = configured
	}
	c, err := catalog.InForce(file)
	if err != nil || quiet || c.Overlay == nil {
		return c, err
	}
	for _, why := range c.Overlay.Ignored {
		fmt.Fprintf(stderr, "mskfit: overlay %s: not used: %s\n", c.Overlay.File, why)
	}
	return c, nil
}

// completeRegions offers the regions that have prices, where a shell asks what may follow --region.
func completeRegions(cmd *cobra.Command) {
	err := cmd.RegisterFlagCompletionFunc("region",
		func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			named, _ := cmd.Flags().GetString("overlay") // not every command has it
			c, err := catalog.InForce(named)
			if err != nil {
				if c, err = catalog.Embedded(); err != nil {
					return nil, cobra.ShellCompDirectiveError
				}
			}
			var out []string
			for code, region := range c.Regions {
				out = append(out, code+"\t"+region.Location)
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		})
	if err != nil {
		panic(err) // the flag's name is misspelt in the code; any test finds it
	}
}
