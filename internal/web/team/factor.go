package team

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"net/http"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// picture draws a text as a QR code, for a page that loads nothing.
func picture(text string) (string, error) {
	const pixels = 232
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err == nil {
		code, err = barcode.Scale(code, pixels, pixels)
	}
	if err != nil {
		return "", fmt.Errorf("team: qr code: %w", err)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, code); err != nil {
		return "", fmt.Errorf("team: qr code: %w", err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(out.Bytes()), nil
}

// inFours writes a secret so that people can copy it by hand.
func inFours(text string) string {
	var b strings.Builder
	for i, r := range text {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (p *Pages) setSecond(v *visit) error {
	setup, err := p.Gate.BeginSecond(v.r.Context(), v.in)
	if err != nil {
		return err
	}
	return p.secondSetup(v, setup, "", http.StatusOK)
}

func (p *Pages) secondSetup(v *visit, setup account.Setup, said string, status int) error {
	t := v.p
	code, err := picture(setup.Address)
	if err != nil {
		return err
	}
	return v.show(view.Leaf{
		Heading: t.T("account.second"), Line: t.T("account.second_line"), Back: view.Link{Text: t.T("account.title"), Href: "/account"},
		Sections: []view.LeafSection{
			{Line: t.T("account.second_scan"), Picture: code, PictureAlt: t.T("account.second_qr"), Codes: []string{inFours(setup.Secret)}},
			{Forms: []view.LeafForm{{
				Action: "/account/second", Hidden: []view.Pair{{Name: "setup", Value: setup.Token}, {Name: "next", Value: localNext(v.r.FormValue("next"))}}, Said: said, Button: t.T("account.second_on"),
				Fields: []view.LeafField{{Name: "code", Label: t.T("account.second_code"), Auto: "one-time-code", Required: true}},
			}}},
		},
	}, status)
}

func (p *Pages) finishSecond(v *visit) error {
	token, codes, err := p.Gate.FinishSecond(v.r.Context(), p.Token(v.r), v.r.PostFormValue("setup"), v.r.PostFormValue("code"), shell.From(v.r))
	if err != nil {
		setup, gone := p.Gate.Setting(v.r.Context(), v.in, v.r.PostFormValue("setup"))
		if !expected(err) || gone != nil {
			return err
		}
		return p.secondSetup(v, setup, p.told(v.r, err), statusOf(err))
	}
	p.Admit(v.w, token)
	return p.showCodes(v, codes, localNext(v.r.PostFormValue("next")))
}

// showCodes shows recovery codes, this once.
func (p *Pages) showCodes(v *visit, codes []string, next string) error {
	t := v.p
	if next == "" {
		next = "/account"
	}
	return v.show(view.Leaf{
		Heading: t.T("account.codes"), Line: t.T("account.codes_line"), Notice: view.Notice{Text: t.T("did.second"), Tone: view.Good},
		Sections: []view.LeafSection{{Codes: codes, Links: []view.Link{{Text: t.T("account.codes_kept"), Href: next}}}},
	}, http.StatusOK)
}

func (p *Pages) newCodes(v *visit) error {
	codes, err := p.Gate.RenewRecovery(v.r.Context(), v.in)
	if err != nil {
		return err
	}
	return p.showCodes(v, codes, "")
}

func (p *Pages) dropSecond(v *visit) error {
	if err := p.Gate.DropSecond(v.r.Context(), v.in); err != nil {
		return err
	}
	return v.back("/account", "second_off")
}

func (p *Pages) enrolPasskey(v *visit) error {
	q, err := p.Gate.BeginPasskey(v.r.Context(), v.in)
	if err != nil {
		web.WriteProblem(v.w, v.r, err)
		return nil
	}
	return question(v.w, q)
}

func (p *Pages) addPasskey(v *visit) error {
	token, _, err := p.Gate.FinishPasskey(v.r.Context(), p.Token(v.r), v.r.PostFormValue("state"), []byte(v.r.PostFormValue("answer")), v.r.PostFormValue("name"))
	switch {
	case err == nil:
		p.Admit(v.w, token)
		if next := localNext(v.r.PostFormValue("next")); next != "" {
			return v.back(next, "")
		}
		return v.back("/account", "passkey")
	case expected(err):
		return v.back("/account", "passkey_no")
	}
	return err
}

// key finds the passkey in an address among the user's.
func (p *Pages) key(v *visit) (account.Passkey, error) {
	all, err := p.Gate.ListPasskeys(v.r.Context(), v.user.ID)
	if err != nil {
		return account.Passkey{}, err
	}
	for _, k := range all {
		if string(k.ID) == v.r.PathValue("id") {
			return k, nil
		}
	}
	return account.Passkey{}, fault.Missing("passkey")
}

func (p *Pages) passkey(v *visit) error {
	k, err := p.key(v)
	if err != nil {
		return err
	}
	return p.passkeyPage(v, k, nil)
}

func (p *Pages) passkeyPage(v *visit, k account.Passkey, err error) error {
	t, status := v.p, http.StatusOK
	if err != nil {
		status = statusOf(err)
	}
	return v.show(view.Leaf{
		Heading: k.Name, Back: view.Link{Text: t.T("account.title"), Href: "/account"},
		Sections: []view.LeafSection{{Forms: []view.LeafForm{{
			Action: "/account/passkeys/" + string(k.ID), Button: t.T("settings.save"), Errors: p.wrong(v.r, err),
			Fields: []view.LeafField{{Name: "name", Label: t.T("account.passkey_name"), Value: k.Name, Auto: "off", Required: true}},
		}}}},
	}, status)
}

func (p *Pages) renamePasskey(v *visit) error {
	k, err := p.key(v)
	if err != nil {
		return err
	}
	err = p.Gate.RenamePasskey(v.r.Context(), v.user.ID, k.ID, v.r.PostFormValue("name"))
	switch {
	case err == nil:
		return v.back("/account", "saved")
	case expected(err):
		return p.passkeyPage(v, k, err)
	}
	return err
}

func (p *Pages) dropPasskey(v *visit) error {
	want := v.r.PathValue("id")
	if !id.Valid(want) {
		return fault.Missing("passkey")
	}
	err := p.Gate.DropPasskey(v.r.Context(), v.in, id.Passkey(want))
	if err != nil && fault.KindOf(err) != fault.NotFound { // sent twice
		return err
	}
	return v.back("/account", "passkey_off")
}
