package client

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"image"
	_ "image/jpeg" // so that sizes of pictures can be read
	_ "image/png"
	"mime"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"kept/fault"
)

// The types of files that a card takes.
const (
	MediaPDF  = "application/pdf"
	MediaJPEG = "image/jpeg"
	MediaPNG  = "image/png"
	MediaWebP = "image/webp"
	MediaHEIC = "image/heic"
	MediaText = "text/plain"
	MediaDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	MediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// Medias lists every type that a card takes.
func Medias() []string {
	return []string{MediaPDF, MediaJPEG, MediaPNG, MediaWebP, MediaHEIC, MediaText, MediaDOCX, MediaXLSX}
}

// endings gives the endings that names of files of a type may have.
func endings(media string) []string {
	switch media {
	case MediaPDF:
		return []string{".pdf"}
	case MediaJPEG:
		return []string{".jpg", ".jpeg"}
	case MediaPNG:
		return []string{".png"}
	case MediaWebP:
		return []string{".webp"}
	case MediaHEIC:
		return []string{".heic", ".heif"}
	case MediaText:
		return []string{".txt"}
	case MediaDOCX:
		return []string{".docx"}
	case MediaXLSX:
		return []string{".xlsx"}
	default:
		return nil
	}
}

// Bounds of what is within a file.
const (
	maxSide     = 20_000      // pixels
	maxPixels   = 100_000_000 // of a picture
	maxEntries  = 2_000       // of a packed document
	maxUnpacked = 200 << 20   // bytes
	maxRatio    = 200         // how much larger than packed
)

// Sniff tells what type a file is of, by its content alone, and refuses what a
// card does not take: programs, pages, drawings that carry scripts, archives,
// pictures of absurd size, documents that unpack without end or carry macros.
// The name's ending and the declared type (empty or application/octet-stream
// for none) must say the same as the content. Fault Invalid, field file.
func Sniff(name, declared string, content []byte) (media string, err error) {
	media = mediaOf(content)
	if media == "" {
		return "", fault.BadField("file", "file_type", "is of no type that is taken: PDF, JPEG, PNG, WebP, HEIC, plain text, DOCX, XLSX")
	}
	ending := strings.ToLower(path.Ext(name))
	matches := false
	for _, e := range endings(media) {
		matches = matches || e == ending
	}
	if !matches {
		return "", fault.BadField("file", "file_name", "has a name that does not go with its content")
	}
	if said, _, err := mime.ParseMediaType(declared); declared != "" && (err != nil || !agrees(said, media)) {
		return "", fault.BadField("file", "file_declared", "was said to be of another type than its content is")
	}
	return media, check(media, content)
}

// agrees tells whether what a browser says of a file goes with what it is.
func agrees(said, media string) bool {
	return said == media || said == "application/octet-stream" ||
		media == MediaJPEG && said == "image/jpg" || media == MediaHEIC && said == "image/heif"
}

// mediaOf looks at the first bytes; empty for what is not taken.
func mediaOf(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("%PDF-")):
		return MediaPDF
	case bytes.HasPrefix(b, []byte{0xFF, 0xD8, 0xFF}):
		return MediaJPEG
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return MediaPNG
	case len(b) >= 16 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return MediaWebP
	case len(b) >= 16 && string(b[4:8]) == "ftyp" && heic(b):
		return MediaHEIC
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return packed(b)
	case plain(b):
		return MediaText
	default:
		return ""
	}
}

// heic looks among the brands of an ISO base media file.
func heic(b []byte) bool {
	size := binary.BigEndian.Uint32(b)
	if size < 16 || uint64(size) > uint64(len(b)) || size > 256 {
		return false
	}
	for i := 8; i+4 <= int(size); i += 4 {
		switch string(b[i : i+4]) {
		case "heic", "heix", "heim", "heis":
			return true
		}
	}
	return false
}

// plain tells whether it is text and no markup or script.
func plain(b []byte) bool {
	if len(b) == 0 || !utf8.Valid(b) {
		return false
	}
	text := strings.TrimPrefix(string(b), "\ufeff")
	for _, r := range text {
		if unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\f", r) {
			return false
		}
	}
	start := strings.ToLower(strings.TrimSpace(text[:min(len(text), 4096)]))
	if strings.HasPrefix(start, "#!") || strings.HasPrefix(start, "%!") {
		return false
	}
	for _, tag := range []string{
		"<!doctype", "<?xml", "<?php", "<html", "<head", "<body", "<svg", "<script", "<iframe", "<img", "<a ", "<style", "<link", "<!--", "<%",
	} {
		if strings.Contains(start, tag) {
			return false
		}
	}
	return true
}

