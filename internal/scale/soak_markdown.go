package scale

// SoakMarkdown is the document for people.
func SoakMarkdown(runs []Soak) string { return "" }
