package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/rs/zerolog"
	api "github.com/slack-go/slack"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/alert/post"
	"github.com/mskfit/mskfit/internal/secret"
)

// Options are what a target is given beside its configuration.
type Options struct {
	// Name is the target's, under which its threads are kept.
	Name string
	// Threads keep which conversation belongs to which cluster; nil: every message is one of its own.
	Threads Documents
	// Template writes the middle of a message; nil: the blocks of this package.
	Template *alert.Template
	// APIURL replaces https://slack.com/api/, for tests.
	APIURL string
	Log    zerolog.Logger
}

// Target posts messages.
type Target struct {
	cfg    Config
	o      Options
	client *http.Client
}

var _ alert.Target = (*Target)(nil)

// New returns a target. Files are read for each message, so that a secret can be changed without a restart.
func New(cfg Config, o Options) *Target {
	return &Target{cfg: cfg, o: o, client: post.Client(cfg.Timeout)}
}

// Send posts the message. Blocks that Slack does not take are sent again as plain text: an alert must not be lost to its
// form.
func (t *Target) Send(ctx context.Context, m alert.Message) error {
	blocks, err := t.blocks(m)
	if err != nil {
		t.o.Log.Error().Err(err).Msg("template failed, the message is sent in the built-in form")
		blocks = t.called(m, Blocks(m))
	}
	send := t.hook
	if t.cfg.bot() {
		send = t.bot
	}
	err = send(ctx, m, blocks)
	if answered(err, "invalid_blocks", "invalid_blocks_format", "invalid_payload") {
		t.o.Log.Error().Err(err).Str("message", m.ID).Msg("Slack does not take the blocks, the message is sent as plain text")
		return send(ctx, m, nil)
	}
	return err
}

// blocks are the message as it is sent: with the template's text, and with whom to call.
func (t *Target) blocks(m alert.Message) ([]api.Block, error) {
	if t.o.Template == nil {
		return t.called(m, Blocks(m)), nil
	}
	text, err := t.o.Template.Render(m, 4*maxSection)
	if err != nil {
		return nil, err
	}
	text = strings.TrimSpace(escape(text, maxSection))
	if text == "" {
		text = escape(m.Title, maxSection)
	}
	return t.called(m, closing(m, []api.Block{heading(m), section(text)})), nil
}

// called puts in front who is called: for what is new or got worse, not for reminders and closings.
func (t *Target) called(m alert.Message, blocks []api.Block) []api.Block {
	mention := t.cfg.mention(m.Severity)
	if mention == "" || !urgent(m) {
		return blocks
	}
	return append([]api.Block{blocks[0], section(mention)}, blocks[1:]...)
}

func urgent(m alert.Message) bool {
	for _, i := range m.Items {
		if i.State == alert.Raised && i.Level == m.Severity {
			return true
		}
	}
	return false
}

// fallback is what notifications show, and all there is where blocks cannot be sent.
func fallback(m alert.Message, whole bool) string {
	text := m.Title
	if whole {
		if rendered, err := alert.DefaultTemplate().Render(m, maxFallback); err == nil {
			text = rendered
		}
	}
	return escape(text, maxFallback)
}

// hook posts to the incoming webhook.
func (t *Target) hook(ctx context.Context, m alert.Message, blocks []api.Block) error {
	to, err := secret.Resolve(t.cfg.URL, t.cfg.URLFile)
	if err != nil {
		return fmt.Errorf("slack webhook: %w", err)
	}
	body, err := json.Marshal(struct {
		Text   string      `json:"text"`
		Blocks []api.Block `json:"blocks,omitempty"`
	}{fallback(m, blocks == nil), blocks})
	if err != nil {
		return &alert.Refusal{Permanent: true, Err: fmt.Errorf("encode message: %w", err)}
	}
	header := http.Header{"Content-Type": {"application/json; charset=utf-8"}, "User-Agent": {"mskfit"}}
	answer, err := post.Send(ctx, t.client, to, header, body)
	if err != nil {
		return explainHook(err)
	}
	return hookAnswer(answer)
}

// hookAnswer reads the body of a success: "ok", or {"ok": true}.
func hookAnswer(answer []byte) error {
	var a struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	if json.Unmarshal(answer, &a) == nil && a.OK != nil && !*a.OK {
		return refused(a.Error)
	}
	return nil
}

// now is the message's time for what is written beside it.
func now(m alert.Message) string { return m.At.UTC().Format(time.DateTime + " MST") }
