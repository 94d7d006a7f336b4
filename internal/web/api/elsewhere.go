package api

import (
	"net/http"
	"slices"
	"strings"

	"kept/fault"
	"kept/internal/web"
)

// elsewhere answers what no operation does: an address that is right under
// another method is 405 and names the methods, OPTIONS is told them, anything
// else is not found.
func elsewhere(mux Mux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		allowed := methodsOf(mux, r)
		if len(allowed) == 0 {
			web.WriteProblem(w, r, fault.Missing("address"))
			return
		}
		w.Header().Set("Allow", strings.Join(append(allowed, http.MethodOptions), ", "))
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		(&web.Problem{
			Type: "urn:kept:problem:method_not_allowed", Title: http.StatusText(http.StatusMethodNotAllowed),
			Status: http.StatusMethodNotAllowed, Code: "method_not_allowed",
			Detail: "this address answers " + strings.Join(allowed, ", "),
		}).Write(w)
	}
}

// methodsOf asks the mux under which methods an address is known.
func methodsOf(mux Mux, r *http.Request) []string {
	var out []string
	for _, method := range []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
	} {
		as := r.Clone(r.Context())
		as.Method = method
		_, pattern := mux.Handler(as)
		under, _, given := strings.Cut(pattern, " ")
		if given && (under == method || under == http.MethodGet && method == http.MethodHead) && !slices.Contains(out, method) {
			out = append(out, method)
		}
	}
	return out
}
