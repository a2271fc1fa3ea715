// Package verify holds the files under deployments, and those of releases, against the tools that read them: Helm, Kubernetes' own
// schemas, the compose specification, Grafana's types, BuildKit, actionlint, GoReleaser. It is a module of its own, so that none of
// them is a dependency of mskfit. `make deployments` runs it.
package verify
