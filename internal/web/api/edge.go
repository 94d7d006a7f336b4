package api

import "kept/internal/web/wire"

// Edge is where neighbours of this package register their operations.
func (a *API) Edge() *wire.Edge { return a.edge }
