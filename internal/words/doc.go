// Package words keeps the language of mskfit in one place: its test lists every text that a person can read in
// testdata/messages.txt, grouped by package, and refuses terms that the voice in CONTRIBUTING.md rules out.
package words
