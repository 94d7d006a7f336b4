package app

import (
	"net/http"

	"kept/internal/config"
	"kept/internal/web"
	"kept/internal/web/api"
)

// pages registers the addresses for people.
func pages(_ *http.ServeMux, _ *kernel, _ config.Serve, _ *api.API, _ web.Words) error {
	return nil
}
