package scale

// ScaleMarkdown is the document for people.
func ScaleMarkdown(runs []Run) string { return "" }
