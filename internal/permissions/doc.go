// Package permissions says which Kafka ACLs and which IAM policy mskfit needs at least, for a configuration or for every feature.
package permissions
