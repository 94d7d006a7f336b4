package trail

import (
	"context"
	"net/http"
	"strings"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/wire"
)

type glassIn struct {
	wire.NounPath
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"800" doc:"Why it has to be opened, 10 to 200 characters; on record, and shown to the owner"`
	}
}

type glassOut struct {
	Body struct {
		Until wire.Moment `json:"until" doc:"The card is open to this key until then"`
	}
}

// glassOperation lets a key of own or local reach open one card past it.
func (d *Desk) glassOperation(e *wire.Edge) {
	o := wire.Operation(http.MethodPost, "/clients/{id}"+web.GlassPath, "break-glass",
		"Open a card past your reach for an hour, for a reason, where the business allows it")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(e, o, func(ctx context.Context, p account.Principal, in *glassIn) (*glassOut, error) {
		card, err := wire.ReadID[id.Client]("client", in.ID)
		if err != nil {
			return nil, err
		}
		until, err := d.Glass.Break(ctx, p, card, strings.TrimSpace(in.Body.Reason))
		if err != nil {
			return nil, err
		}
		zone, err := d.home(ctx, p.Business)
		if err != nil {
			return nil, err
		}
		out := &glassOut{}
		out.Body.Until = wire.At(until, zone)
		return out, nil
	})
}

// breakGlass is the same for who sits at a page.
func (d *Desk) breakGlass(staff *shell.Staff, t *shell.Turn) error {
	card, err := shell.ID[id.Client](t, "client")
	if err != nil {
		return err
	}
	reason := strings.TrimSpace(t.R.PostFormValue("reason"))
	_, err = d.Glass.Break(t.Ctx(), t.Who, card, reason)
	if fault.Is(err, fault.CodeInvalid) {
		offered, failed := d.Glass.Offered(t.Ctx(), t.Who)
		if failed != nil {
			return failed
		}
		if !offered {
			return account.Beyond("client")
		}
		return staff.ShowGlass(t, err, reason, http.StatusUnprocessableEntity)
	}
	at := t.Root() + "/clients/" + string(card)
	if fault.Is(err, fault.CodeConflict) {
		return t.Back(at, "")
	}
	if err != nil {
		return err
	}
	return t.Back(at, "break_glass")
}
