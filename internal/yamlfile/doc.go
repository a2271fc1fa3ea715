// Package yamlfile reads YAML strictly and reports every problem of a file at once, each with file, line, column, field
// and remedy. Start with [Decode]; a package that validates its own values returns [Invalid] errors, and
// [Document.Report] turns their field paths into positions and puts them beside what the reading itself found.
//
// A key that no field takes is a problem, as is a key written twice, a value of the wrong kind, a fraction where a whole
// number belongs, a number that is not finite, or a second document. Fields are matched by their yaml tag; embedded structs
// need the inline option. Types with UnmarshalText read scalars themselves, and a [Chooser] takes values of several
// forms. A key without a value counts as absent. YAML's merge keys are not supported.
package yamlfile
