package dossier

import (
	"bytes"

	"kept/availability"
	"kept/id"
	"kept/privacy"
)

// Pack makes the file of a dossier of a business; host is the site's.
func Pack(d privacy.Dossier, set *availability.Setting, host string) ([]byte, error) {
	var out bytes.Buffer
	home := set.Catalog.Business.Language
	err := Write(&out, d, host, func(_, want string) string {
		if s, ok := set.Catalog.Service(id.Service(want)); ok {
			return s.Names.Pick(home, home)
		}
		return want
	})
	return out.Bytes(), err
}
