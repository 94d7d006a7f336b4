package me_test

import (
	"net/http"
	"testing"
)

// TestSharing: a client agrees on their own page to share their card, sees with
// whom, sees who looked, and takes it back.
func TestSharing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const clinic = "anhe-clinic"
	h.enroll(t, salon, "Sam Sol", "sam@example.com", "")
	here := h.enroll(t, clinic, "Sam Sol", "sam@example.com", "")
	c := h.in(t, "sam@example.com") // which proves the address at both
	notice, _ := h.api(t, salon, http.MethodPost, "/notices", map[string]any{"purpose": "sharing", "name": "Share my card"}, http.StatusCreated)["id"].(string)
	h.api(t, salon, http.MethodPost, "/chain", map[string]any{"name": "House of two"}, http.StatusCreated)
	made := h.api(t, salon, http.MethodPost, "/chain/invitations", nil, http.StatusCreated)
	h.api(t, clinic, http.MethodPost, "/chain/join", map[string]any{"code": made["code"]}, http.StatusOK)
	house, _ := h.api(t, salon, http.MethodGet, "/business", nil, http.StatusOK)["id"].(string)
	look := func(want int) {
		t.Helper()
		h.api(t, clinic, http.MethodGet, "/clients/"+here+"/branches/"+house, nil, want)
	}
	const consents, seen = "/me/" + salon + "/consents", "/me/" + salon + "/seen"
	look(http.StatusNotFound)
	text, _ := h.page(t, c, consents)
	says(t, text, "Share my card", "Chain “House of two”")
	h.send(t, c, consents, "/consents", "notice", notice, "version", "1")
	look(http.StatusOK)
	text, _ = h.page(t, c, seen)
	says(t, text, "Somebody of another branch", "what you agreed to share")
	h.send(t, c, consents, "/consents/withdraw", "purpose", "sharing")
	look(http.StatusNotFound)
	text, _ = h.page(t, c, "/me/"+clinic+"/seen")
	says(t, text, "A connected program")
}
