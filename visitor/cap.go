package visitor

import (
	"context"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// Whoever waits for a code by SMS that will not come is told so at once.
//
// A code for a booking or for one's own card goes to any number, known or not.
// So it is charged when it is asked for, and past the cap it is refused there,
// which says nothing about the number.
//
// A code to sign in goes to known numbers alone, and is charged when it is sent:
// strangers who try numbers must use nothing up. Whether the cap is reached
// then depends on who is known, and may not be told. Crowded is told instead:
// that so many asked for codes today, for whatever number, that no more may go
// out. It is true whenever the cap of the country is reached, or that of a
// business by those who asked on its own pages and on those of none; and at
// times before. The ask is taken all the same.

// RuleCap is the rule of the fault rate_limited that tells that no more codes go
// out by SMS today.
const RuleCap = "sms_cap"

// capped refuses a code, and says whom to call where that is known.
func (d *Door) capped(ctx context.Context, business id.Business, now span.Instant) error {
	f := fault.New(fault.Exhausted, fault.CodeRateLimited, "no more codes go out by SMS today; give an e-mail address, or call")
	f.Rule, f.RetryAfter = RuleCap, (now - now%span.Day + span.Day).Sub(now)
	if d.Phone != nil && business != "" {
		call, err := d.Phone(ctx, business)
		if err != nil {
			return err
		}
		f.Call = call
	}
	return f
}

// chargeNow charges the code that anybody may ask for; fault rate_limited with
// rule "sms_cap" past the cap.
func (d *Door) chargeNow(ctx context.Context, a Ask, now span.Instant) error {
	if a.Contact.Kind != Phone {
		return nil
	}
	ok, _, err := d.charge(ctx, a, []id.Business{a.Business}, now)
	if err == nil && !ok {
		err = d.capped(ctx, a.Business, now)
	}
	return err
}

// count counts a new ask by SMS: one to sign in for how many there are, another
// on account of its business.
func (d *Door) count(ctx context.Context, a Ask, now span.Instant) error {
	if a.Purpose == ToEnter {
		return d.countAsk(ctx, a.Contact, a.Business, now)
	}
	return d.chargeNow(ctx, a, now)
}

// asked are the counts of those who asked for a code to sign in by SMS today,
// each with what it may come to before it gets crowded.
func (d *Door) asked(ctx context.Context, c Contact, business id.Business, now span.Instant) ([]Count, []int, error) {
	day := now - now%span.Day
	most := d.Caps.Codes
	if business != "" {
		var err error
		if most, err = d.codesOf(ctx, business); err != nil {
			return nil, nil, err
		}
	}
	return []Count{{scopeAsked, Prefix(c.Value), day}, {scopeAsked, string(business), day}}, []int{d.Caps.CodesCountry, most}, nil
}

// countAsk counts one who asks for a code to sign in.
func (d *Door) countAsk(ctx context.Context, c Contact, business id.Business, now span.Instant) error {
	if c.Kind != Phone {
		return nil
	}
	counts, _, err := d.asked(ctx, c, business, now)
	if err != nil {
		return err
	}
	for _, one := range counts {
		if _, _, err := d.Counts.Touch(ctx, one); err != nil {
			return err
		}
		if err := d.Counts.Raise(ctx, one, now); err != nil {
			return err
		}
	}
	return nil
}

// Crowded tells whether so many asked for codes by SMS today that one to a
// contact may not come; never for an e-mail address. It does not depend on
// whether the contact is known.
func (d *Door) Crowded(ctx context.Context, c Contact, business id.Business) (crowded bool, err error) {
	if c.Kind != Phone {
		return false, nil
	}
	now := d.Clock.Now()
	counts, most, err := d.asked(ctx, c, business, now)
	if err != nil {
		return false, err
	}
	err = d.Atomic.Do(ctx, func(ctx context.Context) error {
		if business != "" {
			counts = append(counts, Count{scopeAsked, "", counts[1].Window})
		}
		n := make([]int, 3)
		for i, one := range counts {
			if n[i], _, err = d.Counts.Touch(ctx, one); err != nil {
				return err
			}
		}
		crowded = n[0] > most[0] || n[1]+n[2] > most[1]
		return nil
	})
	return crowded, err
}
