package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

var errTooManyPairs = fmt.Errorf("more than %d names", maxQueryValues)

// webhookLimits bound a webhook's JSON. A repeated key is no error: its last
// value counts, as for every JavaScript receiver.
var webhookLimits = item.Limits{
	MaxBytes: MaxWebhookBytes, MaxDepth: maxBodyDepth, MaxValues: maxBodyValues, RejectInvalidUTF8: true,
}

// parseBody turns a webhook's body into a value: JSON as it is, forms as
// objects and files, all text (XML too) as a string, no body as an empty object.
// Any other type is no value: the step has the bytes.
func parseBody(contentType string, raw []byte) (item.Value, []nodes.File, error) {
	if len(raw) == 0 {
		return emptyObject, nil, nil
	}
	if contentType == "application/json" { // most calls, and no need to parse it
		return fileless(item.Parse(raw, webhookLimits))
	}
	if contentType == "" {
		return fileless(textBody(raw))
	}
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return item.Undefined, nil, refuse(codeUnsupportedType, fmt.Sprintf("The Content-Type %.80q is not valid.", contentType)).because(err)
	}
	var parse func([]byte) (item.Value, error)
	switch {
	case media == "multipart/form-data":
		return multipartBody(raw, params["boundary"])
	case media == "application/json", strings.HasSuffix(media, "+json"):
		parse = func(raw []byte) (item.Value, error) { return item.Parse(raw, webhookLimits) }
	case media == "application/x-www-form-urlencoded":
		parse = formBody
	case strings.HasPrefix(media, "text/"), media == "application/xml", strings.HasSuffix(media, "+xml"):
		parse = textBody
	default:
		return item.Undefined, nil, nil
	}
	if c := params["charset"]; c != "" && !strings.EqualFold(c, "utf-8") && !strings.EqualFold(c, "utf8") && !strings.EqualFold(c, "us-ascii") {
		return item.Undefined, nil, refuse(codeUnsupportedType, fmt.Sprintf("The charset %.40q is not supported; send UTF-8.", c))
	}
	return fileless(parse(raw))
}

func fileless(v item.Value, err error) (item.Value, []nodes.File, error) { return v, nil, err }

func textBody(raw []byte) (item.Value, error) {
	if !utf8.Valid(raw) {
		return item.Undefined, refuse(codeInvalidUTF8, "The body is not UTF-8 text.")
	}
	return item.String(string(raw)), nil
}

func formBody(raw []byte) (item.Value, error) {
	v, err := pairsValue(string(raw))
	if errors.Is(err, errTooManyPairs) {
		return v, refuse(codeTooLarge, "The form has "+err.Error()+".")
	}
	if err != nil {
		return v, refuse(codeInvalidBody, "The form is not valid: "+err.Error()+".")
	}
	return v, nil
}

// multipartBody reads the fields of a form: texts as members, files beside them.
func multipartBody(raw []byte, boundary string) (item.Value, []nodes.File, error) {
	if boundary == "" {
		return item.Undefined, nil, refuse(codeInvalidBody, "The Content-Type names no boundary.")
	}
	reader := multipart.NewReader(bytes.NewReader(raw), boundary)
	b := item.NewObject(4)
	var files []nodes.File
	for n := 0; ; n++ {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return b.Value(), files, nil
		}
		if err == nil && n >= maxQueryValues {
			return item.Undefined, nil, refuse(codeTooLarge, "The form has "+errTooManyPairs.Error()+".")
		}
		if err == nil {
			files, err = addPart(b, files, part)
		}
		var p *refusal
		if err != nil && !errors.As(err, &p) {
			err = refuse(codeInvalidBody, "The form is not valid: "+err.Error()+".")
		}
		if err != nil {
			return item.Undefined, nil, err
		}
	}
}

func addPart(b *item.ObjectBuilder, files []nodes.File, part *multipart.Part) ([]nodes.File, error) {
	name := strings.ToValidUTF8(part.FormName(), "\uFFFD")
	content, err := io.ReadAll(part)
	if err != nil {
		return nil, err
	}
	if contentType := part.Header.Get("Content-Type"); part.FileName() != "" && contentType != "" {
		media, _, _ := mime.ParseMediaType(contentType) // one that is not valid is as good as none
		return append(files, nodes.File{
			Field: name, Name: strings.ToValidUTF8(part.FileName(), "\uFFFD"), MediaType: media, Data: content,
		}), nil
	}
	if !utf8.Valid(content) {
		return nil, refuse(codeInvalidUTF8, fmt.Sprintf("The form field %.80q is not UTF-8 text.", name))
	}
	addPair(b, name, item.String(string(content)))
	return files, nil
}
