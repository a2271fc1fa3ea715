// Package config reads the daemon's one YAML file. Every package owns its part: this one composes them, reads the
// file strictly, fills in ${NAME} from the environment, validates everything and reports all problems at once, each
// with file, line, column, field and remedy. Start with [Load].
package config
