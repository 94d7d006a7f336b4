package card

import (
	"cmp"
	"slices"

	"kept/client"
	"kept/id"
	"kept/internal/web/view"
)

// subjects are the persons, animals and things of the client, each with what is known of it.
func (d *drawing) subjects() []view.SheetSection {
	var out []view.SheetSection
	here := slices.DeleteFunc(slices.Clone(d.sheet.Subjects), func(s client.Subject) bool { return s.LeftAt != 0 })
	here = cut(d, "subjects", mostSubjects, here, func(s client.Subject) string { return string(s.ID) })
	for _, s := range here {
		part := view.SheetSection{ID: "subject-" + string(s.ID), Ahead: true, Heading: d.subjectName(s), Teach: d.P.T("sheet.facts_none")}
		part.Facts, part.Rows = d.factRows(s.ID, part.ID)
		if latest := d.readings(s.ID); len(latest) > 0 {
			part.Rows = append(part.Rows, latest...)
			if !d.lent {
				part.Links = []view.Link{{Text: d.P.T("past.readings_all"), Href: d.at("/readings/" + string(s.ID))}}
			}
		}
		if d.may() {
			part.Forms = []view.SheetForm{d.factForm(s.ID, s.Kind)}
			if s.Kind == client.SubjectVehicle || s.Kind == client.SubjectDevice {
				part.Forms = append(part.Forms, d.readingForm(s))
			}
		}
		out = append(out, d.turns(part))
	}
	return append(out, d.moreSubjects())
}

// moreSubjects leads to the other pages of subjects, and asks for another one.
func (d *drawing) moreSubjects() view.SheetSection {
	s := view.SheetSection{ID: "subjects", Ahead: true, Heading: d.P.T("sheet.subjects")}
	if d.may() {
		s.Forms = []view.SheetForm{{
			Summary: d.P.T("sheet.subject_add"), Action: d.at("/subject"), Hidden: d.hidden("subject"), Button: d.P.T("sheet.add"), Open: d.open("subject"),
			Fields: []view.Field{
				d.choice("subject.kind", d.P.T("sheet.subject_kind"), d.words(client.SubjectKinds(), "subject.")).In(view.Half),
				d.field(view.FieldText, "subject.name", d.P.T("sheet.subject_name")).In(view.Half),
			},
		}}
	}
	return d.turns(s)
}

// readings shows the latest of each kind.
func (d *drawing) readings(of id.Subject) []view.SheetRow {
	latest := map[string]client.Reading{}
	for _, r := range d.sheet.Readings { // by day: the last one stays
		if r.Subject == of {
			latest[r.Kind] = r
		}
	}
	var out []view.SheetRow
	for _, r := range latest {
		out = append(out, d.reading(r))
	}
	slices.SortFunc(out, func(a, b view.SheetRow) int { return cmp.Compare(a.Title, b.Title) })
	return out
}

func (d *drawing) readingForm(s client.Subject) view.SheetForm {
	prefix := "reading" + string(s.ID)
	kinds := []string{client.ReadingMileage, client.ReadingHours, client.ReadingCycles}
	if s.Kind == client.SubjectDevice {
		kinds = []string{client.ReadingHours, client.ReadingCycles}
	}
	return view.SheetForm{
		Summary: d.P.T("sheet.reading_add"), Action: d.at("/reading"), Button: d.P.T("sheet.add"), Open: d.open(prefix),
		Hidden: d.hidden(prefix, view.Pair{Name: "subject", Value: string(s.ID)}),
		Fields: []view.Field{
			d.choice(prefix+".kind", d.P.T("sheet.reading_kind"), d.words(kinds, "reading.")).In(view.Half),
			d.field(view.FieldNumber, prefix+".value", d.P.T("sheet.reading_value")).In(view.Half).Needed(),
			d.field(view.FieldDate, prefix+".day", d.P.T("sheet.reading_day")).In(view.Half).Opt(),
		},
	}
}
