package app

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"kept/account"
	"kept/audit"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/channel/sms"
	"kept/internal/config"
	"kept/internal/dial"
	"kept/internal/dossier"
	"kept/internal/i18n"
	"kept/internal/passkey"
	"kept/internal/store"
	"kept/internal/web"
	"kept/message"
	"kept/span"
	"kept/visitor"
)

// visitors is what lets clients in.
type visitors struct {
	door  *visitor.Door
	cards *store.VisitorCards
	sms   *sms.Channel
	wake  chan struct{}
}

// newVisitors builds the door, without the courier, which needs channels.
func (k *kernel) newVisitors() visitors {
	logins, cards := store.NewVisitors(k.db, k.vault), store.NewVisitorCards(k.db, k.vault, k.clients)
	v := visitors{cards: cards, wake: make(chan struct{}, 1)}
	v.door = visitor.NewDoor(visitor.Parts{
		Atomic: k.db, Clock: k.clock, Asks: logins, Proven: logins, Logins: logins, Sessions: logins, Counts: logins, Cards: cards, Kin: cards,
		Blocks: logins, Keys: logins, Journal: k.journal, Secrets: store.VisitorSecrets{Master: k.master},
		Lower: func(ctx context.Context, business id.Business) (int, error) {
			s, err := k.settings.Load(ctx, business, 1)
			if err != nil {
				return 0, err
			}
			return s.Catalog.Business.Terms.CodesADay, nil
		},
		Phone: func(ctx context.Context, business id.Business) (string, error) {
			s, err := k.settings.Load(ctx, business, 1)
			if err != nil {
				return "", err
			}
			return s.Catalog.Business.Phone, nil
		},
		Record: func(ctx context.Context, a visitor.Arrival) error {
			return k.record.trail.Record(ctx, a.Card.Business, audit.Entry{
				Actor:  event.Actor{Kind: string(account.KindClient), ID: string(a.Card.Client), From: a.From},
				Action: audit.ClientSignedIn, Client: a.Card.Client, Ref: string(a.Session), Detail: a.How, At: a.At,
			})
		},
		Wake: func() {
			select {
			case v.wake <- struct{}{}:
			default: // somebody called already
			}
		},
	})
	return v
}

// bearer tells whether a program's token is that of a client's session.
func (v visitors) bearer(ctx context.Context, token string) error {
	_, _, err := v.door.Session(ctx, token)
	return err
}

// capsOf are the operator's bounds of SMS a day; tests and tools, which read no
// flags, have the usual ones.
func capsOf(c config.Serve) visitor.Caps {
	return cmp.Or(
		visitor.Caps{Codes: c.SMSCodes, CodesCountry: c.SMSCodesCountry, Notices: c.SMSNotices, NoticesCountry: c.SMSNoticesCountry},
		visitor.DefaultCaps(),
	)
}

// newSMS makes the channel to phones.
func (k *kernel) newSMS(c config.Serve) (*sms.Channel, error) {
	allow, err := dial.ParseNets(c.AllowNet)
	if err != nil {
		return nil, err
	}
	return sms.New(sms.Config{
		URL: c.SMSURL, Account: c.SMSAccount, Token: c.SMSToken, From: c.SMSFrom, Base: c.Base(), Allow: allow,
		Guard: k.visitors.door.AllowNotice,
	})
}

// sendCodes sends the codes that clients ask for, at once where they asked
// this node.
func (l *loops) sendCodes(ctx context.Context) {
	const poll = 5 * span.Second
	codes := due{l.visitors.door.NextDue, l.visitors.door.RunDue}
	for ctx.Err() == nil {
		if err := codes.RunDue(ctx); err != nil && ctx.Err() == nil {
			l.log.WarnContext(ctx, "a task failed and is tried again", "task", "codes", "error", err)
		}
		until := l.clock.Now() + poll
		if next, ok, err := codes.NextDue(ctx); err == nil && ok && next > l.clock.Now() {
			until = min(until, next)
		}
		if l.clock.Wait(ctx, until, l.visitors.wake) != nil {
			return
		}
	}
}

// courier sends codes over the channels that messages go over.
type courier struct {
	*kernel
	channels []message.Channel
	base     string
	host     string // of the provider of SMS
}

var errNoRoute = errors.New("app: nothing is set up that reaches this contact")

// Send implements visitor.Courier.
func (c courier) Send(ctx context.Context, l visitor.Letter) (retry bool, err error) {
	set, err := c.settings.Current(ctx, l.Business)
	if err != nil {
		return true, err
	}
	p := i18n.For(l.Language)
	house := set.Catalog.Business.Names.Pick(l.Language, set.Catalog.Business.Language)
	if l.Contact.Kind == visitor.Phone {
		if ok, _ := c.visitors.sms.Ready(ctx, l.Business); ok {
			if shut, err := c.abroad.shut(ctx, l.Business, c.host); shut || err != nil {
				return err != nil, errors.Join(errNoRoute, err)
			}
			return c.visitors.sms.SendText(ctx, l.Contact.Value, p.T("me.sms_text", "code", l.Code, "house", house))
		}
	}
	e := message.Envelope{
		ID: id.New[id.Message](l.At.UTC()), Business: l.Business, From: house, At: l.At,
		Content: message.Content{Language: l.Language, Subject: p.T("me.mail_subject", "code", l.Code, "house", house), Text: c.text(p, l, house)},
	}
	to := message.Contact{Email: l.Contact.Value}
	if l.Contact.Kind == visitor.Phone {
		to = message.Contact{Phone: l.Contact.Value}
	}
	for _, channel := range c.channels {
		ok, _ := channel.Ready(ctx, l.Business)
		if e.Address = channel.Address(to); !ok || e.Address == "" {
			continue
		}
		_, retry, err := channel.Send(ctx, e)
		return retry, err
	}
	return false, errNoRoute
}

