package mailtext

import (
	"maps"
	"slices"

	"kept/internal/i18n"
)

// plain is a message that hangs on no booking: the step's texts filled with
// the visit's words (house, service and day among them), and one link. A step without text for the link has none.
func (w *writer) plain() letter {
	v, house := w.visit, w.pick(w.visit.House)
	words := []any{"house", house, "service", w.services()}
	if v.Start != 0 {
		words = append(words, "day", w.p.Date(v.Start.In(w.place)))
	}
	for _, name := range slices.Sorted(maps.Keys(v.Words)) {
		words = append(words, name, flat(v.Words[name]))
	}
	key := "mail." + string(w.Step)
	l := letter{
		Lang: w.lang, House: house, Hello: w.p.T("mail.hello_all"), Colon: ": ",
		Subject: flat(w.p.T(key+".subject", words...)), Lead: w.p.T(key+".lead", words...),
		Footer: w.p.T("mail.footer_card", "house", house),
	}
	if w.lang == i18n.Chinese {
		l.Colon = "："
	}
	if name := flat(v.Recipient.Name); name != "" {
		l.Hello = w.p.T("mail.hello", "name", name)
	}
	if v.Path != "" && w.p.Has(key+".action") {
		l.Action, l.Link = w.p.T(key+".action", words...), w.links.At(v.Path)
	}
	return l
}
