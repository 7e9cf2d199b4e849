package charset

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

var (
	gbk      = simplifiedchinese.GBK
	gb18030  = simplifiedchinese.GB18030
	eucKR    = korean.EUCKR
	big5     = traditionalchinese.Big5
	eucJP    = japanese.EUCJP
	shiftJIS = japanese.ShiftJIS
)

// multi makes a codec of an encoding of several bytes a character.
func multi(e encoding.Encoding) codec {
	return codec{
		decode: func(data []byte) string {
			text, err := e.NewDecoder().Bytes(data)
			if err != nil {
				return readUTF8(data)
			}
			return string(text)
		},
		encode: func(text string) []byte {
			var out []byte
			for _, r := range text {
				part, err := e.NewEncoder().String(string(r))
				if err != nil {
					part = missing(r)
				}
				out = append(out, part...)
			}
			return out
		},
	}
}
