package account

import (
	"context"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// common are the passwords of eight characters and more that are tried first
// everywhere, some five thousand, one a line, folded; docs/dependencies.md says
// where they come from.
//
//go:embed common.txt
var common string

var commonSet = sync.OnceValue(func() map[string]bool { //nolint:gochecknoglobals // made once, then only read
	out := map[string]bool{}
	for line := range strings.Lines(common) {
		out[strings.TrimSpace(line)] = true
	}
	return out
})

// checkPassword notes what is wrong with a new password: 8 to 1,000 characters,
// none of the most common ones, also with a year or a mark behind it, nor made
// of the e-mail address or of words that belong to who chooses it: their name,
// the business's. No other rule: length is what helps, and rules make people
// write passwords down.
func checkPassword(c *fault.Checker, password, email string, words ...string) {
	c.Text("password", password, 8, 1000)
	folded := strings.ToLower(strings.TrimSpace(password))
	core := strings.TrimRightFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	known := commonSet()[folded] || repeated(folded) || core != folded && commonSet()[core]
	c.Require(!known, "password", "common", "is one of those that are tried first")
	local, _, _ := strings.Cut(email, "@")
	c.Require(!madeOf(folded, append(words, email, local)), "password", "own", "must not be made of the e-mail address, or of the name of somebody or of the business")
}

// checkChosen notes, besides, a password that is known from a breach elsewhere,
// where the operator has a list of them. An error says that the list cannot be
// read: then none is taken.
func (g *Gate) checkChosen(c *fault.Checker, password, email string, words ...string) error {
	checkPassword(c, password, email, words...)
	if g.Breached == nil || len(password) > longestPassword {
		return nil
	}
	known, err := g.Breached(password)
	if err != nil {
		return fault.Wrap(fault.Unavailable, fault.CodeUnavailable, "passwords cannot be checked at the moment", err)
	}
	c.Require(!known, "password", "breached", "is known from a data breach elsewhere; choose another")
	return nil
}

const (
	leastWord  = 3 // letters of a word that counts
	leastExtra = 5 // characters that a password has besides such words
)

// madeOf tells whether there is little more in a password than words that
// whoever tries would try.
func madeOf(folded string, texts []string) bool {
	var words []string
	for _, text := range texts {
		text = strings.ToLower(text)
		parts := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		words = append(append(words, text, strings.Join(parts, "")), parts...)
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) }) // the longest first
	left, met := folded, false
	for _, w := range words {
		if utf8.RuneCountInString(w) >= leastWord && strings.Contains(left, w) {
			left, met = strings.ReplaceAll(left, w, ""), true
		}
	}
	return met && utf8.RuneCountInString(strings.TrimSpace(left)) < leastExtra
}

// repeated tells whether a text is one letter over and over.
func repeated(s string) bool {
	return s != "" && strings.Trim(s, s[:1]) == ""
}

// wordsOf are the words that belong to a user: their name, the businesses they
// work for.
func (g *Gate) wordsOf(ctx context.Context, u User) ([]string, error) {
	places, err := g.Members.Memberships(ctx, u.ID)
	words := []string{u.Name}
	for _, m := range places {
		words = append(words, m.Slug)
	}
	return words, err
}

// SetPassword gives a user a new password and ends all their sessions but the
// one that asks, which gets a new token. The old password must be right; fault
// unauthenticated. Who has none yet (signed in at another house) gives an empty
// old one and must have shown lately who they are.
func (g *Gate) SetPassword(ctx context.Context, session, old, password string, from Origin) (renewed string, err error) {
	s, err := g.Resume(ctx, session)
	if err != nil {
		return "", err
	}
	if s.Shared != "" {
		return "", deskOnly()
	}
	u, err := g.Users.FindUser(ctx, s.User)
	if err != nil {
		return "", err
	}
	var c fault.Checker
	words, err := g.wordsOf(ctx, u)
	if err != nil {
		return "", err
	}
	if err := g.checkChosen(&c, password, u.Email, words...); err != nil {
		return "", err
	}
	if err := c.Err(); err != nil {
		return "", err
	}
	if u.PasswordHash == "" {
		_, err = g.fresh(s)
	} else {
		err = g.checkPassword(ctx, u.ID, old, from)
	}
	if err != nil {
		return "", err
	}
	if u.PasswordHash, err = g.Secrets.Hash(ctx, password); err != nil { // slow by design, so before the transaction
		return "", err
	}
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := g.Users.UpdateUser(ctx, u); err != nil {
			return err
		}
		if err := g.Sessions.DeleteSessionsOf(ctx, u.ID, s.ID); err != nil {
			return err
		}
		renewed, _, err = g.renew(ctx, session, func(s *Session) error {
			s.ProvedAt, s.ProvedBy = g.Clock.Now(), ByPassword
			return nil
		})
		if err != nil {
			return err
		}
		return g.recordFor(ctx, u.ID, Act{What: DidSetPassword, From: from.Address})
	})
	return renewed, err
}

