package setup

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"kept/account"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
)

// Bounds of forms.
const (
	maxFields     = 60
	maxOptions    = 60
	maxNoticeText = 20_000 // characters of a notice
)

// isWord tells whether fields, options and purposes may be named so.
func isWord(s string) bool {
	const most = 40
	return s != "" && len(s) <= most && s[0] >= 'a' && s[0] <= 'z' &&
		strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

func (o *Office) forms() noun[catalog.Form, id.Form] {
	return noun[catalog.Form, id.Form]{
		kind:  "form",
		all:   func(c *catalog.Catalog) []*catalog.Form { return c.Forms },
		head:  func(f *catalog.Form) (*id.Form, *int, *bool) { return &f.ID, &f.Position, &f.Archived },
		check: (*change).checkForm, insert: o.House.InsertForm, update: o.House.UpdateForm,
	}
}

// CreateForm makes a form. Faults Invalid, Forbidden.
func (o *Office) CreateForm(ctx context.Context, who account.Principal, f catalog.Form) (*catalog.Form, error) {
	return create(ctx, o, who, o.forms(), f)
}

// UpdateForm changes a form; what was answered keeps what it was asked. Faults NotFound, Invalid, Forbidden.
func (o *Office) UpdateForm(
	ctx context.Context, who account.Principal, id id.Form, edit func(*catalog.Form) error,
) (*catalog.Form, error) {
	return update(ctx, o, who, o.forms(), id, edit, nil)
}

// ArchiveForm ends the asking. Faults NotFound, Forbidden.
func (o *Office) ArchiveForm(ctx context.Context, who account.Principal, id id.Form) error {
	return archive(ctx, o, who, o.forms(), id)
}

// FindForm shows a form. Faults NotFound, Forbidden.
func (o *Office) FindForm(ctx context.Context, who account.Principal, id id.Form) (*catalog.Form, error) {
	return show(ctx, o, who, o.forms(), id)
}

// ListForms pages through the forms. Faults Invalid, Forbidden.
func (o *Office) ListForms(ctx context.Context, who account.Principal, page Page[id.Form]) (List[catalog.Form, id.Form], error) {
	return list(ctx, o, who, o.forms(), page)
}

func (c *change) checkForm(f *catalog.Form) {
	k := &c.checker
	checkTexts(k, "name", f.Names, true, maxName, false)
	checkTexts(k, "about", f.About, false, maxAbout, true)
	checkReferences(k, "services", f.Services, c.knowsService)
	k.Require(slices.Contains([]string{catalog.AskBooking, catalog.AskBefore, catalog.AskDesk}, f.Ask), "ask", "unknown", "is no time to ask")
	k.Require(len(f.Fields) > 0, "fields", "required", "ask at least one question")
	k.Require(len(f.Fields) <= maxFields, "fields", "too_long", fmt.Sprintf("must be at most %d", maxFields))
	keys := map[string]bool{}
	for i := range f.Fields[:min(len(f.Fields), maxFields)] {
		at := fmt.Sprintf("fields[%d].", i)
		c.checkField(at, &f.Fields[i])
		k.Require(!keys[f.Fields[i].Key], at+"key", "exclusive", "is the name of another question already")
		keys[f.Fields[i].Key] = true
	}
}

func (c *change) checkField(at string, f *catalog.Field) {
	k := &c.checker
	k.Require(isWord(f.Key), at+"key", "format", "must be a lower-case word of letters, digits and _")
	checkTexts(k, at+"label", f.Labels, true, maxAbout, true)
	checkTexts(k, at+"help", f.Helps, false, maxAbout, true)
	k.Require(slices.Contains(catalog.FieldKinds(), f.Kind), at+"kind", "unknown", "is no kind of question")
	k.Require(slices.Contains([]string{"", catalog.ClassPlain, catalog.ClassWarning, catalog.ClassHealth}, f.Class), at+"class", "unknown",
		"must be plain, warning or health")
	k.Require(f.Fact == "" || isWord(f.Fact), at+"fact", "format", "must be a lower-case word of letters, digits and _")
	for _, known := range client.AllKeys() {
		if known.Name == f.Fact {
			checkFact(k, at, f, known)
		}
	}
	choice := f.Kind == catalog.FieldChoice || f.Kind == catalog.FieldMany
	k.Require(!choice || len(f.Options) > 0, at+"options", "required", "give answers to choose from")
	k.Require(choice || len(f.Options) == 0, at+"options", "unexpected", "this kind of question has no options")
	k.Require(len(f.Options) <= maxOptions, at+"options", "too_long", fmt.Sprintf("must be at most %d", maxOptions))
	values := map[string]bool{}
	for i, o := range f.Options[:min(len(f.Options), maxOptions)] {
		at := fmt.Sprintf("%soptions[%d].", at, i)
		k.Require(isWord(o.Value), at+"value", "format", "must be a lower-case word of letters, digits and _")
		k.Require(!values[o.Value], at+"value", "exclusive", "is another answer already")
		values[o.Value] = true
		checkTexts(k, at+"label", o.Labels, true, maxName, false)
	}
}

// checkFact holds a question against the fact that its answer fills, so that no answer is refused later.
func checkFact(k *fault.Checker, at string, f *catalog.Field, known client.Key) {
	kinds := map[string]string{
		catalog.FieldText: client.ValueText, catalog.FieldLong: client.ValueText, catalog.FieldMany: client.ValueText,
		catalog.FieldNumber: client.ValueNumber, catalog.FieldDate: client.ValueDate, catalog.FieldYes: client.ValueYesNo,
		catalog.FieldChoice: client.ValueChoice,
	}
	k.Require(kinds[f.Kind] == known.Kind, at+"kind", "fact", "this fact of the card is of another kind: "+known.Kind)
	if known.Kind == client.ValueChoice {
		for i, o := range f.Options {
			k.Require(slices.Contains(known.Choices, o.Value), fmt.Sprintf("%soptions[%d].value", at, i), "fact",
				"is no value of this fact: "+strings.Join(known.Choices, ", "))
		}
	}
	classes := client.Classes()
	k.Require(max(slices.Index(classes, f.Class), 0) >= slices.Index(classes, known.Class), at+"class", "fact",
		"this fact of the card is guarded as "+known.Class)
}

func (o *Office) notices() noun[catalog.Notice, id.Notice] {
	return noun[catalog.Notice, id.Notice]{
		kind:  "notice",
		all:   func(c *catalog.Catalog) []*catalog.Notice { return c.Notices },
		head:  func(n *catalog.Notice) (*id.Notice, *int, *bool) { return &n.ID, &n.Position, &n.Archived },
		check: (*change).checkNotice,
		insert: func(ctx context.Context, business id.Business, n *catalog.Notice) error {
			return o.House.InsertNotice(ctx, business, n, o.Clock.Now())
		},
		update: func(ctx context.Context, business id.Business, n *catalog.Notice) error {
			return o.House.UpdateNotice(ctx, business, n, o.Clock.Now())
		},
	}
}

// CreateNotice makes a notice of version 1. Faults Invalid, Forbidden.
func (o *Office) CreateNotice(ctx context.Context, who account.Principal, n catalog.Notice) (*catalog.Notice, error) {
	n.Version = 1
	return create(ctx, o, who, o.notices(), n)
}

// UpdateNotice changes a notice; a change of its texts makes a new version,
// and consents go on telling which one was read. Its purpose stays. Faults
// NotFound, Invalid, Forbidden.
func (o *Office) UpdateNotice(
	ctx context.Context, who account.Principal, id id.Notice, edit func(*catalog.Notice) error,
) (*catalog.Notice, error) {
	return update(ctx, o, who, o.notices(), id, func(n *catalog.Notice) error {
		was := *n
		if err := edit(n); err != nil {
			return err
		}
		n.Purpose, n.Version = was.Purpose, was.Version
		if !maps.Equal(n.Names, was.Names) || !maps.Equal(n.Texts, was.Texts) {
			n.Version++
		}
		return nil
	}, nil)
}

// ArchiveNotice ends the asking; what was agreed to stays. Faults NotFound, Forbidden.
func (o *Office) ArchiveNotice(ctx context.Context, who account.Principal, id id.Notice) error {
	return archive(ctx, o, who, o.notices(), id)
}

// FindNotice shows a notice. Faults NotFound, Forbidden.
func (o *Office) FindNotice(ctx context.Context, who account.Principal, id id.Notice) (*catalog.Notice, error) {
	return show(ctx, o, who, o.notices(), id)
}

// ListNotices pages through the notices. Faults Invalid, Forbidden.
func (o *Office) ListNotices(ctx context.Context, who account.Principal, page Page[id.Notice]) (List[catalog.Notice, id.Notice], error) {
	return list(ctx, o, who, o.notices(), page)
}

func (c *change) checkNotice(n *catalog.Notice) {
	k := &c.checker
	checkTexts(k, "name", n.Names, true, maxAbout, true)
	checkTexts(k, "text", n.Texts, false, maxNoticeText, true)
	k.Require(isWord(n.Purpose), "purpose", "format", "must be a lower-case word of letters, digits and _")
	k.Require(!catalog.Free(n.Purpose) || !n.Required, "required", "exclusive", "nobody can be made to agree to this in order to book")
	checkReferences(k, "services", n.Services, c.knowsService)
	for _, other := range c.setting.Catalog.Notices {
		same := other.Purpose == n.Purpose && other.ID != n.ID && !other.Archived && !n.Archived
		k.Require(!same, "purpose", "exclusive", "there is a notice for this purpose already")
	}
}
