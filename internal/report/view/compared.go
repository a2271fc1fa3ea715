package view

// Compared sets two windows of one cluster side by side.
type Compared struct {
	// Before and Now name the windows.
	Before, Now string
	Rows        []ComparedRow
	Notes       []string
}

// ComparedRow is one figure in both windows.
type ComparedRow struct{ Name, Before, Now, Change string }