// resetLife is how long the link to a new password is good for.
const resetLife = span.Hour

// AskReset sends a link to a new password to who has an account. The answer is
// the same for who has none, and takes as long: a letter to nobody is posted
// and thrown away. Fault rate_limited.
func (g *Gate) AskReset(ctx context.Context, email string, from Origin) error {
	email = strings.ToLower(strings.TrimSpace(email))
	const fewLetters = 3
	if _, err := g.throttle(ctx, tries{kind: "reset", who: email, most: fewLetters}, tries{kind: "address", who: from.Address, most: manyTries}); err != nil {
		return err
	}
	u, err := g.Users.UserByEmail(ctx, email)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	places, err := g.Members.Memberships(ctx, u.ID)
	if err != nil {
		return err
	}
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := g.Ceremonies.DropCeremonies(ctx, u.ID, kindReset); err != nil {
			return err
		}
		now := g.Clock.Now()
		token, err := g.begin(ctx, kindReset, u.ID, []byte(u.ID), resetLife)
		if err != nil {
			return err
		}
		l := Letter{ID: id.New[id.Letter](now.UTC()), Kind: LetterReset, Name: u.Name, To: u.Email, Language: u.Language, Token: token, ExpiresAt: now + resetLife}
		if len(places) > 0 {
			l.Business = places[0].Business
		}
		if err := g.Letters.Post(ctx, l); err != nil {
			return err
		}
		return g.recordFor(ctx, u.ID, Act{What: DidAskReset, From: from.Address})
	})
}

// Resetting tells whether the link to a new password is good still; fault gone.
func (g *Gate) Resetting(ctx context.Context, token string) error {
	c, err := g.peek(ctx, kindReset, token)
	if (err != nil && fault.KindOf(err) == fault.Unauthenticated) || (err == nil && c.Holder == "") {
		return over()
	}
	return err
}

func over() error {
	return fault.New(fault.Gone, fault.CodeConflict, "this link has been used or is too old; ask for another")
}

// Reset sets a new password by the link of a letter, which works once, and ends
// all sessions. A second factor stays. Faults gone, invalid.
func (g *Gate) Reset(ctx context.Context, token, password string, from Origin) error {
	if _, err := g.throttle(ctx, tries{kind: "address", who: from.Address, most: manyTries}); err != nil {
		return err
	}
	if err := g.Resetting(ctx, token); err != nil {
		return err
	}
	c, err := g.peek(ctx, kindReset, token)
	if err != nil {
		return err
	}
	u, err := g.Users.FindUser(ctx, c.Holder)
	if err != nil {
		return err
	}
	words, err := g.wordsOf(ctx, u)
	if err != nil {
		return err
	}
	var check fault.Checker
	if err := g.checkChosen(&check, password, u.Email, words...); err != nil {
		return err
	}
	if err := check.Err(); err != nil {
		return err
	}
	if u.PasswordHash, err = g.Secrets.Hash(ctx, password); err != nil {
		return err
	}
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		if _, err := g.take(ctx, kindReset, token); err != nil {
			return over()
		}
		if err := g.Users.UpdateUser(ctx, u); err != nil {
			return err
		}
		if err := g.Sessions.DeleteSessionsOf(ctx, u.ID, ""); err != nil {
			return err
		}
		return g.recordFor(ctx, u.ID, Act{What: DidSetPassword, Detail: "reset", From: from.Address})
	})
}
