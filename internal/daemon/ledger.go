package daemon

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/verdict"
)

// keeper is the ledger as agent and alerts see it, each in its own words. It remembers whether the last write went well.
type keeper struct {
	*ledger.Ledger
	now func() time.Time

	mu      sync.Mutex
	problem string
	since   time.Time
	// installation makes the IDs of messages its own; empty: not read yet.
	installation string
}

var (
	_ agent.Ledger = (*keeper)(nil)
	_ alert.Store  = (*keeper)(nil)
	_ alert.Outbox = (*keeper)(nil)
	_ msk.Accounts = (*keeper)(nil)
)

// note remembers how a write went, and passes its error on.
func (k *keeper) note(err error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case err == nil:
		k.problem = ""
	case k.problem == "":
		k.since = k.now()
		fallthrough
	default:
		k.problem = err.Error()
	}
	return err
}

// trouble is why what was written is not on disk and since when; empty when it is.
func (k *keeper) trouble() (why string, since time.Time) {
	if st := k.Ledger.Status(); st.Reason != "" {
		return fmt.Sprintf("%s; %d changes are only in memory and are lost when the process ends", st.Reason, st.Waiting), st.Since
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.problem, k.since
}

// SaveVerdict keeps v.
func (k *keeper) SaveVerdict(ctx context.Context, v verdict.Verdict) error {
	return k.note(k.Ledger.SaveVerdict(ctx, v))
}

// SaveDocument keeps a document.
func (k *keeper) SaveDocument(ctx context.Context, kind, name string, body []byte) error {
	return k.note(k.Ledger.SaveDocument(ctx, kind, name, body))
}

func backfillName(cluster, source string) string { return cluster + "/" + source }

// Backfilled returns how far reading back has come.
func (k *keeper) Backfilled(ctx context.Context, cluster, source string) (b agent.Backfill, err error) {
	body, _, err := k.Document(ctx, ledger.Backfill, backfillName(cluster, source))
	if err != nil || body == nil {
		return b, err
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return b, fmt.Errorf("backfill of %s: %w", backfillName(cluster, source), err)
	}
	return b, nil
}

// SaveBackfill keeps how far reading back has come.
func (k *keeper) SaveBackfill(ctx context.Context, cluster, source string, b agent.Backfill) error {
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return k.SaveDocument(ctx, ledger.Backfill, backfillName(cluster, source), body)
}

// LoadAccount returns what reading a cluster's metrics has cost, by the cluster's ARN.
func (k *keeper) LoadAccount(ctx context.Context, arn string) (a msk.Account, err error) {
	body, _, err := k.Document(ctx, ledger.CloudWatch, arn)
	if err != nil || body == nil {
		return a, err
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return a, fmt.Errorf("account of %s: %w", arn, err)
	}
	return a, nil
}

// SaveAccount keeps what reading a cluster's metrics has cost.
func (k *keeper) SaveAccount(ctx context.Context, arn string, a msk.Account) error {
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return k.SaveDocument(ctx, ledger.CloudWatch, arn, body)
}
