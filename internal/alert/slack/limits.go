package slack

import (
	"encoding/json"
	"errors"
	"fmt"

	api "github.com/slack-go/slack"
)

// Limits of Block Kit (docs.slack.dev, reference/block-kit).
const (
	maxBlocks     = 50
	maxHeader     = 150
	maxSection    = 3000
	maxFields     = 10
	maxField      = 2000
	maxContext    = 10
	maxButtonText = 75
	maxURL        = 3000
	maxFallback   = 4000
)

// wire is what the limits look at in the JSON of a block.
type wire struct {
	Type     string    `json:"type"`
	Text     *wireText `json:"text"`
	Fields   []wireText
	Elements []struct {
		Type string          `json:"type"`
		Text json.RawMessage `json:"text"`
		URL  string          `json:"url"`
	} `json:"elements"`
}

type wireText struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// Check reports every limit of Block Kit that the blocks break, as they are sent.
func Check(blocks []api.Block) error {
	data, err := json.Marshal(blocks)
	if err != nil {
		return fmt.Errorf("encode blocks: %w", err)
	}
	var all []wire
	if err := json.Unmarshal(data, &all); err != nil {
		return fmt.Errorf("read blocks: %w", err)
	}
	var errs []error
	if len(all) > maxBlocks {
		errs = append(errs, fmt.Errorf("%d blocks, at most %d", len(all), maxBlocks))
	}
	for i, b := range all {
		for _, problem := range b.problems() {
			errs = append(errs, fmt.Errorf("block %d (%s): %s", i, b.Type, problem))
		}
	}
	return errors.Join(errs...)
}

func (b wire) problems() (out []string) {
	length := func(what, text string, most int) {
		if n := units(text); n > most || n == 0 {
			out = append(out, fmt.Sprintf("%s has %d characters, from 1 to %d", what, n, most))
		}
	}
	switch b.Type {
	case "header":
		length("text", b.Text.Text, maxHeader)
		if b.Text.Type != "plain_text" {
			out = append(out, "text must be plain_text")
		}
	case "section":
		if b.Text != nil {
			length("text", b.Text.Text, maxSection)
		}
		if len(b.Fields) > maxFields {
			out = append(out, fmt.Sprintf("%d fields, at most %d", len(b.Fields), maxFields))
		}
		for _, f := range b.Fields {
			length("field", f.Text, maxField)
		}
	case "context":
		if len(b.Elements) == 0 || len(b.Elements) > maxContext {
			out = append(out, fmt.Sprintf("%d elements, from 1 to %d", len(b.Elements), maxContext))
		}
		for _, e := range b.Elements {
			var text string
			if json.Unmarshal(e.Text, &text) == nil {
				length("element", text, maxField)
			}
		}
	case "actions":
		for _, e := range b.Elements {
			var text wireText
			if json.Unmarshal(e.Text, &text) == nil {
				length("button", text.Text, maxButtonText)
			}
			if units(e.URL) > maxURL {
				out = append(out, fmt.Sprintf("url has %d characters, at most %d", units(e.URL), maxURL))
			}
		}
	}
	return out
}
