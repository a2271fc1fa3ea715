package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	api "github.com/slack-go/slack"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/secret"
)

// Documents keep small texts by kind and name; the ledger does. Document returns nil when there is none.
type Documents interface {
	Document(ctx context.Context, kind, name string) (body []byte, savedAt time.Time, err error)
	SaveDocument(ctx context.Context, kind, name string, body []byte) error
	DropDocument(ctx context.Context, kind, name string) error
}

// threadKind is the kind of the documents that threads are kept in.
const threadKind = "slack_thread"

// thread is the conversation on one cluster while alerts are open: its first message is kept up to date, and what happens is
// sent below it.
type thread struct {
	// Configured is the channel as it was configured, Channel its ID, TS the first message.
	Configured string `json:"configured"`
	Channel    string `json:"channel"`
	TS         string `json:"ts"`
	// Last is the ID of the message that was sent last: one that comes again was noted as sent too late.
	Last      string    `json:"last"`
	StartedAt time.Time `json:"started_at"`
}

// longestThread is how long one conversation lasts; what goes on for longer starts again where people look.
const longestThread = 28 * 24 * time.Hour

// poster is the bot at work on one message.
type poster struct {
	*Target
	api    *api.Client
	token  secret.String
	m      alert.Message
	blocks []api.Block
}

// bot posts with the token: into the thread of the cluster where there is one.
func (t *Target) bot(ctx context.Context, m alert.Message, blocks []api.Block) error {
	token, err := secret.Resolve(t.cfg.Token, t.cfg.TokenFile)
	if err != nil {
		return fmt.Errorf("slack token: %w", err)
	}
	options := []api.Option{api.OptionHTTPClient(t.client)}
	if t.o.APIURL != "" {
		options = append(options, api.OptionAPIURL(t.o.APIURL))
	}
	p := poster{Target: t, api: api.New(token.Reveal(), options...), token: token, m: m, blocks: blocks}
	if t.o.Threads == nil || m.Thread == "" || m.Kind != alert.KindDrift {
		_, _, err := p.post(ctx, t.cfg.Channel)
		return err
	}
	return p.converse(ctx)
}

// converse starts, continues or ends the conversation on a cluster.
func (p poster) converse(ctx context.Context) error {
	th, found := p.load(ctx)
	switch {
	case found && th.Last == p.m.ID:
		return nil // it was sent, and the note of it was lost
	case found && (th.Configured != p.cfg.Channel || p.m.At.Sub(th.StartedAt) > longestThread):
		found = false
	}
	if found {
		err := p.reply(ctx, th)
		if !gone(err) {
			return err
		}
	}
	return p.start(ctx)
}

// start posts a first message. One that only closes needs no conversation.
func (p poster) start(ctx context.Context) error {
	channel, ts, err := p.post(ctx, p.cfg.Channel)
	if err != nil {
		return err
	}
	if p.m.StillOpen == 0 {
		p.forget(ctx)
		return nil
	}
	p.save(ctx, thread{Configured: p.cfg.Channel, Channel: channel, TS: ts, Last: p.m.ID, StartedAt: p.m.At})
	p.chart(ctx, channel, ts)
	return nil
}

// reply writes into the thread what happened and brings the first message up to date. With the last alert the conversation ends.
func (p poster) reply(ctx context.Context, th thread) error {
	options := []api.MsgOption{api.MsgOptionTS(th.TS)}
	if loud(p.m) {
		options = append(options, api.MsgOptionBroadcast())
	}
	if _, _, err := p.post(ctx, th.Channel, options...); err != nil {
		return err
	}
	if p.m.StillOpen == 0 {
		p.forget(ctx)
	} else {
		th.Last = p.m.ID
		p.save(ctx, th)
		p.chart(ctx, th.Channel, th.TS)
	}
	p.update(ctx, th)
	return nil
}

// loud messages are shown in the channel too: what became critical, and what has been open for so long that it is forgotten.
func loud(m alert.Message) bool {
	for _, i := range m.Items {
		if i.State == alert.Reminder || i.State == alert.Raised && i.Level == drift.LevelCritical {
			return true
		}
	}
	return false
}

// post sends the message to a channel.
func (p poster) post(ctx context.Context, channel string, more ...api.MsgOption) (id, ts string, err error) {
	id, ts, err = p.api.PostMessageContext(ctx, channel, append(p.content(p.blocks), more...)...)
	return id, ts, explain("chat.postMessage", err, p.token)
}

func (p poster) content(blocks []api.Block) []api.MsgOption {
	options := []api.MsgOption{api.MsgOptionText(fallback(p.m, blocks == nil), false), api.MsgOptionDisableLinkUnfurl(),
		api.MsgOptionDisableMediaUnfurl(),
		api.MsgOptionMetadata(api.SlackMetadata{EventType: "mskfit_alert", EventPayload: map[string]any{"id": p.m.ID}})}
	if blocks != nil {
		options = append(options, api.MsgOptionBlocks(blocks...))
	}
	return options
}

// update writes the present state in the thread's first message. The reply has sent it already, so that a failure loses nothing.
func (p poster) update(ctx context.Context, th thread) {
	blocks := p.blocks
	if blocks != nil {
		note := api.NewContextBlock("", mrkdwn("updated "+now(p.m)+"; what happened before is in the thread"))
		blocks = append(blocks[:min(len(blocks), maxBlocks-1):min(len(blocks), maxBlocks-1)], note)
	}
	_, _, _, err := p.api.UpdateMessageContext(ctx, th.Channel, th.TS, p.content(blocks)...)
	p.log("first message of a thread not updated", explain("chat.update", err, p.token))
}

// gone reports whether the conversation is no longer there to be continued: somebody deleted it, or the bot was removed.
func gone(err error) bool {
	return answered(err, "message_not_found", "thread_not_found", "channel_not_found", "not_in_channel", "is_archived")
}

func (p poster) log(what string, err error) {
	if err != nil {
		p.o.Log.Warn().Err(err).Str("cluster", p.m.Cluster).Str("message", p.m.ID).Msg(what)
	}
}

func (p poster) name() string { return p.o.Name + "/" + p.m.Thread }

// load returns the conversation. One that cannot be read is none: a new one is better than no alert.
func (p poster) load(ctx context.Context) (th thread, found bool) {
	body, _, err := p.o.Threads.Document(ctx, threadKind, p.name())
	if err == nil && body != nil {
		err = json.Unmarshal(body, &th)
	}
	p.log("thread cannot be read; starting a new one", err)
	return th, err == nil && body != nil
}

// save keeps the conversation. When that fails the next message starts one of its own.
func (p poster) save(ctx context.Context, th thread) {
	body, err := json.Marshal(th)
	if err == nil {
		err = p.o.Threads.SaveDocument(ctx, threadKind, p.name(), body)
	}
	p.log("thread not saved; the next message starts a new one", err)
}

func (p poster) forget(ctx context.Context) {
	p.log("thread not ended", p.o.Threads.DropDocument(ctx, threadKind, p.name()))
}
