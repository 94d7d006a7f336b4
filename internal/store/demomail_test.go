package store_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/fault"
	"kept/internal/channel/demo"
	"kept/internal/store"
	"kept/internal/store/storetest"
	"kept/span"
)

func TestDemoInbox(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open storetest.Opener) {
		w := storetest.NewWorld(t, open)
		a, b := w.Business(t, "a"), w.Business(t, "b")
		inbox := store.NewDemoMail(w.DB, w.Vault)
		first := demo.Mail{Business: a, ID: "1", To: "Mia <mia@example.com>", Subject: "您好", Text: "text", HTML: "<p>html</p>", At: storetest.Noon}
		second := demo.Mail{Business: a, ID: "2", To: "Li", At: storetest.Noon + span.Hour} // says nothing
		for _, m := range []demo.Mail{first, second, {Business: b, ID: "1", To: "x", At: 1}, {Business: a, ID: "1", To: "again", At: 1}} {
			storetest.Must(t, inbox.Put(t.Context(), m))
		}
		for _, want := range []demo.Mail{first, second} {
			got, err := inbox.Find(t.Context(), a, want.ID)
			storetest.Must(t, err)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		}
		list, err := inbox.List(t.Context(), a, 0, "", 10)
		storetest.Must(t, err)
		if len(list) != 2 || list[0].ID != "2" || list[1].Subject != first.Subject || list[1].Text != "" {
			t.Errorf("listed %+v", list)
		}
		rest, err := inbox.List(t.Context(), a, list[0].At, list[0].ID, 10)
		storetest.Must(t, err)
		if len(rest) != 1 || rest[0].ID != "1" {
			t.Errorf("the rest is %+v", rest)
		}
		_, err = inbox.Find(t.Context(), b, "2")
		storetest.WantCode(t, err, fault.CodeNotFound)
		var raw []byte
		storetest.Must(t, w.DB.From(t.Context()).QueryRowContext(t.Context(),
			"SELECT sealed_html FROM demo_mail WHERE business_id = $1 AND id = '1'", a).Scan(&raw))
		if bytes.Contains(raw, []byte("html")) {
			t.Error("it is stored in the open")
		}
	})
}
