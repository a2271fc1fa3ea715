package view

// AboutUSD writes an amount of dollars with three digits, as the first screen does: "$1,500". Under $100 cents matter and are kept.
func AboutUSD(v float64) string { return aboutUSD(v) }
