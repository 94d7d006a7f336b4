package storetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/store"
	"kept/span"
)

func testDocument(t *testing.T, open Opener) {
	t.Run("round trip", func(t *testing.T) { t.Parallel(); documentRoundTrip(t, NewWorld(t, open)) })
	t.Run("refused", func(t *testing.T) { t.Parallel(); documentRefused(t, NewWorld(t, open)) })
	t.Run("half-written", func(t *testing.T) { t.Parallel(); documentHalf(t, NewWorld(t, open)) })
	t.Run("of clients", func(t *testing.T) { t.Parallel(); documentOfClients(t, NewWorld(t, open)) })
	t.Run("merged", func(t *testing.T) { t.Parallel(); documentMerged(t, NewWorld(t, open)) })
}

// looker finds what it is told to find.
type looker struct {
	found string
	err   error
}

func (l looker) Scan(_ context.Context, content io.Reader) (string, error) {
	if _, err := io.Copy(io.Discard, content); err != nil {
		return "", err
	}
	return l.found, l.err
}

func (w *World) archive(s client.Scanner, most int64) *client.Archive {
	return client.NewArchive(store.NewDocuments(w.DB, w.Vault), w.Registry, s, most)
}

func upload(of id.Client, class, name, text string) client.Upload {
	return client.Upload{Client: of, Class: class, Name: name, Content: strings.NewReader(text)}
}

