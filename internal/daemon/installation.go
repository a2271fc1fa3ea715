package daemon

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"

	"github.com/mskfit/mskfit/internal/alert"
)

// installationKind is the kind of the one document that names the installation. Replicas that share a ledger are one.
const installationKind = "installation"

// signed gives messages IDs that no other installation has: a receiver drops what comes twice under one ID, and two installations
// that watch clusters of one name may say the same.
func (l *ledgerAdapter) signed(ctx context.Context, messages []alert.Envelope) []alert.Envelope {
	if len(messages) == 0 {
		return nil
	}
	own := l.ownID(ctx)
	out := make([]alert.Envelope, len(messages))
	for i, m := range messages {
		sum := sha256.Sum256([]byte(own + " " + m.Message.ID))
		m.Message.ID = hex.EncodeToString(sum[:16])
		out[i] = m
	}
	return out
}

// ownID is the name of the installation, drawn at its first message. A ledger that cannot be read or written gives one that
// holds as long as the process.
func (l *ledgerAdapter) ownID(ctx context.Context) string {
	l.mu.Lock()
	known := l.installation
	l.mu.Unlock()
	if known != "" {
		return known
	}
	body, _, err := l.Document(ctx, installationKind, "id")
	id := string(body)
	if err != nil || id == "" {
		id = rand.Text()
	}
	if err == nil && body == nil {
		first, err := l.FirstDocument(ctx, installationKind, "id", []byte(id))
		if l.note(err) == nil { // /readyz reports a ledger that cannot be written
			id = string(first)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.installation == "" {
		l.installation = id
	}
	return l.installation
}
