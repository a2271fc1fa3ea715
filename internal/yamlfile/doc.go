// Package yamlfile reads YAML strictly and reports every problem of a file at once, each with file, line, column, field
// and remedy. Start with [Decode]; a package that validates its own values returns [Invalid] errors, and
// [Document.Locate] turns their field paths into positions.
//
// A key that no field takes is a problem, as is a key written twice or a value of the wrong kind. Fields are matched by
// their yaml tag. Types with UnmarshalText read scalars themselves. YAML's merge keys are not supported.
package yamlfile
