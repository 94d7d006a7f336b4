package bench

import (
	"fmt"
	"net/http"
)

// introduce makes the client of a year and fills the card as a desk and a client do in a year: numbers, things,
// facts of both sides, readings, talks, files, forms, consents, wishes and what is due.
func (d *desk) introduce(c *conn) (err error) {
	k, address := d.k, d.p.address
	post := func(path string, thing any) (id string, err error) {
		var made struct{ ID string }
		err = call(c, "POST", address, k.Desk.Key, path, thing, &made)
		return made.ID, err
	}
	k.Client, err = post("/clients", map[string]any{"name": cardName, "email": "regina@example.com", "phone": "+4915112345678", "note": "Comes by the back door"})
	if err != nil {
		return err
	}
	for i := range 2 * sealList { // the others at the desk
		one := map[string]any{"name": fmt.Sprintf("Neighbour %02d", i), "email": fmt.Sprintf("neighbour%02d@example.com", i)}
		id, err := post("/clients", one)
		if err != nil {
			return err
		}
		k.Others = append(k.Others, id)
	}
	card := "/clients/" + k.Client
	k.Seen = []string{cardName, "regina@example.com", "Comes by the back door", "A year of talks 12"}
	for i := range 3 {
		if _, err := post(card+"/contacts", map[string]any{"kind": "phone", "value": fmt.Sprintf("+49307000%03d", i), "label": "work"}); err != nil {
			return err
		}
	}
	car, err := post(card+"/subjects", map[string]any{"kind": "vehicle", "name": "The green van"})
	if err != nil {
		return err
	}
	child, err := post(card+"/subjects", map[string]any{"kind": "child", "name": "Emil"})
	if err != nil {
		return err
	}
	for i, fact := range []map[string]any{
		{"key": "allergies", "kind": "text", "value": "Nickel and latex", "class": "warning"},
		{"key": "likes", "kind": "text", "value": "Black tea, no music"},
		{"key": "shoe_size", "kind": "text", "value": "Long", "source": "client"},
		{"key": "shoe_size", "kind": "text", "value": "Medium"},
		{"key": "plate", "kind": "text", "value": "B KE 4711", "subject": car},
		{"key": "make", "kind": "text", "value": "Volkswagen", "subject": car},
		{"key": "warning", "kind": "text", "value": "Locked wheels", "subject": car},
		{"key": "birth_date", "kind": "date", "value": "2019-04-12", "subject": child, "source": "client"},
	} {
		if _, err := post(card+"/facts", fact); err != nil {
			return fmt.Errorf("fact %d: %w", i, err)
		}
		if fact["kind"] == "text" {
			k.Seen = append(k.Seen, fmt.Sprint(fact["value"]))
		}
	}
	for i := range 24 {
		reading := map[string]any{"kind": "mileage_km", "value": 40_000 + 700*i, "day": fmt.Sprintf("2024-%02d-%02d", i/2+1, 1+14*(i%2))}
		if _, err := post(card+"/subjects/"+car+"/readings", reading); err != nil {
			return err
		}
	}
	for i := range 12 {
		entry := map[string]any{"kind": []string{"note", "call", "complaint"}[i%3], "text": fmt.Sprintf("A year of talks %d", i+1)}
		if i%3 > 0 {
			entry["direction"] = "in"
		}
		if _, err := post(card+"/entries", entry); err != nil {
			return err
		}
	}
	return d.attach(c, card, child, post)
}

// attach puts files, forms, consents, wishes and what is due to the card.
func (d *desk) attach(c *conn, card, child string, post func(string, any) (string, error)) error {
	k := d.k
	for i := range 6 {
		name := fmt.Sprintf("letter-%d.txt", i+1)
		text := fmt.Appendf(nil, "Letter %d to %s.\n", i+1, cardName)
		status, body, err := c.do(upload(d.p.address, card+"/documents?name="+name, k.Desk.Key, "text/plain", text))
		if err != nil || status != http.StatusCreated {
			return fmt.Errorf("a file: %d %s: %w", status, body, err)
		}
		k.Seen = append(k.Seen, name)
	}
	form, err := post("/forms", map[string]any{"name": "Before the first visit", "ask": "desk", "fields": []any{
		map[string]any{"key": "heard", "kind": "text", "label": "Who sent you?"}, map[string]any{"key": "wish", "kind": "long", "label": "What is your wish?"},
	}})
	if err != nil {
		return err
	}
	for i := range 4 {
		answers := map[string]any{"heard": fmt.Sprintf("Neighbour %d", i+1), "wish": "To be in time"}
		if _, err := post(card+"/forms", map[string]any{"form": form, "answers": answers}); err != nil {
			return err
		}
	}
	notice, err := post("/notices", map[string]any{"purpose": "photos", "name": "Pictures", "text": "We may show pictures of the work."})
	if err != nil {
		return err
	}
	if _, err := post(card+"/consents", map[string]any{"notice": notice}); err != nil {
		return err
	}
	for due, subject := range map[string]string{"2026-11-20": "", "2026-12-20": child} {
		plan := map[string]any{"client": k.Client, "subject": subject, "service": k.Desk.Few, "due": due, "grace_days": 400, "note": "Due on " + due}
		if _, err := post("/plans", plan); err != nil {
			return err
		}
		k.Seen = append(k.Seen, "Due on "+due)
	}
	k.Seen = append(k.Seen, "Neighbour 4", "To be in time")
	return call(c, "PATCH", d.p.address, k.Desk.Key, card+"/preferences", map[string]any{
		"tags": []string{"regular"}, "tier": "Gold", "staff": k.Desk.Staff, "windows": []any{map[string]any{"weekday": 4, "from": "16:00", "to": "20:00"}},
		"quiet": map[string]any{"from": "21:00", "to": "08:00"},
	}, &struct{}{})
}
