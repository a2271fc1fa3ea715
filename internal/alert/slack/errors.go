package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/alert/post"
	"github.com/mskfit/mskfit/internal/secret"
)

// remedies say what to do about answers that stay the same however often one asks. What is not here is tried again.
var remedies = map[string]string{
	"channel_not_found":     "no such channel, or a private one that the bot is not in: check channel, and invite the bot",
	"not_in_channel":        "the bot is not a member of the channel: invite it",
	"is_archived":           "the channel is archived: name another",
	"channel_is_archived":   "the channel is archived: make a webhook for another",
	"invalid_auth":          "the token is not accepted: check token or token_file",
	"not_authed":            "the token is not accepted: check token or token_file",
	"account_inactive":      "the token's account or workspace was deleted: install the app again",
	"token_revoked":         "the token was revoked: install the app again",
	"token_expired":         "the token has expired: install the app again, without token rotation",
	"missing_scope":         "the token lacks a scope: it needs chat:write and files:write",
	"no_permission":         "the workspace does not allow it: ask its administrator",
	"restricted_action":     "the workspace does not allow it: ask its administrator",
	"action_prohibited":     "the workspace does not allow the webhook: ask its administrator",
	"no_service":            "the webhook was deleted or turned off: make a new one",
	"no_active_hooks":       "the webhook was deleted or turned off: make a new one",
	"invalid_token":         "the webhook's address is not valid: copy it again",
	"team_disabled":         "the workspace is disabled",
	"user_not_found":        "the webhook's user is gone: make a new one",
	"invalid_blocks":        "Slack rejects the format of the message",
	"invalid_blocks_format": "Slack rejects the format of the message",
	"invalid_payload":       "Slack rejects the format of the message",
	"msg_too_long":          "the message is too long",
	"no_text":               "the message is empty",
}

// codeError is an error code of Slack's.
type codeError struct{ code, remedy string }

func (e *codeError) Error() string {
	if e.remedy == "" {
		return "slack answered " + e.code
	}
	return "slack answered " + e.code + ": " + e.remedy
}

func refused(code string) *alert.Refusal {
	remedy, permanent := remedies[code]
	return &alert.Refusal{Permanent: permanent, Err: &codeError{code, remedy}}
}

// answered reports whether the error is one of Slack's codes.
func answered(err error, codes ...string) bool {
	var e *codeError
	return errors.As(err, &e) && slices.Contains(codes, e.code)
}

// explainHook adds what to do to a webhook's refusal.
func explainHook(err error) error {
	var r *alert.Refusal
	if !errors.As(err, &r) {
		return err
	}
	if i := strings.LastIndex(r.Err.Error(), ": "); i >= 0 {
		if _, known := remedies[r.Err.Error()[i+2:]]; known {
			return &alert.Refusal{Permanent: r.Permanent, After: r.After, Err: refused(r.Err.Error()[i+2:]).Err}
		}
	}
	return &alert.Refusal{Permanent: r.Permanent, After: r.After, Err: fmt.Errorf("slack %w", r.Err)}
}

// maxRetryAfter bounds what Slack may ask for.
const maxRetryAfter = time.Hour

// explain turns an error of Slack's client into a refusal, without the token.
func explain(method string, err error, token secret.String) error {
	var limited *api.RateLimitedError
	var status api.StatusCodeError
	var answer api.SlackErrorResponse
	switch {
	case err == nil:
		return nil
	case errors.As(err, &limited):
		return &alert.Refusal{After: min(limited.RetryAfter, maxRetryAfter),
			Err: fmt.Errorf("%s: too many messages, slack asks to wait %s", method, limited.RetryAfter)}
	case errors.As(err, &answer):
		r := refused(answer.Err)
		if answer.Needed != "" {
			r.Err = fmt.Errorf("%w (needed: %s)", r.Err, answer.Needed)
		}
		r.Err = fmt.Errorf("%s: %w", method, r.Err)
		return r
	case errors.As(err, &status):
		passing := status.Code == http.StatusTooManyRequests || status.Code == http.StatusRequestTimeout || status.Code >= 500
		return &alert.Refusal{Permanent: !passing, Err: fmt.Errorf("%s: answered %s", method, status.Status)}
	case errors.Is(err, context.DeadlineExceeded):
		return &alert.Refusal{Err: fmt.Errorf("%s: no answer in time", method)}
	}
	var u *url.Error
	if errors.As(err, &u) { // method and address say no more than the name of the method
		err = u.Err
	}
	text := post.Explain(err).Error()
	if t := token.Reveal(); t != "" {
		text = strings.ReplaceAll(text, t, secret.Redacted)
	}
	return &alert.Refusal{Err: fmt.Errorf("%s: %s", method, text)}
}
