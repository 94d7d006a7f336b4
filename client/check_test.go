package client_test

import (
	"errors"
	"strings"
	"testing"

	"kept/client"
	"kept/fault"
)

func TestCheckNamesEachWrongField(t *testing.T) {
	t.Parallel()
	full := client.Draft{Name: "Mia", Email: "mia@example.com", Phone: "+4930123456", Language: "zh-Hant", Zone: "Asia/Taipei"}
	with := func(edit func(*client.Draft)) client.Draft { d := full; edit(&d); return d }
	for _, c := range []struct {
		name  string
		draft client.Draft
		rule  string
		want  string // "field rule", comma-separated
	}{
		{"all right", full, client.ContactBoth, ""},
		{"only e-mail", with(func(d *client.Draft) { d.Phone = "" }), client.ContactAny, ""},
		{"only phone", with(func(d *client.Draft) { d.Email = " " }), client.ContactAny, ""},
		{"no contact needed", client.Draft{Name: "Mia"}, "", ""},
		{"no contact", client.Draft{Name: "Mia"}, client.ContactAny, "client.email required"},
		{"e-mail needed", with(func(d *client.Draft) { d.Email = "" }), client.ContactEmail, "client.email required"},
		{"phone needed", with(func(d *client.Draft) { d.Phone = "" }), client.ContactPhone, "client.phone required"},
		{"both needed", client.Draft{Name: "Mia"}, client.ContactBoth, "client.email required,client.phone required"},
		{"no name", with(func(d *client.Draft) { d.Name = " \u00a0 " }), "", "client.name required"},
		{"long name", with(func(d *client.Draft) { d.Name = strings.Repeat("я", 201) }), "", "client.name too_long"},
		{"NUL in name", with(func(d *client.Draft) { d.Name = "M\x00ia" }), "", "client.name format"},
		{"bad e-mail", with(func(d *client.Draft) { d.Email = "mia@" }), "", "client.email format"},
		{"long e-mail", with(func(d *client.Draft) { d.Email = strings.Repeat("a", 250) + "@b.de" }), "", "client.email too_long"},
		{"bad phone", with(func(d *client.Draft) { d.Phone = "call me" }), "", "client.phone format"},
		{"bad language", with(func(d *client.Draft) { d.Language = "en\n" + "x_y" }), "", "client.language format"},
		{"bad zone", with(func(d *client.Draft) { d.Zone = "Local" }), "", "client.zone unknown"},
		{"zone with a path", with(func(d *client.Draft) { d.Zone = "../etc/passwd" }), "", "client.zone unknown"},
		{
			"everything",
			client.Draft{Email: "x", Phone: "y", Language: "?", Zone: "?"},
			"",
			"client.name required,client.email format,client.phone format,client.language format,client.zone unknown",
		},
	} {
		r := client.NewRegistry(nil, nil, nil, nil)
		for range 2 { // the second time with zones remembered
			_, err := r.Check(c.draft, c.rule)
			if got := wrong(err); got != c.want {
				t.Errorf("%s: wrong is %q, want %q", c.name, got, c.want)
			}
		}
	}
}

func wrong(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	var out []string
	for _, field := range f.Fields {
		out = append(out, field.Name+" "+field.Rule)
	}
	return strings.Join(out, ",")
}

func TestCheckCleans(t *testing.T) {
	t.Parallel()
	got, err := client.NewRegistry(nil, nil, nil, nil).Check(client.Draft{
		Name: "  Mia\t Wang ", Email: " Mia@Example.com ", Phone: "0049 (30) 123-456", Language: " en ",
	}, client.ContactAny)
	if err != nil {
		t.Fatal(err)
	}
	if want := (client.Draft{Name: "Mia Wang", Email: "Mia@Example.com", Phone: "+4930123456", Language: "en"}); got != want {
		t.Errorf("cleaned is %+v, want %+v", got, want)
	}
}

func TestValidEmail(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"mia@example.com": true, "m.i+a_b-c@sub.example.co.uk": true, "o'neil@example.com": true, "a@b.c": true,
		"": false, "mia": false, "@example.com": false, "mia@": false, "mia@localhost": false, "mia@@example.com": false,
		"mia@exa mple.com": false, "mi a@example.com": false, ".mia@example.com": false, "mia.@example.com": false,
		"m..ia@example.com": false, "mia@.com": false, "mia@example.": false, "mia@-example.com": false, "mia@example-.com": false,
		"\"mia\"@example.com": false, "Mia <mia@example.com>": false, "mia@example.com,leo@example.com": false,
		"mia@example.com\r\nBcc: leo@example.com": false, "mia@[127.0.0.1]": false, "mia@example.com\x00": false,
		strings.Repeat("a", 64) + "@example.com": true, strings.Repeat("a", 65) + "@example.com": false,
		"a@" + strings.Repeat("b", 64) + ".com": false,
	} {
		if got := client.ValidEmail(address); got != want {
			t.Errorf("%q is valid: %v, want %v", address, got, want)
		}
	}
}

func FuzzValidEmail(f *testing.F) {
	f.Add("mia@example.com")
	f.Add("mia@example.com\r\nBcc: leo@example.com")
	f.Fuzz(func(t *testing.T, address string) {
		if client.ValidEmail(address) && strings.ContainsAny(address, " \t\r\n\x00<>,;:\"()[]\\") {
			t.Errorf("%q passes", address)
		}
	})
}
