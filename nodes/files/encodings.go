package files

import (
	"fmt"

	"github.com/gogs/chardet"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/files/charset"
)

// encodingNames are the encodings that n8n offers for texts.
var encodingNames = []string{
	"utf8", "armscii8", "ascii", "base64", "big5hkscs", "binary", "cesu8", "cp1046", "cp1124", "cp1125", "cp1129", "cp1133", "cp1161",
	"cp1162", "cp1163", "cp437", "cp720", "cp737", "cp775", "cp808", "cp850", "cp852", "cp855", "cp856", "cp857", "cp858", "cp860",
	"cp861", "cp862", "cp863", "cp864", "cp865", "cp866", "cp869", "cp922", "cp936", "cp949", "cp950", "eucjp", "gb18030", "gbk",
	"georgianacademy", "georgianps", "hex", "hproman8", "iso646cn", "iso646jp", "iso88591", "iso885910", "iso885911", "iso885913",
	"iso885914", "iso885915", "iso885916", "iso88592", "iso88593", "iso88594", "iso88595", "iso88596", "iso88597", "iso88598", "iso88599",
	"koi8r", "koi8ru", "koi8t", "koi8u", "maccenteuro", "maccroatian", "maccyrillic", "macgreek", "maciceland", "macintosh", "macroman",
	"macromania", "macthai", "macturkish", "macukraine", "mik", "pt154", "rk1048", "shiftjis", "tcvn", "tis620", "ucs2", "utf16",
	"utf16be", "utf32", "utf32be", "utf32le", "utf7", "utf7imap", "viscii", "windows1250", "windows1251", "windows1252", "windows1253",
	"windows1254", "windows1255", "windows1256", "windows1257", "windows1258", "windows874",
}

func encodingField(label string) nodes.Field {
	options := make([]nodes.Option, len(encodingNames))
	for i, name := range encodingNames {
		options[i] = nodes.Choose(name, name)
	}
	return nodes.ChoiceField("encoding", label, "How characters are written as bytes.", options...)
}

// marked are the encodings for which a byte order mark can be asked for.
var marked = []item.Value{item.String("utf8"), item.String("cesu8"), item.String("ucs2")}

func bomField() nodes.Field {
	f := nodes.FlagField("addBOM", "Add byte order mark", false, "Begins the file with a byte order mark.")
	f.ShowWhen = []nodes.Condition{{Field: "encoding", Values: marked}}
	return f
}

func stripField() nodes.Field {
	f := nodes.FlagField("stripBOM", "Strip byte order mark", true, "Leaves a byte order mark at the beginning out.")
	f.ShowWhen = []nodes.Condition{{Field: "encoding", Values: marked}}
	return f
}

// hasMark reports whether a byte order mark may be asked for with an encoding.
func hasMark(encoding string) bool {
	return encoding == "utf8" || encoding == "cesu8" || encoding == "ucs2"
}

// checkEncoding says that an encoding is not known, in iconv-lite's words.
func checkEncoding(name string) error {
	if charset.Known(name) {
		return nil
	}
	return fmt.Errorf("Encoding not recognized: '%s' (searched as: '%s')", name, name) //nolint:staticcheck // n8n's words
}

// MaxDetect is how many bytes are looked at to find an encoding.
const MaxDetect = 1 << 20

// detect finds the encoding of a text by its bytes; UTF-8 where nothing tells.
func detect(data []byte) string {
	if len(data) == 0 {
		return "utf8"
	}
	found, err := chardet.NewTextDetector().DetectAll(data[:min(len(data), MaxDetect)])
	if err != nil {
		return "utf8"
	}
	best, confidence := "utf8", 0
	for _, name := range detectOrder {
		for _, f := range found {
			if f.Charset == name && f.Confidence > confidence && charset.Known(name) {
				best, confidence = name, f.Confidence
			}
		}
	}
	return best
}

// detectOrder says which encoding is taken of those that are equally likely: the first.
var detectOrder = []string{
	"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE", "Shift_JIS", "Big5", "EUC-JP", "EUC-KR", "GB-18030", "ISO-8859-1",
	"ISO-8859-2", "ISO-8859-5", "ISO-8859-6", "ISO-8859-7", "ISO-8859-8", "ISO-8859-8-I", "ISO-8859-9", "windows-1250", "windows-1251",
	"windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256", "KOI8-R",
}

// textOption reads an option that has a value only where it was set.
func textOption(c *nodes.Compile, path string) nodes.Param[string] {
	return nodes.Text(c, path, "")
}

// encoded writes text in the encoding that the options name.
type encoding struct {
	name nodes.Param[string]
	bom  nodes.Param[bool]
}

func newEncoding(c *nodes.Compile, bomPath string) encoding {
	return encoding{name: nodes.Text(c, "options.encoding", "utf8"), bom: nodes.Flag(c, bomPath, false)}
}

func (e encoding) write(c *nodes.Call, i int, text string) ([]byte, error) {
	name, err := e.name.At(c, i)
	if err != nil {
		return nil, err
	}
	mark, err := e.bom.At(c, i)
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = "utf8"
	}
	if err := checkEncoding(name); err != nil {
		return nil, err
	}
	return charset.Encode(name, text, mark && hasMark(name)), nil
}
