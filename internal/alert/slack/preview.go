package slack

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"io"
	"regexp"
	"strings"

	api "github.com/slack-go/slack"
)

//go:embed preview.html
var previewHTML string

var previewPage = template.Must(template.New("preview").Parse(previewHTML))

// Shown is one message of a preview.
type Shown struct {
	// Caption says what the message is an example of.
	Caption string
	Blocks  []api.Block
}

// Preview writes a page that shows messages about as Slack does, without Slack: for looking at what people will get. The page
// needs no network.
func Preview(w io.Writer, messages []Shown) error {
	type shown struct {
		Caption string
		Blocks  []shownBlock
	}
	var page []shown
	for _, m := range messages {
		blocks, err := shownBlocks(m.Blocks)
		if err != nil {
			return fmt.Errorf("preview of %q: %w", m.Caption, err)
		}
		page = append(page, shown{m.Caption, blocks})
	}
	if err := previewPage.Execute(w, page); err != nil {
		return fmt.Errorf("write preview: %w", err)
	}
	return nil
}

// shownBlock is one block as the page draws it.
type shownBlock struct {
	Type   string
	Text   template.HTML
	Fields []template.HTML
	// Elements are the texts of a context, Buttons those of actions.
	Elements []template.HTML
	Buttons  []struct{ Text, URL string }
}

// shownBlocks reads the blocks from the JSON that Slack gets.
func shownBlocks(blocks []api.Block) ([]shownBlock, error) {
	data, err := json.Marshal(blocks)
	if err != nil {
		return nil, err
	}
	var all []wire
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	out := make([]shownBlock, 0, len(all))
	for _, b := range all {
		s := shownBlock{Type: b.Type}
		if b.Text != nil {
			s.Text = formatted(*b.Text)
		}
		for _, f := range b.Fields {
			s.Fields = append(s.Fields, formatted(f))
		}
		for _, e := range b.Elements {
			var text string
			var object wireText
			if json.Unmarshal(e.Text, &text) == nil {
				s.Elements = append(s.Elements, formatted(wireText{Type: e.Type, Text: text}))
			} else if json.Unmarshal(e.Text, &object) == nil {
				s.Buttons = append(s.Buttons, struct{ Text, URL string }{object.Text, e.URL})
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// emoji are those that this package sends, drawn without a font for them.
var emoji = strings.NewReplacer(":red_circle:", `<i class="red"></i>`, ":large_orange_circle:", `<i class="orange"></i>`,
	":large_green_circle:", `<i class="green"></i>`, ":bar_chart:", `<i class="chart"></i>`, ":bell:", `<i class="grey"></i>`)

var (
	inCode  = regexp.MustCompile("`([^`\n]+)`")
	inBold  = regexp.MustCompile(`\*([^*\n]+)\*`)
	links   = regexp.MustCompile(`&lt;(https?://[^|&]*(?:&amp;[^|&]*)*)\|([^&]*)&gt;`)
	mention = regexp.MustCompile(`&lt;[!@]([^&]*)&gt;`)
)

// formatted turns a text object into HTML: everything is escaped first, and then what mrkdwn means is put in.
func formatted(t wireText) template.HTML {
	// Slack's entities are HTML's; angle brackets that are left begin links and mentions.
	s := strings.ReplaceAll(html.EscapeString(html.UnescapeString(strings.NewReplacer("<", "\x01", ">", "\x02").Replace(t.Text))),
		"\x01", "&lt;")
	s = strings.ReplaceAll(s, "\x02", "&gt;")
	s = emoji.Replace(s)
	if t.Type == "mrkdwn" {
		s = links.ReplaceAllString(s, `<a href="$1">$2</a>`)
		s = mention.ReplaceAllString(s, `<span class="mention">@$1</span>`)
		s = inCode.ReplaceAllString(s, `<code>$1</code>`)
		s = inBold.ReplaceAllString(s, `<b>$1</b>`)
	}
	return template.HTML(strings.ReplaceAll(s, "\n", "<br>"))
}
