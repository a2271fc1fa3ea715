// Package verdict holds what mskfit answers for one cluster: the choice, its price, every option that was considered, the rules
// each was checked against, and what changed since an earlier answer. Start with [Verdict].
//
// It decides nothing: package analyzer makes a Verdict, and reports, alerts, the ledger and the web pages read it. Its JSON form is
// fixed as mskfit/verdict/v1; fields are added, never renamed.
package verdict
