package setup

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Bounds of what can be set.
const (
	maxName      = 200
	maxAbout     = 4000
	maxAddress   = 500
	maxWord      = 60 // of a skill, a kind of resource, a colour
	maxPosition  = 1_000_000
	maxLanguages = 20

	maxMinutes   = 1440 // of a segment, of a service, between starts
	maxBuffer    = 240
	maxNotice    = 525_600 // a year in minutes
	maxHorizon   = 730     // two years in days
	maxSegments  = 100
	maxNeeds     = 20
	maxTogether  = 50 // staff or units of one segment
	maxLevel     = 100
	maxPrice     = 1_000_000_000_000
	maxReferred  = 1000 // ids in a list
	maxSkills    = 100
	maxUnits     = 200
	maxHold      = 1440
	maxWeekly    = 200
	maxException = 1000
	maxWindows   = 20
	maxSeats     = 1000
	maxReady     = 60 // days
)

// Languages are those in which Kept speaks to people.
func Languages() []string { return []string{"en", "zh-Hant", "ru"} }

// presetClinic is the preset of those who may need any card at once.
const presetClinic = "clinic"

// Presets are what a business can start from.
func Presets() []string { return []string{presetClinic, "salon", "workshop", "blank"} }

// validZone tells whether there is a time zone of this name.
func validZone(name string) bool {
	if name == "" || name == "Local" || len(name) > maxWord {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// checkTexts notes a text whose languages or values are wrong. Only its first
// value names the field alone, as somebody who writes in one language knows it.
func checkTexts(c *fault.Checker, field string, texts catalog.Texts, required bool, most int, lines bool) {
	c.Require(!required || texts.Pick() != "", field, "required", "is required")
	c.Require(len(texts) <= maxLanguages, field, "too_long", "has too many languages")
	for language, value := range texts {
		name := field
		if len(texts) > 1 {
			name = field + "s." + language
		}
		c.Require(client.ValidLanguage(language), field+"s", "format", "must be keyed by language tags")
		if lines {
			c.Text(name, value, 0, most)
		} else {
			c.Line(name, value, 0, most)
		}
	}
}

func (c *change) checkPosition(position int) {
	c.checker.Range("position", int64(position), 0, maxPosition)
}

func (c *change) checkLocation(l *catalog.Location) {
	checkTexts(&c.checker, "name", l.Names, true, maxName, false)
	checkTexts(&c.checker, "address", l.Address, false, maxAddress, true)
	c.checker.Require(validZone(l.Zone), "zone", "unknown", "is no time zone")
	for to, minutes := range l.Travel {
		c.checker.Require(c.knowsLocation(to) && to != l.ID, "travel", "unknown", "there is no such other location")
		c.checker.Range("travel."+string(to), int64(minutes), 0, maxMinutes)
	}
}

func (c *change) checkService(s *catalog.Service) {
	k := &c.checker
	checkTexts(k, "name", s.Names, true, maxName, false)
	checkTexts(k, "about", s.About, false, maxAbout, true)
	checkTexts(k, "group", s.Group, false, maxName, false)
	k.Require(len(s.Segments) > 0, "segments", "required", "a service needs at least one segment")
	k.Require(len(s.Segments) <= maxSegments, "segments", "too_long", fmt.Sprintf("must be at most %d", maxSegments))
	if len(s.Segments) <= maxSegments {
		for i := range s.Segments {
			c.checkSegment(fmt.Sprintf("segments[%d].", i), &s.Segments[i])
		}
		if len(s.Segments) > 1 {
			k.Require(s.DurationMin() <= maxMinutes, "duration_min", "range", "the segments together must be at most 1440 minutes")
		}
	}
	k.Range("interval_min", int64(s.IntervalMin), 1, maxMinutes)
	k.Range("buffer_before_min", int64(s.BufferBeforeMin), 0, maxBuffer)
	k.Range("buffer_after_min", int64(s.BufferAfterMin), 0, maxBuffer)
	k.Range("notice_min", int64(s.NoticeMin), 0, maxNotice)
	k.Range("horizon_days", int64(s.HorizonDays), 0, maxHorizon)
	k.Range("notice_days", int64(s.NoticeDays), 0, maxHorizon/2)
	k.Range("horizon_open_days", int64(s.HorizonOpen), 0, maxHorizon/2)
	zero := span.Date{}
	k.Require(s.From == zero || validDate(s.From), "from", "range", "is no date between 2000 and 2200")
	k.Require(s.To == zero || validDate(s.To), "to", "range", "is no date between 2000 and 2200")
	k.Require(s.From == zero || s.To == zero || !s.To.Before(s.From), "to", "range", "ends before it begins")
	k.Range("price.amount", s.Price.Amount, 0, maxPrice)
	k.Require(s.Price.Currency == c.setting.Catalog.Business.Currency, "price.currency", "currency",
		"must be the business's currency, "+c.setting.Catalog.Business.Currency)
	checkReferences(k, "locations", s.Locations, c.knowsLocation)
	c.checkOptions(s)
}

func (c *change) checkSegment(at string, g *catalog.Segment) {
	k := &c.checker
	k.Range(at+"duration_min", int64(g.DurationMin), 1, maxMinutes)
	k.Range(at+"buffer_before_min", int64(g.BufferBeforeMin), 0, maxBuffer)
	k.Range(at+"buffer_after_min", int64(g.BufferAfterMin), 0, maxBuffer)
	if g.Staff != nil {
		c.checkNeed(at+"staff.", g.Staff)
	}
	k.Require(len(g.Team) == 0 || g.Staff != nil, at+"team", "unknown", "somebody must lead first: set staff")
	k.Require(len(g.Team) <= maxNeeds, at+"team", "too_long", fmt.Sprintf("must be at most %d", maxNeeds))
	for i := range g.Team[:min(len(g.Team), maxNeeds)] {
		c.checkNeed(fmt.Sprintf("%steam[%d].", at, i), &g.Team[i])
	}
	k.Require(len(g.Resources) <= maxNeeds, at+"resources", "too_long", fmt.Sprintf("must be at most %d", maxNeeds))
	if len(g.Resources) > maxNeeds {
		return
	}
	for i, r := range g.Resources {
		name := fmt.Sprintf("%sresources[%d].", at, i)
		k.Line(name+"kind", r.Kind, 1, maxWord)
		k.Range(name+"count", int64(r.Count), 1, maxTogether)
		k.Range(name+"buffer_before_min", int64(r.BufferBeforeMin), 0, maxBuffer)
		k.Range(name+"buffer_after_min", int64(r.BufferAfterMin), 0, maxBuffer)
		checkReferences(k, name+"any_of", r.AnyOf, func(of id.Resource) bool {
			u, ok := c.setting.Catalog.Resource(of)
			return ok && u.Kind == r.Kind
		})
		same := func(o catalog.ResourceNeed) bool { return o.Kind == r.Kind && slices.Equal(o.AnyOf, r.AnyOf) }
		k.Require(slices.IndexFunc(g.Resources, same) == i, name+"kind", "unique", "is asked for twice; raise the count instead")
	}
}

func (c *change) checkNeed(at string, n *catalog.StaffNeed) {
	k := &c.checker
	k.Range(at+"count", int64(n.Count), 1, maxTogether)
	k.Line(at+"skill", n.Skill, 0, maxWord)
	k.Range(at+"level", int64(n.Level), 0, maxLevel)
	k.Range(at+"buffer_before_min", int64(n.BufferBeforeMin), 0, maxBuffer)
	k.Range(at+"buffer_after_min", int64(n.BufferAfterMin), 0, maxBuffer)
}

// checkOptions notes what is wrong with what only some services need.
func (c *change) checkOptions(s *catalog.Service) {
	k := &c.checker
	k.Require(s.Aim == "" || slices.Contains(catalog.Aims(), s.Aim), "aim", "unknown", "is no aim")
	k.Range("seats", int64(s.Seats), 0, maxSeats)
	k.Range("min_seats", int64(s.MinSeats), 0, int64(s.Seats))
	c.checkRecalls(s)
	c.checker.Require(s.Subject == "" || slices.Contains(client.SubjectKinds(), s.Subject), "subject", "unknown",
		"must be one of "+strings.Join(client.SubjectKinds(), ", "))
	f := s.Flexible
	if f == nil {
		return
	}
	k.Require(s.Seats == 0, "flexible", "exclusive", "a group is not flexible")
	k.Range("flexible.drop_from_min", int64(f.DropFromMin), 0, maxMinutes-1)
	k.Range("flexible.drop_to_min", int64(f.DropToMin), int64(f.DropFromMin)+1, maxMinutes)
	k.Range("flexible.ready_days", int64(f.ReadyDays), 0, maxReady)
	work := s.WorkMin() // less a day, or pieces longer than all of it, and nothing could ever be taken on
	if f.DayMin != 0 {
		k.Range("flexible.day_min", int64(f.DayMin), int64(max(1, work)), maxLimit)
	}
	k.Range("flexible.piece_min", int64(f.PieceMin), 0, int64(min(maxMinutes, work)))
}

// checkPreferences notes what is wrong with what a staff member asks.
func (c *change) checkPreferences(p *catalog.Preferences) {
	k := &c.checker
	k.Range("preferences.priority", int64(p.Priority), 0, maxPosition)
	checkReferences(k, "preferences.favourite", p.Favourite, c.knowsService)
	k.Require(len(p.Breaks) <= maxWindows, "preferences.breaks", "too_long", fmt.Sprintf("must be at most %d", maxWindows))
	for i, b := range p.Breaks[:min(len(p.Breaks), maxWindows)] {
		at := fmt.Sprintf("preferences.breaks[%d].", i)
		k.Range(at+"from_min", int64(b.FromMin), 0, maxMinutes-1)
		k.Range(at+"to_min", int64(b.ToMin), int64(b.FromMin)+1, maxMinutes)
		k.Range(at+"length_min", int64(b.LengthMin), 1, int64(max(1, b.ToMin-b.FromMin)))
	}
	k.Range("preferences.rest_min", int64(p.RestMin), 0, maxMinutes)
	k.Range("preferences.max_visits", int64(p.MaxVisits), 0, maxLimit)
	k.Range("preferences.max_min", int64(p.MaxMin), 0, maxMinutes)
	k.Range("preferences.gap_min", int64(p.GapMin), 0, maxBuffer)
	k.Require(len(p.Days) <= maxReferred, "preferences.days", "too_long", fmt.Sprintf("must be at most %d", maxReferred))
	for i, d := range p.Days[:min(len(p.Days), maxReferred)] {
		at := fmt.Sprintf("preferences.days[%d].", i)
		k.Require(c.knowsService(d.Service), at+"service", "unknown", "there is no such service")
		k.Require(len(d.Weekdays) > 0 && len(d.Weekdays) <= 7, at+"weekdays", "required", "name one to seven weekdays")
		for _, w := range d.Weekdays[:min(len(d.Weekdays), 7)] {
			k.Range(at+"weekdays", int64(w), 1, 7)
		}
	}
}

func (c *change) checkStaff(s *catalog.Staff) {
	c.checkPreferences(&s.Preferences)
	k := &c.checker
	checkTexts(k, "name", s.Names, true, maxName, false)
	checkTexts(k, "title", s.Title, false, maxName, false)
	checkReferences(k, "services", s.Services, func(v id.Service) bool {
		_, ok := c.setting.Catalog.Service(v)
		return ok
	})
	k.Require(len(s.Skills) <= maxSkills, "skills", "too_long", fmt.Sprintf("must be at most %d", maxSkills))
	if len(s.Skills) <= maxSkills {
		for i, skill := range s.Skills {
			name := fmt.Sprintf("skills[%d].", i)
			k.Line(name+"skill", skill.Skill, 1, maxWord)
			k.Range(name+"level", int64(skill.Level), 0, maxLevel)
		}
	}
	k.Line("color", s.Color, 0, maxWord)
	k.Require(s.Email == "" || client.ValidEmail(s.Email), "email", "format", "is no e-mail address")
	k.Require(s.Language == "" || slices.Contains(Languages(), s.Language), "language", "unknown", "must be en, zh-Hant or ru")
}

func (c *change) checkResource(r *catalog.Resource) {
	k := &c.checker
	checkTexts(k, "name", r.Names, true, maxName, false)
	k.Line("kind", r.Kind, 1, maxWord)
	k.Range("units", int64(r.Units), 1, maxUnits)
	if r.Location != "" {
		k.Require(c.knowsLocation(r.Location), "location", "unknown", "there is no such location")
	}
}

// knowsLocation tells whether there is such a location. An archived one will
// do: what referred to it goes on doing so, and must stay editable.
func (c *change) knowsLocation(l id.Location) bool {
	_, ok := c.setting.Catalog.Location(l)
	return ok
}

// checkReferences notes identifiers that name nothing, and those named twice.
func checkReferences[I ~string](c *fault.Checker, field string, ids []I, known func(I) bool) {
	c.Require(len(ids) <= maxReferred, field, "too_long", fmt.Sprintf("must be at most %d", maxReferred))
	if len(ids) > maxReferred {
		return
	}
	seen := make(map[I]bool, len(ids))
	for i, one := range ids {
		name := fmt.Sprintf("%s[%d]", field, i)
		c.Require(known(one), name, "unknown", "there is no such thing")
		c.Require(!seen[one], name, "unique", "is named twice")
		seen[one] = true
	}
}
