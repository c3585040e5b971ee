package fetch

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// byBOM reads a byte order mark: the encoding, nil if there is none, and the mark's length.
func byBOM(b []byte) (enc encoding.Encoding, length int) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return unicode.UTF8, 3
	case bytes.HasPrefix(b, []byte("\xff\xfe\x00\x00")): // before UTF-16, whose mark it begins with
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 4
	case bytes.HasPrefix(b, []byte("\x00\x00\xfe\xff")):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), 4
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), 2
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), 2
	}
	return nil, 0
}

// byStart knows UTF-16 and UTF-32 without a mark from where the zero bytes stand around the first "<" or "{", and EBCDIC from how
// it writes an XML declaration (XML 1.0, appendix F).
func byStart(b []byte) encoding.Encoding {
	if len(b) < 4 {
		return nil
	}
	if bytes.HasPrefix(b, []byte("\x4c\x6f\xa7\x94")) { // "<?xm" in EBCDIC
		return charmap.CodePage037
	}
	zero := [4]bool{b[0] == 0, b[1] == 0, b[2] == 0, b[3] == 0}
	switch zero {
	case [4]bool{true, true, true, false}:
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case [4]bool{false, true, true, true}:
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case [4]bool{true, false, true, false}:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case [4]bool{false, true, false, true}:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	}
	return nil
}

// feedToUTF8 decodes a feed, and tells whether it is in another charset than it states. A byte order mark goes first, then what
// the bytes show, and only then a label: labels lie more often than bytes look like valid UTF-8 by chance. Of two labels
// the document's own counts. Where they are missing or can't be true, the charset is found out by the language.
func feedToUTF8(body []byte, kind string) (text []byte, lied bool) {
	if enc, n := byBOM(body); enc != nil {
		return trimBOM(decoded(enc, body[n:])), false
	}
	if enc := byStart(body); enc != nil {
		return trimBOM(decoded(enc, body)), true
	}
	label := xmlLabel(body)
	if utf8.Valid(body) && !isShifted(body) {
		return body, false
	}
	if isShifted(body) {
		label = "iso-2022-jp"
	}
	for _, l := range []string{label, typeLabel(kind)} {
		enc, name := encodingOf(l)
		if enc == nil || name == "utf-8" || strings.HasPrefix(name, "utf-16") || name == "replacement" {
			continue
		}
		if text = decoded(enc, body); isCredible(text, name, body) {
			return text, false
		}
	}
	if !isDamagedUTF8(body) {
		if name, _ := detect(body); name != "windows-1252" {
			enc, _ := charset.Lookup(name)
			return decoded(enc, body), true
		}
	}
	return mendUTF8(body), true
}

// encodingOf finds an encoding by its label: those that pages use (WHATWG, Encoding), and those of old that IANA lists besides.
func encodingOf(label string) (enc encoding.Encoding, name string) {
	if enc, name = charset.Lookup(label); enc != nil {
		return enc, name
	}
	enc, err := ianaindex.IANA.Encoding(label)
	if err != nil {
		return nil, ""
	}
	return enc, strings.ToLower(label)
}

// isShifted knows ISO-2022-JP, which is all ASCII, by its escapes (RFC 1468).
func isShifted(b []byte) bool {
	return bytes.IndexByte(b, 0x1b) >= 0 && (bytes.Contains(b, []byte("\x1b$B")) || bytes.Contains(b, []byte("\x1b$@")))
}

// isCredible doubts a label: that of a charset that has no character for many of the bytes, and that of Western Europe, which
// programs write by default, on a text in another script.
func isCredible(text []byte, name string, body []byte) bool {
	bad := bytes.Count(text, []byte("\ufffd"))
	if bad > 5 && bad*50 > len(text)-len(body) {
		return false
	}
	if name != "windows-1252" {
		return true
	}
	better, sure := detect(body)
	return !sure || better == "windows-1252"
}

// decoded turns bytes that an encoding has no character for into U+FFFD.
func decoded(enc encoding.Encoding, b []byte) []byte {
	text, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return mendUTF8(b)
	}
	return text
}

// trimBOM drops further marks: a feed put together from two files has one in front of each.
func trimBOM(b []byte) []byte {
	return bytes.TrimLeft(b, "\ufeff")
}

// mendUTF8 reads bytes that are no UTF-8 as windows-1252: in otherwise good text they are quotes and dashes pasted from
// a word processor.
func mendUTF8(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	out := make([]byte, 0, len(b)+len(b)/8)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(b[0])
		}
		out = utf8.AppendRune(out, r)
		b = b[n:]
	}
	return out
}

var declaredCharset = regexp.MustCompile(`<\?xml[^>]{0,200}encoding\s*=\s*["']([^"'>]{1,40})["']`)

// xmlLabel is the encoding that the XML declaration names. It is looked for a little way in, behind what may have
// been printed before it.
func xmlLabel(b []byte) string {
	if m := declaredCharset.FindSubmatch(b[:min(len(b), 2048)]); m != nil {
		return strings.ToLower(strings.TrimSpace(string(m[1])))
	}
	return ""
}

// typeLabel is the charset parameter of a Content-Type.
func typeLabel(kind string) string {
	_, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return ""
	}
	return params["charset"]
}