// text is what a mail with a code says, by what the code is for.
func (c courier) text(p *i18n.Printer, l visitor.Letter, house string) string {
	key := map[visitor.Purpose]string{visitor.ToEnter: "me.mail_text", visitor.ToBook: "proof.mail_book", visitor.ToAdd: "proof.mail_add"}[l.Purpose]
	link := c.base + "/me/-/in/" + url.PathEscape(l.Link)
	return p.T(key, "code", l.Code, "house", house, "link", link, "minutes", strconv.Itoa(l.Minutes))
}

// Reaches implements visitor.Courier.
func (c courier) Reaches(ctx context.Context, business id.Business, kind visitor.Kind) (bool, error) {
	to := message.Contact{Email: "x@example.com"}
	if kind == visitor.Phone {
		if ok, _ := c.visitors.sms.Ready(ctx, business); ok {
			shut, err := c.abroad.shut(ctx, business, c.host)
			return !shut, err
		}
		to = message.Contact{Phone: "+4930901820"}
	}
	for _, channel := range c.channels {
		if ok, _ := channel.Ready(ctx, business); ok && channel.Address(to) != "" {
			return true, nil
		}
	}
	return false, nil
}

// takeOut gives clients a copy of everything about them.
func (k *kernel) takeOut(c config.Serve) func(context.Context, account.Principal, id.Client) ([]byte, string, error) {
	return func(ctx context.Context, who account.Principal, of id.Client) ([]byte, string, error) {
		d, err := k.privacy.Export(ctx, who, of)
		if err != nil {
			return nil, "", err
		}
		set, err := k.settings.Current(ctx, who.Business)
		if err != nil {
			return nil, "", err
		}
		body, err := dossier.Pack(d, set, hostOf(c.Base()))
		return body, dossier.ContentType, err
	}
}

// visitorSite is package passkey in the words of the clients' door.
type visitorSite struct{ *passkey.Site }

func holder(l visitor.Login, has []visitor.Key) passkey.Person {
	p := passkey.Person{Handle: []byte(l.ID), Name: l.Contact.Value}
	for _, k := range has {
		p.Keys = append(p.Keys, passkey.Key{ID: k.KeyID, Record: k.Record})
	}
	return p
}

// Enrol implements visitor.Site.
func (s visitorSite) Enrol(l visitor.Login, has []visitor.Key) (options, state []byte, err error) {
	return s.Site.Enrol(holder(l, has))
}

// Enrolled implements visitor.Site.
func (s visitorSite) Enrolled(l visitor.Login, has []visitor.Key, state, answer []byte) (visitor.Key, error) {
	k, err := s.Site.Enrolled(holder(l, has), state, answer)
	if err != nil {
		return visitor.Key{}, fault.Wrap(fault.Invalid, fault.CodeInvalid, "the browser's answer is not good", err)
	}
	return visitor.Key{KeyID: k.ID, Record: k.Record}, nil
}

// Answered implements visitor.Site.
func (s visitorSite) Answered(state, answer []byte, find func(id.Visitor) ([]visitor.Key, error)) (id.Visitor, visitor.Key, error) {
	var whose id.Visitor
	var has []visitor.Key
	_, used, err := s.Site.Answered(state, answer, func(handle []byte) (passkey.Person, error) {
		if whose = id.Visitor(handle); !id.Valid(string(whose)) {
			return passkey.Person{}, passkey.ErrAnswer
		}
		var err error
		has, err = find(whose)
		return holder(visitor.Login{ID: whose}, has), err
	})
	if err != nil {
		return "", visitor.Key{}, fault.Wrap(fault.Unauthenticated, fault.CodeUnauthenticated, "the browser's answer is not good", err)
	}
	for _, k := range has {
		if bytes.Equal(k.KeyID, used.ID) {
			k.Record = used.Record
			return whose, k, nil
		}
	}
	return "", visitor.Key{}, fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "nobody has this key")
}

// receipts takes what the provider of SMS tells of messages.
func (k *kernel) receipts(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		web.WriteProblem(w, r, fault.BadField("form", "format", "this is no form"))
		return
	}
	got, ok := k.visitors.sms.Receipt(r.URL.RawQuery, r.PostForm, r.Header.Get("X-Twilio-Signature"))
	if !ok {
		web.WriteProblem(w, r, fault.New(fault.Forbidden, fault.CodeForbidden, "the signature is not right"))
		return
	}
	if got.Delivered || got.Failed {
		if err := k.messages.Receive(r.Context(), got.Business, got.Message, k.visitors.sms.Name(), got.Delivered); err != nil {
			web.WriteProblem(w, r, err)
			return
		}
	}
	w.WriteHeader(http.StatusNoContent)
}
