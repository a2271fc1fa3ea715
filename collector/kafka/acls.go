package kafka

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/workload"
)

// The words of kafka-acls for what the protocol numbers.
var (
	aclOperations = map[kmsg.ACLOperation]string{
		kmsg.ACLOperationAll: "All", kmsg.ACLOperationRead: "Read", kmsg.ACLOperationWrite: "Write",
		kmsg.ACLOperationCreate: "Create",
		kmsg.ACLOperationDelete: "Delete", kmsg.ACLOperationAlter: "Alter", kmsg.ACLOperationDescribe: "Describe",
		kmsg.ACLOperationClusterAction: "ClusterAction", kmsg.ACLOperationDescribeConfigs: "DescribeConfigs",
		kmsg.ACLOperationAlterConfigs: "AlterConfigs", kmsg.ACLOperationIdempotentWrite: "IdempotentWrite",
		kmsg.ACLOperationCreateTokens: "CreateTokens", kmsg.ACLOperationDescribeTokens: "DescribeTokens",
	}
	aclResources = map[kmsg.ACLResourceType]string{
		kmsg.ACLResourceTypeTopic: "Topic", kmsg.ACLResourceTypeGroup: "Group", kmsg.ACLResourceTypeCluster: "Cluster",
		kmsg.ACLResourceTypeTransactionalId: "TransactionalId", kmsg.ACLResourceTypeDelegationToken: "DelegationToken",
		kmsg.ACLResourceTypeUser: "User",
	}
)

// ACLs reads all ACLs, sorted by principal, resource, name and operation. Without an authorizer there are none. It can be called
// after the first Collect.
func (s *Source) ACLs(ctx context.Context) ([]workload.ACL, error) {
	answer, err := s.askAny(ctx, func() kmsg.Request {
		req := kmsg.NewPtrDescribeACLsRequest()
		req.ResourceType, req.ResourcePatternType = kmsg.ACLResourceTypeAny, kmsg.ACLResourcePatternTypeAny
		req.Operation, req.PermissionType = kmsg.ACLOperationAny, kmsg.ACLPermissionTypeAny
		return req
	})
	if err != nil {
		return nil, err
	}
	resp := answer.(*kmsg.DescribeACLsResponse)
	switch err := kerr.ErrorForCode(resp.ErrorCode); {
	case errors.Is(err, kerr.SecurityDisabled):
		return []workload.ACL{}, nil
	case err != nil:
		return nil, err
	}
	out := []workload.ACL{}
	for _, r := range resp.Resources {
		for _, a := range r.ACLs {
			out = append(out, workload.ACL{Principal: a.Principal, Host: a.Host,
				Allow:     a.PermissionType == kmsg.ACLPermissionTypeAllow,
				Operation: cmp.Or(aclOperations[a.Operation], a.Operation.String()),
				Resource:  cmp.Or(aclResources[r.ResourceType], r.ResourceType.String()),
				Name:      r.ResourceName, Prefixed: r.ResourcePatternType == kmsg.ACLResourcePatternTypePrefixed})
		}
	}
	slices.SortFunc(out, func(a, b workload.ACL) int {
		return cmp.Or(cmp.Compare(a.Principal, b.Principal), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Host, b.Host))
	})
	return out, nil
}
