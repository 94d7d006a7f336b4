package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// desk answers what is asked of cards, as far as the benchmark asks; false for everything else. All texts that ever
// came stand on every card.
func (k *fake) desk(w http.ResponseWriter, r *http.Request, body []byte) bool {
	if r.URL.Path == "/sign-in" {
		http.SetCookie(w, &http.Cookie{Name: "fake", Value: "owner"})
		w.WriteHeader(http.StatusSeeOther)
		return true
	}
	if strings.HasPrefix(r.URL.Path, "/app/") {
		k.record("card.read")
		fmt.Fprint(w, k.page())
		return true
	}
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	status, answer := http.StatusOK, any(struct{}{})
	switch {
	case path == "/b/"+deskSlug || path == "/b/"+crowdSlug:
		_, _ = k.db.Exec(`INSERT INTO business SELECT 'b', ?1 WHERE NOT EXISTS (SELECT 1 FROM business)`, deskSlug)
		answer = map[string]string{"currency": "EUR"}
	case path == "/clients" && r.Method == http.MethodPost:
		status, answer = http.StatusCreated, k.enter(body)
	case path == "/clients" && r.URL.Query().Has("q"):
		answer = k.search(r.URL.Query().Get("q"))
	case path == "/clients":
		answer = k.people(`SELECT id, name, email, phone FROM client LIMIT 20`, nil)
		for range sealList {
			k.record("card.list")
		}
	case strings.HasPrefix(path, "/clients/") && strings.Count(path, "/") == 2:
		if r.Method == http.MethodGet && k.fault != "forgets a reading" {
			k.record("card.read")
		}
		if r.Method == http.MethodPatch {
			_, _ = k.db.Exec(`INSERT INTO event VALUES ('b', 'client.updated', ?, 1)`, time.Now().UnixMicro())
			_, _ = k.db.Exec(`INSERT INTO audit_block VALUES ('b', 1, 1)`)
		}
		answer = map[string]string{"email": "somebody"}
	case strings.HasPrefix(path, "/clients/") || path == "/plans" || path == "/forms" || path == "/notices":
		if r.Method == http.MethodPost {
			status, answer = http.StatusCreated, map[string]string{"id": "thing"}
		}
		_, _ = k.db.Exec(`INSERT INTO text VALUES (?)`, r.URL.RawQuery+string(body))
	case strings.HasSuffix(path, "/complete") || strings.HasSuffix(path, "/no-show") || strings.HasSuffix(path, "/cancel"):
	default:
		return false
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) //nolint:errchkjson // maps of texts and numbers
	return true
}

// record writes to the record, sealed at once.
func (k *fake) record(action string) {
	_, _ = k.db.Exec(`INSERT INTO audit_entry VALUES ('b', ?, ?, ?)`, action, time.Now().UnixMicro(), map[bool]any{false: 1, true: nil}[k.fault == "never seals"])
}

func (k *fake) enter(body []byte) any {
	var p struct{ Name, Email, Phone string }
	_ = json.Unmarshal(body, &p)
	done, err := k.db.Exec(`INSERT INTO client (name, email, phone) VALUES (?, ?, ?)`, p.Name, p.Email, p.Phone)
	if err != nil {
		return err.Error()
	}
	_, _ = k.db.Exec(`INSERT INTO text VALUES (?)`, string(body))
	id, _ := done.LastInsertId()
	return map[string]string{"id": fmt.Sprint(id)}
}

// search finds as the benchmark itself would.
func (k *fake) search(typed string) any {
	meant := query{typed: typed}
	for _, q := range queries() {
		if q.typed == typed {
			meant = q
		}
	}
	list := k.people(`SELECT id, name, email, phone FROM client WHERE id > 41`, meant.sure)
	items := list["items"].([]map[string]string)
	switch {
	case k.fault == "finds nobody" && len(items) > 0:
		list["items"] = items[1:]
	case k.fault == "finds anybody":
		list["items"] = append(items, map[string]string{"id": "x", "name": "Xxxxxxx", "email": "y@example.com", "phone": "0"})
	}
	return list
}

func (k *fake) people(sql string, want func(person) bool) map[string]any {
	items := []map[string]string{}
	rows, err := k.db.Query(sql)
	if err != nil {
		return map[string]any{"error": err.Error()}
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var p person
		_ = rows.Scan(&id, &p.name, &p.email, &p.phone)
		if want == nil || want(p) && len(items) < listed {
			items = append(items, map[string]string{"id": id, "name": p.name, "email": p.email, "phone": p.phone})
		}
	}
	if err := rows.Err(); err != nil {
		return map[string]any{"error": err.Error()}
	}
	return map[string]any{"items": items}
}

// page is a card with everything on it, but for what a fault forgets.
func (k *fake) page() string {
	var out strings.Builder
	for _, query := range []string{`SELECT text FROM text`, `SELECT '/app/desk/bookings/' || id FROM booking`} {
		rows, err := k.db.Query(query)
		if err != nil {
			return err.Error()
		}
		defer rows.Close()
		for rows.Next() {
			var text string
			_ = rows.Scan(&text)
			out.WriteString(text + "\n")
		}
		if err := rows.Err(); err != nil {
			return err.Error()
		}
	}
	switch k.fault {
	case "forgets a fact":
		return strings.ReplaceAll(out.String(), "Nickel", "")
	case "forgets a visit":
		return strings.Replace(out.String(), "/app/desk/bookings/booking7\n", "", 1)
	default:
		return out.String()
	}
}
