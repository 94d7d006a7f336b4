package preset

import (
	"kept/catalog"
	"kept/id"
)

// Form is what clients are asked; its services are keys.
type Form struct {
	Key   string        `json:"key"`
	Names catalog.Texts `json:"names"`
	About catalog.Texts `json:"about,omitempty"`
	catalog.FormBody
}

// Notice is what clients are asked to agree to.
type Notice struct {
	Purpose string        `json:"purpose"`
	Names   catalog.Texts `json:"names"`
	Texts   catalog.Texts `json:"texts"`
}

func (l *layer) layAsks() error {
	for n, p := range l.plan.Forms {
		f := &catalog.Form{ID: named[id.Form](l.site, "form", p.Key), Position: n + 1, Names: p.Names, About: p.About, FormBody: p.FormBody}
		var err error
		if f.Services, err = refer(p.Key, f.Services, l.services); err != nil {
			return err
		}
		l.out.Forms = append(l.out.Forms, f)
	}
	for n, p := range l.plan.Notices {
		l.out.Notices = append(l.out.Notices, &catalog.Notice{
			ID: named[id.Notice](l.site, "notice", p.Purpose), Position: n + 1, Purpose: p.Purpose, Version: 1, Names: p.Names, Texts: p.Texts,
		})
	}
	return nil
}