// packed tells which document a ZIP archive is; empty for any other archive.
func packed(b []byte) string {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return ""
	}
	types, word, sheet := false, false, false
	for _, f := range z.File[:min(len(z.File), maxEntries)] {
		switch f.Name {
		case "[Content_Types].xml":
			types = true
		case "word/document.xml":
			word = true
		case "xl/workbook.xml":
			sheet = true
		}
	}
	switch {
	case types && word && !sheet:
		return MediaDOCX
	case types && sheet && !word:
		return MediaXLSX
	default:
		return ""
	}
}

// check looks for what must not be within a file of a type that is taken.
func check(media string, b []byte) error {
	var width, height int
	switch media {
	case MediaDOCX, MediaXLSX:
		return checkPacked(b)
	case MediaJPEG, MediaPNG:
		c, _, err := image.DecodeConfig(bytes.NewReader(b))
		if err != nil {
			return fault.BadField("file", "file_damaged", "is a damaged picture")
		}
		width, height = c.Width, c.Height
	case MediaWebP:
		width, height = webpSize(b)
	case MediaHEIC:
		width, height = heicSize(b)
	default:
		return nil
	}
	switch {
	case width <= 0 || height <= 0:
		return fault.BadField("file", "file_damaged", "is a damaged picture")
	case width > maxSide || height > maxSide || width*height > maxPixels:
		return fault.BadField("file", "file_pixels", "is a picture of more than 100 million pixels, or more than 20,000 on a side")
	}
	return nil
}

// checkPacked refuses documents that unpack without end, parts that lie over
// one another, macros and programs.
func checkPacked(b []byte) error {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return fault.BadField("file", "file_damaged", "is a damaged document")
	}
	if len(z.File) > maxEntries {
		return fault.BadField("file", "file_bomb", "has too many parts")
	}
	var all, small uint64
	for _, f := range z.File {
		all += min(f.UncompressedSize64, maxUnpacked+1)
		small += min(f.CompressedSize64, uint64(len(b))+1)
		if f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/maxRatio > f.CompressedSize64 {
			return fault.BadField("file", "file_bomb", "unpacks to far more than it is")
		}
		name := strings.ToLower(f.Name)
		switch path.Ext(name) {
		case ".exe", ".dll", ".js", ".vbs", ".jar", ".bat", ".cmd", ".ps1", ".scr", ".com", ".zip", ".7z", ".rar", ".html", ".htm", ".svg":
			return fault.BadField("file", "file_contains", "has a program, a page or an archive in it")
		}
		if strings.Contains(name, "vbaproject") || strings.Contains(name, "..") || strings.HasPrefix(name, "/") {
			return fault.BadField("file", "file_contains", "has a macro in it, or a part out of place")
		}
	}
	if all > maxUnpacked || small > uint64(len(b)) {
		return fault.BadField("file", "file_bomb", "unpacks to far more than it is")
	}
	return nil
}

// webpSize reads width and height (RFC 9649); 0 when they are not to be found.
func webpSize(b []byte) (width, height int) {
	if len(b) < 30 {
		return 0, 0
	}
	switch string(b[12:16]) {
	case "VP8X":
		return 1 + int(b[24]) + int(b[25])<<8 + int(b[26])<<16, 1 + int(b[27]) + int(b[28])<<8 + int(b[29])<<16
	case "VP8L":
		bits := binary.LittleEndian.Uint32(b[21:25])
		return 1 + int(bits&0x3FFF), 1 + int(bits>>14&0x3FFF)
	case "VP8 ":
		return int(binary.LittleEndian.Uint16(b[26:28]) & 0x3FFF), int(binary.LittleEndian.Uint16(b[28:30]) & 0x3FFF)
	default:
		return 0, 0
	}
}

// heicSize reads the largest of the sizes that stand in the properties of the
// pictures (ISO/IEC 23008-12, box ispe); 0 when there are none.
func heicSize(b []byte) (width, height int) {
	const head = 1 << 20
	rest := b[:min(len(b), head)]
	for {
		i := bytes.Index(rest, []byte("ispe"))
		if i < 0 || i+16 > len(rest) {
			return width, height
		}
		w, h := binary.BigEndian.Uint32(rest[i+8:]), binary.BigEndian.Uint32(rest[i+12:])
		width, height = max(width, int(min(w, 1<<24))), max(height, int(min(h, 1<<24)))
		rest = rest[i+16:]
	}
}

// FileName brings the name of a file into a form that can be shown and saved
// anywhere: no folders, no characters that mean something to a system or turn
// the direction of writing, 120 characters at most. Empty for none.
func FileName(name string) string {
	const longest = 120
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp), strings.ContainsRune(`<>:"|?*;%`, r):
			return -1
		default:
			return r
		}
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	if runes := []rune(name); len(runes) > longest {
		ext := []rune(path.Ext(name))
		if len(ext) > 10 {
			ext = nil
		}
		name = string(runes[:longest-len(ext)]) + string(ext)
	}
	return name
}
