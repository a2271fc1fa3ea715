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

// ledgerAdapter is the ledger as agent and alerts see it, in the types of each. It remembers whether the last write went well.
type ledgerAdapter struct {
	*ledger.Ledger
	now func() time.Time

	mu      sync.Mutex
	problem string
	since   time.Time
	// installation makes the IDs of messages its own; empty: not read yet.
	installation string
}

var (
	_ agent.Ledger = (*ledgerAdapter)(nil)
	_ alert.Store  = (*ledgerAdapter)(nil)
	_ alert.Outbox = (*ledgerAdapter)(nil)
	_ msk.Accounts = (*ledgerAdapter)(nil)
)

// note remembers how a write went, and passes its error on.
func (l *ledgerAdapter) note(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err == nil:
		l.problem = ""
	case l.problem == "":
		l.since = l.now()
		fallthrough
	default:
		l.problem = err.Error()
	}
	return err
}

// trouble is why what was written is not on disk and since when; empty when it is.
func (l *ledgerAdapter) trouble() (why string, since time.Time) {
	if st := l.Ledger.Status(); st.Reason != "" {
		return fmt.Sprintf("%s; %d changes are only in memory and are lost when the process ends", st.Reason, st.Waiting), st.Since
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.problem, l.since
}

// SaveVerdict keeps v.
func (l *ledgerAdapter) SaveVerdict(ctx context.Context, v verdict.Verdict) error {
	return l.note(l.Ledger.SaveVerdict(ctx, v))
}

// SaveDocument keeps a document.
func (l *ledgerAdapter) SaveDocument(ctx context.Context, kind, name string, body []byte) error {
	return l.note(l.Ledger.SaveDocument(ctx, kind, name, body))
}

func backfillName(cluster, source string) string { return cluster + "/" + source }

// Backfilled returns how far reading back has come.
func (l *ledgerAdapter) Backfilled(ctx context.Context, cluster, source string) (b agent.Backfill, err error) {
	body, _, err := l.Document(ctx, ledger.Backfill, backfillName(cluster, source))
	if err != nil || body == nil {
		return b, err
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return b, fmt.Errorf("backfill of %s: %w", backfillName(cluster, source), err)
	}
	return b, nil
}

// SaveBackfill keeps how far reading back has come.
func (l *ledgerAdapter) SaveBackfill(ctx context.Context, cluster, source string, b agent.Backfill) error {
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return l.SaveDocument(ctx, ledger.Backfill, backfillName(cluster, source), body)
}

// LoadAccount returns what reading a cluster's metrics has cost, by the cluster's ARN.
func (l *ledgerAdapter) LoadAccount(ctx context.Context, arn string) (msk.Account, error) {
	body, _, err := l.Document(ctx, ledger.CloudWatch, arn)
	if err != nil {
		return msk.Account{}, err
	}
	return accountIn(arn, body)
}

// UpdateAccount changes what reading a cluster's metrics has cost, whichever replica has written it last.
func (l *ledgerAdapter) UpdateAccount(ctx context.Context, arn string, change func(msk.Account) msk.Account) (msk.Account, error) {
	body, err := l.UpdateDocument(ctx, ledger.CloudWatch, arn, func(before []byte) ([]byte, error) {
		a, err := accountIn(arn, before)
		if err != nil {
			return nil, err
		}
		return json.Marshal(change(a))
	})
	if l.note(err) != nil {
		return msk.Account{}, err
	}
	return accountIn(arn, body)
}

// accountIn reads an account; nil: there is none yet.
func accountIn(arn string, body []byte) (a msk.Account, err error) {
	if body == nil {
		return a, nil
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return a, fmt.Errorf("account of %s: %w", arn, err)
	}
	return a, nil
}
