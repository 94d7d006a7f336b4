package app

import (
	"bytes"
	"context"
	"net/url"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/internal/i18n"
	"kept/internal/mailtext"
	"kept/internal/passkey"
	"kept/internal/store"
	"kept/message"
	"kept/span"
)

// postman sends letters to people who sign in, over the channels that
// messages go over. Two nodes may look at the same letter: whoever claims it,
// sends it. A letter that cannot be sent is tried again until it is too old.
type postman struct {
	*kernel
	channels []message.Channel
	writer   *mailtext.Renderer
	base     string
}

// How long a claim of a letter, and with it the wait for the next try, is.
const letterRest = span.Minute

// NextDue implements clock.Due.
func (p postman) NextDue(ctx context.Context) (span.Instant, bool, error) {
	return p.accounts.NextLetter(ctx)
}

// RunDue implements clock.Due.
func (p postman) RunDue(ctx context.Context) error {
	const batch = 50
	due, err := p.accounts.DueLetters(ctx, p.clock.Now(), batch)
	if err != nil {
		return err
	}
	for _, l := range due {
		if err := p.deliver(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// deliver sends one letter, or throws it away. Its error is the database's.
func (p postman) deliver(ctx context.Context, l store.Posted) error {
	now := p.clock.Now()
	drop := func() error {
		return p.db.Do(ctx, func(ctx context.Context) error { return p.accounts.DropLetter(ctx, l.ID) })
	}
	if l.To == "" || l.ExpiresAt <= now {
		return drop()
	}
	mine := false
	err := p.db.Do(ctx, func(ctx context.Context) (err error) {
		mine, err = p.accounts.ClaimLetter(ctx, l, now+letterRest<<min(l.Tries, 6))
		return err
	})
	if err != nil || !mine {
		return err
	}
	retry, err := p.send(ctx, l.Letter, now)
	if err != nil {
		p.log.WarnContext(ctx, "a letter could not be sent", "kind", string(l.Kind), "again", retry, "error", err)
		if retry {
			return nil
		}
	}
	return drop()
}

func (p postman) send(ctx context.Context, l account.Letter, now span.Instant) (retry bool, err error) {
	house, language := "Kept", l.Language
	if l.Business != "" {
		set, err := p.settings.Load(ctx, l.Business, 0)
		if err != nil {
			return fault.KindOf(err) != fault.NotFound, err
		}
		b := set.Catalog.Business
		if language == "" {
			language = b.Language
		}
		house = b.Names.Pick(language, b.Language)
	}
	t := i18n.For(language)
	word := "letter." + string(l.Kind)
	link := p.base + "/"
	path := map[account.LetterKind]string{account.LetterInvite: "/join/", account.LetterReset: "/reset/"}[l.Kind]
	if path != "" {
		link = p.base + path + url.PathEscape(l.Token)
	}
	content, err := p.writer.Note(mailtext.Note{
		Language: t.Lang(), House: house, Subject: t.T(word+".subject", "house", house), Hello: t.T("letter.hello"),
		Lead: t.T(word+".lead", "house", house), Note: t.T(word + ".note"), Action: t.T(word + ".action"),
		Link: link, Footer: t.T(word+".footer", "house", house),
	})
	if err != nil {
		return false, err
	}
	e := message.Envelope{ID: id.Message(l.ID), Business: l.Business, From: house, Name: l.Name, At: now, Content: content}
	for _, channel := range p.channels {
		if channel.Name() == "sms" {
			continue
		}
		ok, _ := channel.Ready(ctx, l.Business)
		if e.Address = channel.Address(message.Contact{Email: l.To}); !ok || e.Address == "" {
			continue
		}
		_, retry, err := channel.Send(ctx, e)
		return retry, err
	}
	return true, errNoRoute
}

// site is package passkey as the gate asks for it.
type site struct{ *passkey.Site }

func person(u account.User, has []account.Passkey) passkey.Person {
	p := passkey.Person{Handle: []byte(u.ID), Name: u.Email}
	for _, k := range has {
		p.Keys = append(p.Keys, passkey.Key{ID: k.KeyID, Record: k.Record})
	}
	return p
}

// Enrol implements account.Site.
func (s site) Enrol(u account.User, has []account.Passkey) (options, state []byte, err error) {
	return s.Site.Enrol(person(u, has))
}

// Enrolled implements account.Site.
func (s site) Enrolled(u account.User, has []account.Passkey, state, answer []byte) (account.Passkey, error) {
	k, err := s.Site.Enrolled(person(u, has), state, answer)
	if err != nil {
		return account.Passkey{}, fault.Wrap(fault.Invalid, fault.CodeInvalid, "the browser's answer is not good", err)
	}
	return account.Passkey{KeyID: k.ID, Record: k.Record}, nil
}

// Answered implements account.Site.
func (s site) Answered(state, answer []byte, find func(id.User) ([]account.Passkey, error)) (account.Passkey, error) {
	var has []account.Passkey
	_, used, err := s.Site.Answered(state, answer, func(handle []byte) (passkey.Person, error) {
		user := id.User(handle)
		if !id.Valid(string(user)) {
			return passkey.Person{}, passkey.ErrAnswer
		}
		var err error
		has, err = find(user)
		return person(account.User{ID: user}, has), err
	})
	if err != nil {
		return account.Passkey{}, fault.Wrap(fault.Unauthenticated, fault.CodeUnauthenticated, "the browser's answer is not good", err)
	}
	for _, k := range has {
		if bytes.Equal(k.KeyID, used.ID) {
			k.Record = used.Record
			return k, nil
		}
	}
	return account.Passkey{}, fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "nobody has this key")
}
