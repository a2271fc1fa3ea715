// Package schema holds the generator and the test of the JSON Schemas in configs/schema: that of the verdict (what
// --format json writes), that of an alert (what webhooks receive), that of the workload file (what decide reads) and that of
// the configuration (what run reads). They are made from the Go types and their comments, so that the types stay the one place
// where the formats are described.
//
// The package has no code of its own. Rewrite the schemas with
//
//	go generate ./internal/schema
package schema

//go:generate go test -run TestSchemasAreCurrent -update .
