package view

import "testing"

func TestPriceSourcesNameEveryLine(t *testing.T) {
	for want, o := range map[string]Option{
		"": {},
		"S-PRICE of 2025-04-04": {Cost: []CostLine{{Item: "Brokers", Source: "S-PRICE of 2025-04-04"},
			{Item: "Storage", Source: "S-PRICE of 2025-04-04"}}},
		"S-PRICE of 2025-04-04 (Brokers, Storage); O-PRICE of 2026-11-01 (Data in)": {Cost: []CostLine{
			{Item: "Brokers", Source: "S-PRICE of 2025-04-04"}, {Item: "Data in", Source: "O-PRICE of 2026-11-01"},
			{Item: "Storage", Source: "S-PRICE of 2025-04-04"}}},
	} {
		if got := o.PriceSources(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
