package shell

import (
	"net/http"

	"kept/account"
	"kept/internal/web"
	"kept/internal/web/view"
)

// offers tells whether a refusal is of a card that somebody may open past
// their reach. It does not depend on whether the card is there.
func (s *Staff) offers(t *Turn, err error) bool {
	if t == nil || s.Glass == nil || t.R.Method != http.MethodGet || !account.IsBeyond(err) {
		return false
	}
	card, ok := web.CardOf(t.R.URL.Path)
	if !ok || t.R.URL.Path != t.Root()+"/clients/"+string(card) {
		return false
	}
	offered, err := s.Glass.Offered(t.Ctx(), t.Who)
	return err == nil && offered
}

// ShowGlass shows that there is no card, with the form that opens it past one's
// reach; wrong is why what was typed was refused.
func (s *Staff) ShowGlass(t *Turn, wrong error, typed string, status int) error {
	card, _ := web.CardOf(t.R.URL.Path)
	m := view.ErrorModel{Page: Frame(t.R, ""), Status: http.StatusNotFound, Home: t.Root()}
	m.Glass = &view.Glass{Action: t.Root() + "/clients/" + string(card) + web.GlassPath, Reason: typed}
	if wrong != nil {
		m.Path = t.Root() // a language is chosen by a GET
		m.Glass.Fault = s.Wrong(t, wrong, "").Of("reason")
	}
	return t.Show(view.ErrorPage(m), status)
}
