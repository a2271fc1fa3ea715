// Package migrated looks up what a migrated cluster is compared with: the verdict that it was migrated on, from the ledger, and its
// months since, from the history. A [Reviewer] gives both to package analyzer/review, keeps the months that are over in the
// ledger, and answers with a [verdict.Review]. [From] is the key migrated_from of the configuration.
package migrated
