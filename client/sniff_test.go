package client_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"kept/client"
	"kept/fault"
)

// picture draws a small one.
func picture(t testing.TB, media string) []byte {
	t.Helper()
	var b bytes.Buffer
	err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)))
	if media == client.MediaJPEG {
		b.Reset()
		err = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hugePNG is a picture whose head claims a size; there is nothing behind it.
func hugePNG(width, height uint32) []byte {
	head := make([]byte, 0, 17)
	head = append(head, "IHDR"...)
	head = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(head, width), height)
	head = append(head, 8, 0, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

// zipped packs files with these names and a text in each.
func zipped(t testing.TB, text string, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func webp(kind string, rest ...byte) []byte {
	body := append([]byte("WEBP"+kind+"\x0a\x00\x00\x00"), rest...)
	for len(body) < 40 {
		body = append(body, 0)
	}
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func heic(width, height uint32) []byte {
	out := append([]byte{0, 0, 0, 24}, "ftypheic\x00\x00\x00\x00mif1heic"...)
	out = append(out, "\x00\x00\x00\x14ispe\x00\x00\x00\x00"...)
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(out, width), height)
}

func TestSniff(t *testing.T) {
	t.Parallel()
	docx := zipped(t, "x", "[Content_Types].xml", "word/document.xml")
	for _, test := range []struct {
		name, declared string
		content        []byte
		media          string
		rule           string // of the refusal
	}{
		{"a.pdf", "application/pdf", []byte("%PDF-1.7\n..."), client.MediaPDF, ""},
		{"a.PDF", "", []byte("%PDF-1.7\n..."), client.MediaPDF, ""},
		{"a.jpg", "image/jpeg", picture(t, client.MediaJPEG), client.MediaJPEG, ""},
		{"a.jpeg", "application/octet-stream", picture(t, client.MediaJPEG), client.MediaJPEG, ""},
		{"a.png", "image/png", picture(t, client.MediaPNG), client.MediaPNG, ""},
		{"a.webp", "image/webp", webp("VP8X", 0, 0, 0, 0, 99, 0, 0, 49, 0, 0), client.MediaWebP, ""},
		{"a.heic", "image/heic", heic(4000, 3000), client.MediaHEIC, ""},
		{"a.txt", "text/plain; charset=utf-8", []byte("Grüße, 王小明\r\n"), client.MediaText, ""},
		{"a.docx", "", docx, client.MediaDOCX, ""},
		{"a.xlsx", "", zipped(t, "x", "[Content_Types].xml", "xl/workbook.xml"), client.MediaXLSX, ""},

		{"a.png", "image/png", picture(t, client.MediaJPEG), "", "file_name"},
		{"a.jpg", "image/png", picture(t, client.MediaJPEG), "", "file_declared"},
		{"a.pdf", "text/html", []byte("%PDF-1.7"), "", "file_declared"},
		{"a.pdf", "application/pdf;;", []byte("%PDF-1.7"), "", "file_declared"},
		{"a.pdf.exe", "", []byte("%PDF-1.7"), "", "file_name"},
		{"a", "", []byte("%PDF-1.7"), "", "file_name"},
		{"a.exe", "", []byte("MZ\x90\x00\x03"), "", "file_type"},
		{"a.txt", "", []byte("MZ\x90\x00\x03"), "", "file_type"},
		{"a.txt", "", []byte("\x7fELF"), "", "file_type"},
		{"a.txt", "", []byte("#!/bin/sh\nrm -rf /"), "", "file_type"},
		{"a.txt", "", []byte("  <HTML><script>alert(1)</script>"), "", "file_type"},
		{"a.txt", "", []byte("hello <script>alert(1)</script>"), "", "file_type"},
		{"a.svg", "image/svg+xml", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), "", "file_type"},
		{"a.txt", "", []byte("<?xml version='1.0'?><svg/>"), "", "file_type"},
		{"a.txt", "", []byte{0xff, 0xfe, 'a', 0}, "", "file_type"},
		{"a.txt", "", nil, "", "file_type"},
		{"a.gif", "", []byte("GIF89a\x01\x00"), "", "file_type"},
		{"a.zip", "", zipped(t, "x", "a.txt"), "", "file_type"},
		{"a.docx", "", zipped(t, "x", "a.txt"), "", "file_type"},
		{"a.docx", "", zipped(t, "x", "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "", "file_contains"},
		{"a.docx", "", zipped(t, "x", "[Content_Types].xml", "word/document.xml", "word/embeddings/run.exe"), "", "file_contains"},
		{"a.docx", "", zipped(t, "x", "[Content_Types].xml", "word/document.xml", "../../etc/passwd"), "", "file_contains"},
		{"a.docx", "", zipped(t, strings.Repeat("0", 4<<20), "[Content_Types].xml", "word/document.xml"), "", "file_bomb"},
		{"a.docx", "", docx[:len(docx)-30], "", "file_type"},
		{"a.png", "", hugePNG(50_000, 50_000), "", "file_pixels"},
		{"a.png", "", hugePNG(19_999, 19_999), "", "file_pixels"},
		{"a.png", "", []byte("\x89PNG\r\n\x1a\n...."), "", "file_damaged"},
		{"a.jpg", "", []byte{0xFF, 0xD8, 0xFF, 0xE0, 0}, "", "file_damaged"},
		{"a.webp", "", webp("VP8X", 0, 0, 0, 0, 255, 255, 255, 255, 255, 255), "", "file_pixels"},
		{"a.webp", "", webp("XXXX"), "", "file_damaged"},
		{"a.heic", "", heic(60_000, 10), "", "file_pixels"},
		{"a.heic", "", heic(10, 10)[:24], "", "file_damaged"},
	} {
		media, err := client.Sniff(test.name, test.declared, test.content)
		if test.rule == "" {
			if err != nil || media != test.media {
				t.Errorf("%s: %s, %v", test.name, media, err)
			}
			continue
		}
		if rule := ruleOf(err); rule != test.rule {
			t.Errorf("%s (%s): %v, want %s", test.name, test.declared, err, test.rule)
		}
	}
}

// ruleOf is why a field of a request was refused.
func ruleOf(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) != 1 {
		return ""
	}
	return f.Fields[0].Rule
}

func TestABombOfManyParts(t *testing.T) {
	t.Parallel()
	names := []string{"[Content_Types].xml", "word/document.xml"}
	for i := range 2100 {
		names = append(names, "word/media/"+strings.Repeat("x", i%7)+string(rune('a'+i%26)))
	}
	if _, err := client.Sniff("a.docx", "", zipped(t, "", names...)); err == nil {
		t.Error("2,100 parts are taken")
	}
}

func TestFileName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"report.pdf": "report.pdf", "../../etc/passwd": "passwd", `C:\Users\me\a.pdf`: "a.pdf", "a\u202efdp.exe": "afdp.exe",
		"a\x00b\r\n.txt": "ab.txt", "  отчёт  за май.pdf ": "отчёт за май.pdf", "病歷.pdf": "病歷.pdf", `"<script>".txt`: "script.txt",
		strings.Repeat("я", 200) + ".pdf": strings.Repeat("я", 116) + ".pdf", "...": "", "": "",
	} {
		if got := client.FileName(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func FuzzSniff(f *testing.F) {
	f.Add("a.png", "", hugePNG(1, 1))
	f.Add("a.docx", "", zipped(f, "x", "[Content_Types].xml", "word/document.xml"))
	f.Add("a.heic", "image/heic", heic(1, 2))
	f.Add("a.webp", "", webp("VP8L", 1, 2, 3))
	f.Add("a.txt", "text/plain", []byte("hello"))
	f.Add("a.jpg", "", picture(f, client.MediaJPEG))
	f.Fuzz(func(t *testing.T, name, declared string, content []byte) {
		media, err := client.Sniff(name, declared, content)
		if err == nil && media == "" {
			t.Error("it is taken, but of no type")
		}
		if err != nil && !fault.Is(err, fault.CodeInvalid) {
			t.Errorf("refused by %v", err)
		}
		if clean := client.FileName(name); client.FileName(clean) != clean || strings.ContainsAny(clean, "/\\\r\n\x00\"") {
			t.Errorf("%q is cleaned to %q", name, clean)
		}
	})
}
