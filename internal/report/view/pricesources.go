package view

import "strings"

// PriceSources says in one line where the prices of the option's cost lines are from: "S-PRICE of 2025-04-04" where that is the
// same for all, and otherwise each other source after the lines that it holds for. Empty where none is known.
func (o Option) PriceSources() string {
	var order []string
	lines := map[string][]string{}
	for _, c := range o.Cost {
		if c.Source == "" {
			continue
		}
		if lines[c.Source] == nil {
			order = append(order, c.Source)
		}
		lines[c.Source] = append(lines[c.Source], c.Item)
	}
	if len(order) < 2 {
		return strings.Join(order, "")
	}
	for i, source := range order {
		order[i] = source + " (" + strings.Join(lines[source], ", ") + ")"
	}
	return strings.Join(order, "; ")
}
