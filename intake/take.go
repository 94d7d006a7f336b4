package intake

import (
	"context"
	"slices"

	"kept/account"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Whence tells how something came in.
type Whence struct {
	Channel  string     // ByBooking ...
	Booking  id.Booking // empty for none
	Subject  id.Subject // whom or what the booking is for, where that is not the client
	Language string     // in which the texts were read
}

// Take records what Check has read, in the caller's transaction. Who agrees
// again to what stands already agrees to nothing new.
func (d *Desk) Take(ctx context.Context, who account.Principal, client id.Client, from Whence, t Taken) error {
	if t.Empty() {
		return nil
	}
	now := d.Clock.Now()
	source := FromClient
	if who.IsStaff() {
		source = FromStaff
	}
	for _, sheet := range t.Forms {
		f := Filled{
			ID: id.New[id.Answer](now.UTC()), Client: client, Booking: from.Booking, Subject: from.Subject, Form: sheet.Form,
			Source: source, Actor: who.Actor(), At: now,
		}
		var facts []Learned
		for _, a := range sheet.Answers {
			if a.Class == catalog.ClassHealth {
				f.Health = append(f.Health, a)
			} else {
				f.Answers = append(f.Answers, a)
			}
			if a.Fact != "" {
				facts = append(facts, Learned{Key: a.Fact, Kind: a.Kind, Class: a.Class, Value: a.Value})
			}
		}
		if err := d.Store.InsertAnswer(ctx, who.Business, f); err != nil {
			return err
		}
		if d.Learner != nil && len(facts) > 0 {
			if err := d.Learner.Learn(ctx, who.Business, &f, facts); err != nil {
				return err
			}
		}
		if err := d.tell(ctx, who, client, "form"); err != nil {
			return err
		}
	}
	return d.consent(ctx, who, client, from, t.Consents)
}

func (d *Desk) consent(ctx context.Context, who account.Principal, client id.Client, from Whence, all []Consented) error {
	if len(all) == 0 {
		return nil
	}
	live, err := d.Consents.LiveConsents(ctx, who.Business, client)
	if err != nil {
		return err
	}
	now := d.Clock.Now()
	for _, c := range all {
		stands := slices.IndexFunc(live, func(l Consent) bool { return l.Purpose == c.Purpose })
		if stands >= 0 {
			if live[stands].Version == c.Version && live[stands].Notice == c.Notice {
				continue
			}
			// The text is another one: the old agreement ends with the new one.
			if _, err := d.Consents.WithdrawConsent(ctx, who.Business, client, c.Purpose, from.Channel, now); err != nil {
				return err
			}
		}
		err := d.Consents.InsertConsent(ctx, who.Business, Consent{
			ID: id.New[id.Consent](now.UTC()), Client: client, Booking: from.Booking, Notice: c.Notice, Version: c.Version,
			Purpose: c.Purpose, Language: from.Language, Channel: from.Channel, From: who.From, Actor: who.Actor(), GivenAt: now,
		})
		if err != nil {
			return err
		}
		if err := d.Consents.DeleteObjection(ctx, who.Business, client, c.Purpose); err != nil {
			return err
		}
	}
	return d.tell(ctx, who, client, "consent")
}

// Fill takes a form that a client, or the staff for them, fills in after the
// booking or without one. Faults Invalid, NotFound.
func (d *Desk) Fill(
	ctx context.Context, who account.Principal, c *catalog.Catalog, client id.Client, from Whence, form id.Form, answers map[string]any,
) error {
	f, ok := c.Form(form)
	if !ok || f.Archived || f.Ask == catalog.AskDesk && !who.IsStaff() {
		return fault.Missing("form")
	}
	var check fault.Checker
	known := map[string]bool{}
	read := fill(&check, f, answers, !who.IsStaff(), known)
	for key := range answers {
		check.Require(known[key], "answers."+key, "unexpected", "nothing of this name is asked")
	}
	check.Require(len(read) > 0, "answers", "required", "please answer at least one question")
	if err := check.Err(); err != nil {
		return err
	}
	return d.Atomic.Do(ctx, func(ctx context.Context) error {
		return d.Take(ctx, who, client, from, Taken{Forms: []Sheet{{form, read}}})
	})
}

// Agree records that a client agrees to a notice as it stands; version is the
// one that was shown. Faults NotFound, conflict when the text has changed.
func (d *Desk) Agree(
	ctx context.Context, who account.Principal, c *catalog.Catalog, client id.Client, from Whence, given Agreement,
) error {
	n, ok := c.Notice(given.Notice)
	if !ok || n.Archived {
		return fault.Missing("notice")
	}
	if given.Version != 0 && given.Version != n.Version {
		return fault.New(fault.Conflict, fault.CodeConflict, "the text has been changed meanwhile; please read it again")
	}
	return d.Atomic.Do(ctx, func(ctx context.Context) error {
		return d.consent(ctx, who, client, from, []Consented{{n.ID, n.Version, n.Purpose}})
	})
}

// Withdraw ends a consent, and notes an objection to what is sent unless one
// objects. It is done at once: what is sent asks at the moment of sending.
func (d *Desk) Withdraw(ctx context.Context, who account.Principal, client id.Client, channel, purpose string) error {
	return d.Atomic.Do(ctx, func(ctx context.Context) error {
		now := d.Clock.Now()
		if _, err := d.Consents.WithdrawConsent(ctx, who.Business, client, purpose, channel, now); err != nil {
			return err
		}
		if err := d.Consents.PutObjection(ctx, who.Business, client, Objection{purpose, channel, now}); err != nil {
			return err
		}
		return d.tell(ctx, who, client, "consent")
	})
}

// Allows tells whether something may be sent to a client for a purpose: what
// needs a consent has one that stands, and to the rest nobody has objected.
func (d *Desk) Allows(ctx context.Context, business id.Business, client id.Client, purpose string) (bool, error) {
	switch purpose {
	case catalog.PurposeMarketing, catalog.PurposeSharing, catalog.PurposeSharingHealth:
		since, err := d.Since(ctx, business, client, purpose)
		return since != 0, err
	}
	all, err := d.Consents.ListObjections(ctx, business, client)
	return err == nil && !slices.ContainsFunc(all, func(o Objection) bool { return o.Purpose == purpose }), err
}

// Since tells when the consent was given that stands for a purpose; 0 where
// none does.
func (d *Desk) Since(ctx context.Context, business id.Business, client id.Client, purpose string) (span.Instant, error) {
	live, err := d.Consents.LiveConsents(ctx, business, client)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(live, func(c Consent) bool { return c.Purpose == purpose })
	if i < 0 {
		return 0, nil
	}
	return live[i].GivenAt, nil
}

// Open lists the forms that are asked before a visit and are not filled in yet.
func (d *Desk) Open(
	ctx context.Context, business id.Business, c *catalog.Catalog, client id.Client, booking id.Booking, services []id.Service,
) ([]*catalog.Form, error) {
	var open []*catalog.Form
	for _, f := range c.Forms {
		if f.Asks(catalog.AskBefore, services) {
			open = append(open, f)
		}
	}
	if len(open) == 0 {
		return nil, nil
	}
	const mostLooked = 100
	filled, err := d.Store.Answers(ctx, business, client, false, "", mostLooked)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(open, func(f *catalog.Form) bool {
		return slices.ContainsFunc(filled, func(a Filled) bool { return a.Form == f.ID && (f.Once || a.Booking == booking) })
	}), nil
}
