package mailtext

import (
	"bytes"
	"fmt"

	"kept/message"
)

// Note is a mail that is about no visit: a few lines and a link, in the same
// dress as all others.
type Note struct {
	Language string
	House    string // at the head; "Kept" where it comes from no business
	Subject  string
	Hello    string
	Lead     string
	Note     string // what to know about the link
	Action   string // the words on the link
	Link     string
	Footer   string // why one gets this mail
}

// Note writes a note.
func (r *Renderer) Note(n Note) (message.Content, error) {
	l := letter{
		Lang: n.Language, House: n.House, Subject: n.Subject, Hello: n.Hello, Lead: n.Lead, Note: n.Note,
		Action: n.Action, Link: n.Link, Footer: n.Footer,
	}
	var text, html bytes.Buffer
	if err := r.text.Execute(&text, l); err != nil {
		return message.Content{}, fmt.Errorf("mailtext: %w", err)
	}
	if err := r.html.Execute(&html, l); err != nil {
		return message.Content{}, fmt.Errorf("mailtext: %w", err)
	}
	return message.Content{Language: l.Lang, Subject: l.Subject, Text: text.String(), HTML: html.String()}, nil
}
