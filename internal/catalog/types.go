package catalog

// Catalog is the quotas, broker sizes, sizing profiles and prices in force. It is immutable once loaded and safe for
// concurrent use.
type Catalog struct {
	// QuotasDate is the date of the newest source behind the quotas, PricesDate that of the price file or of the newest
	// overlay of prices in force (YYYY-MM-DD). The date of one price is in Region.Origin.
	QuotasDate string
	// PricesDate is that of the price file, or of the newest overlay of prices in force (YYYY-MM-DD).
	PricesDate string
	// Serverless holds MSK Serverless's quotas, topic configurations and regions.
	Serverless Serverless
	// Standard holds sizes and quotas of Provisioned clusters with Standard brokers.
	Standard Standard
	// Express holds sizes and quotas of Provisioned clusters with Express brokers.
	Express Express
	// Profiles are the sizing profiles by name: aws-script, aws-guide, mskfit.
	Profiles map[string]Profile
	// Regions are the prices by region code; a region that is not there has no prices in the file.
	Regions map[string]Region
	// Transfer is the price of traffic between availability zones.
	Transfer Transfer
	// PriceUnits says what each price of a Region is for, by its key: "USD per broker-hour, billed per second".
	PriceUnits map[string]string
	// PriceSource is the tag of the price file.
	PriceSource string
	// PriceNotes are facts on billing that no rule computes with.
	PriceNotes []Note
	// UsageTypes map AWS's price list to the keys of prices.
	UsageTypes []UsageType
	// Sources spells out the source tags that entries carry: "S-LIM" → the AWS page and its commit.
	Sources map[string]string
	// SourceDates are when the sources were published or last changed: YYYY-MM-DD, or YYYY-MM or YYYY where no more is
	// known. A source whose date is not known is not there.
	SourceDates map[string]string
	// Overlay says which newer figures replace the ones compiled in; nil: none.
	Overlay *AppliedOverlay

	quotas2022 *quotas2022
}

// Note is a fact for people.
type Note struct {
	// ID is unique within its list.
	ID string `yaml:"id"`
	// Fact is a sentence.
	Fact string `yaml:"fact"`
	// Unverified: no document at hand confirms the fact.
	Unverified bool `yaml:"unverified"`
	// Source holds tags of Catalog.Sources, joined with a comma.
	Source string `yaml:"source"`
}

// KafkaVersion is one version that MSK offers.
type KafkaVersion struct {
	// Version is AWS's name of it: "3.6.0", "3.8".
	Version string `yaml:"version"`
	// Modes are those of "zookeeper" and "kraft" that the version runs in.
	Modes []string `yaml:"modes"`
	// Released and EndOfSupport are days (YYYY-MM-DD); empty: not published.
	Released string `yaml:"released"`
	// EndOfSupport is the day on which AWS stops supporting it (YYYY-MM-DD); empty: not published.
	EndOfSupport string `yaml:"end_of_support"`
	// Note is for people; empty: nothing to add.
	Note string `yaml:"note"`
	// Source holds tags of Catalog.Sources, joined with a comma.
	Source string `yaml:"source"`
}
