package store

import (
	"context"
	"crypto/sha256"

	"kept/catalog"
	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// InsertForm writes a new form of the owner's.
func (s *Setup) InsertForm(ctx context.Context, business id.Business, f *catalog.Form) error {
	body, err := encode(f.FormBody)
	if err != nil {
		return err
	}
	err = queries(ctx, s.db).InsertForm(ctx, sqlgen.InsertFormParams{
		BusinessID: string(business), ID: string(f.ID), Position: int64(f.Position), Body: body, Archived: f.Archived,
	})
	if err != nil {
		return s.db.Fault(err)
	}
	return s.texts(ctx, business, kindForm, string(f.ID), map[string]catalog.Texts{fieldName: f.Names, fieldAbout: f.About})
}

// UpdateForm writes a form anew; fault NotFound.
func (s *Setup) UpdateForm(ctx context.Context, business id.Business, f *catalog.Form) error {
	body, err := encode(f.FormBody)
	if err != nil {
		return err
	}
	rows, err := queries(ctx, s.db).UpdateForm(ctx, sqlgen.UpdateFormParams{
		BusinessID: string(business), ID: string(f.ID), Position: int64(f.Position), Body: body, Archived: f.Archived,
	})
	if err = changed(s.db, rows, err, "form"); err != nil {
		return err
	}
	return s.texts(ctx, business, kindForm, string(f.ID), map[string]catalog.Texts{fieldName: f.Names, fieldAbout: f.About})
}

// InsertNotice writes a new notice and its first text.
func (s *Setup) InsertNotice(ctx context.Context, business id.Business, n *catalog.Notice, at span.Instant) error {
	body, err := encode(n.NoticeBody)
	if err != nil {
		return err
	}
	err = queries(ctx, s.db).InsertNotice(ctx, sqlgen.InsertNoticeParams{
		BusinessID: string(business), ID: string(n.ID), Position: int64(n.Position), Purpose: n.Purpose, Version: int64(n.Version),
		Body: body, Archived: n.Archived,
	})
	if err != nil {
		return s.db.Fault(err)
	}
	return s.noticeTexts(ctx, business, n, at)
}

// UpdateNotice writes a notice anew, and its text where the version is new; fault NotFound.
func (s *Setup) UpdateNotice(ctx context.Context, business id.Business, n *catalog.Notice, at span.Instant) error {
	body, err := encode(n.NoticeBody)
	if err != nil {
		return err
	}
	rows, err := queries(ctx, s.db).UpdateNotice(ctx, sqlgen.UpdateNoticeParams{
		BusinessID: string(business), ID: string(n.ID), Position: int64(n.Position), Version: int64(n.Version), Body: body, Archived: n.Archived,
	})
	if err = changed(s.db, rows, err, "notice"); err != nil {
		return err
	}
	return s.noticeTexts(ctx, business, n, at)
}

func (s *Setup) noticeTexts(ctx context.Context, business id.Business, n *catalog.Notice, at span.Instant) error {
	shown, err := encode(map[string]catalog.Texts{fieldName: n.Names, fieldAbout: n.Texts})
	if err != nil {
		return err
	}
	hash := sha256.Sum256([]byte(shown))
	err = queries(ctx, s.db).InsertNoticeVersion(ctx, sqlgen.InsertNoticeVersionParams{
		BusinessID: string(business), ID: string(n.ID), Version: int64(n.Version), Texts: shown, Hash: hash[:], CreatedAt: int64(at),
	})
	if err != nil {
		return s.db.Fault(err)
	}
	return s.texts(ctx, business, kindNotice, string(n.ID), map[string]catalog.Texts{fieldName: n.Names, fieldAbout: n.Texts})
}

func (r *reading) forms(ctx context.Context, c *catalog.Catalog) error {
	rows, err := r.q.AllForms(ctx, r.business)
	if err != nil {
		return r.db.Fault(err)
	}
	for _, row := range rows {
		f := &catalog.Form{
			ID: id.Form(row.ID), Position: int(row.Position), Archived: row.Archived,
			Names: r.text(kindForm, row.ID, fieldName), About: r.text(kindForm, row.ID, fieldAbout),
		}
		if err := decode(row.Body, &f.FormBody); err != nil {
			return err
		}
		c.Forms = append(c.Forms, f)
	}
	return nil
}

func (r *reading) notices(ctx context.Context, c *catalog.Catalog) error {
	rows, err := r.q.AllNotices(ctx, r.business)
	if err != nil {
		return r.db.Fault(err)
	}
	for _, row := range rows {
		n := &catalog.Notice{
			ID: id.Notice(row.ID), Position: int(row.Position), Purpose: row.Purpose, Version: int(row.Version), Archived: row.Archived,
			Names: r.text(kindNotice, row.ID, fieldName), Texts: r.text(kindNotice, row.ID, fieldAbout),
		}
		if err := decode(row.Body, &n.NoticeBody); err != nil {
			return err
		}
		c.Notices = append(c.Notices, n)
	}
	return nil
}