func documentRoundTrip(t *testing.T, w *World) {
	b, other := w.Business(t, "mine"), w.Business(t, "other")
	mia := w.create(t, b, client.Draft{Name: "Mia"})
	a := w.archive(looker{}, 0)
	long := "%PDF-1.7\n" + strings.Repeat("0123456789abcdef", 50_000) // 800 KB: four pieces
	w.Journal.Take()
	d, err := a.Put(t.Context(), b, upload(mia.ID, "", "../Befund ä.pdf", long), desk)
	Must(t, err)
	if told := w.Journal.Take(); len(told) != 1 || told[0].Data.Kind != client.PartDocument || told[0].Client != mia.ID {
		t.Errorf("told %+v", told)
	}
	health, err := a.Put(t.Context(), b, upload(mia.ID, client.ClassHealth, "x.txt", "blood type A"), desk)
	Must(t, err)
	again := worldOn(t, w.DB).archive(nil, 0) // another node
	got, content, err := again.Open(t.Context(), b, d.ID, false, desk)
	Must(t, err)
	if got != d || got.Name != "Befund ä.pdf" || got.Media != client.MediaPDF || got.Scan != client.ScanClean || !bytes.Equal(content, []byte(long)) {
		t.Errorf("got %+v and %d bytes, want %+v", got, len(content), d)
	}
	_, _, err = again.Open(t.Context(), b, health.ID, false, desk)
	WantCode(t, err, fault.CodeNotFound)
	_, content, err = again.Open(t.Context(), b, health.ID, true, desk)
	Must(t, err)
	if string(content) != "blood type A" {
		t.Errorf("read %q", content)
	}
	_, _, err = again.Open(t.Context(), other, d.ID, true, desk)
	WantCode(t, err, fault.CodeNotFound)
	for seen, want := range map[bool]int{true: 2, false: 1} {
		list, err := again.List(t.Context(), b, client.DocumentFilter{Client: mia.ID, Health: seen, Limit: 50})
		Must(t, err)
		if len(list) != want {
			t.Errorf("health %v: %d files", seen, len(list))
		}
	}
	reads, err := w.Clients.Reads(t.Context(), b, mia.ID, "", 10)
	Must(t, err)
	if len(reads) != 2 || reads[0].What != client.ReadDocument {
		t.Errorf("reads are %+v", reads)
	}
	WantCode(t, a.Remove(t.Context(), b, health.ID, false, desk), fault.CodeNotFound)
	Must(t, a.Remove(t.Context(), b, health.ID, true, desk))
	Must(t, w.Registry.Erase(t.Context(), b, mia.ID, desk))
	if n := w.rows(t, "document") + w.rows(t, "document_part"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func documentRefused(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	mia := w.create(t, b, client.Draft{Name: "Mia"})
	for _, test := range []struct {
		name    string
		archive *client.Archive
		upload  client.Upload
		code    string
	}{
		{"too large", w.archive(nil, 10), upload(mia.ID, "", "a.txt", "01234567890"), fault.CodeInvalid},
		{"not taken", w.archive(nil, 0), upload(mia.ID, "", "a.html", "<html>"), fault.CodeInvalid},
		{"no such class", w.archive(nil, 0), upload(mia.ID, "secret", "a.txt", "x"), fault.CodeInvalid},
		{"nobody's", w.archive(nil, 0), upload("nobody", "", "a.txt", "x"), fault.CodeNotFound},
		{"harmful", w.archive(looker{found: "Eicar"}, 0), upload(mia.ID, "", "a.txt", "x"), fault.CodeInvalid},
		{"not looked at", w.archive(looker{err: errors.New("away")}, 0), upload(mia.ID, "", "a.txt", "x"), fault.CodeUnavailable},
		{"no name", w.archive(nil, 0), upload(mia.ID, "", "", "x"), fault.CodeInvalid},
	} {
		_, err := test.archive.Put(t.Context(), b, test.upload, desk)
		if !fault.Is(err, test.code) {
			t.Errorf("%s: %v, want %s", test.name, err, test.code)
		}
	}
	if n := w.rows(t, "document") + w.rows(t, "document_part"); n != 0 {
		t.Errorf("%d rows were written", n)
	}
	kept, err := w.archive(nil, 11).Put(t.Context(), b, upload(mia.ID, client.ClassStatute, "a.txt", "01234567890"), desk)
	Must(t, err)
	WantCode(t, w.archive(nil, 0).Remove(t.Context(), b, kept.ID, true, desk), fault.CodeConflict)
}

func documentHalf(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	mia := w.create(t, b, client.Draft{Name: "Mia"})
	files, a := store.NewDocuments(w.DB, w.Vault), w.archive(nil, 0)
	kept, err := a.Put(t.Context(), b, upload(mia.ID, "", "a.txt", "whole"), desk)
	Must(t, err)
	half := kept
	half.ID = id.New[id.Document](w.Clock.Now().UTC())
	w.Do(t, func(ctx context.Context) error { return files.BeginDocument(ctx, b, half) })
	w.Do(t, func(ctx context.Context) error { return files.PutPiece(ctx, b, half, 0, []byte("wh")) })
	_, err = a.Find(t.Context(), b, half.ID, true)
	WantCode(t, err, fault.CodeNotFound)
	Must(t, a.Sweep(t.Context()))
	if n := w.rows(t, "document"); n != 2 {
		t.Errorf("%d files while it may still be written", n)
	}
	w.Clock.Advance(2 * span.Hour)
	Must(t, a.Sweep(t.Context()))
	if n, parts := w.rows(t, "document"), w.rows(t, "document_part"); n != 1 || parts != 1 {
		t.Errorf("%d files and %d pieces are left", n, parts)
	}
	w.Do(t, func(ctx context.Context) error {
		WantCode(t, files.KeepDocument(ctx, b, half.ID), fault.CodeNotFound)
		return nil
	})
}

func documentMerged(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	mia, leo := w.create(t, b, client.Draft{Name: "Mia"}), w.create(t, b, client.Draft{Name: "Leo"})
	a := w.archive(nil, 0)
	d, err := a.Put(t.Context(), b, upload(leo.ID, client.ClassHealth, "a.txt", "of Leo"), desk)
	Must(t, err)
	m, err := w.Merger().Merge(t.Context(), b, leo.ID, mia.ID, desk)
	Must(t, err)
	read := func(want id.Client) {
		t.Helper()
		got, content, err := worldOn(t, w.DB).archive(nil, 0).Open(t.Context(), b, d.ID, true, desk)
		Must(t, err)
		if got.Client != want || string(content) != "of Leo" || got.Name != "a.txt" {
			t.Errorf("%+v says %q", got, content)
		}
	}
	read(mia.ID)
	_, err = w.Merger().Undo(t.Context(), b, m.ID, desk)
	Must(t, err)
	read(leo.ID)
}
