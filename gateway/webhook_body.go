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
)

var errTooManyPairs = fmt.Errorf("more than %d names", maxQueryValues)

// webhookLimits bound a webhook's JSON. A repeated key is no error: its last
// value counts, as for every JavaScript receiver.
var webhookLimits = item.Limits{
	MaxBytes: MaxWebhookBytes, MaxDepth: maxBodyDepth, MaxValues: maxBodyValues, RejectInvalidUTF8: true,
}

// parseBody turns a webhook's body into a value: JSON as it is, forms as
// objects, all text (XML too) as a string, no body as an empty object.
func parseBody(contentType string, raw []byte) (item.Value, error) {
	if len(raw) == 0 {
		return emptyObject, nil
	}
	if contentType == "application/json" { // most calls, and no need to parse it
		return item.Parse(raw, webhookLimits)
	}
	if contentType == "" {
		return textBody(raw)
	}
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return item.Undefined, refuse(codeUnsupportedType, fmt.Sprintf("The Content-Type %.80q is not valid.", contentType)).because(err)
	}
	if c := params["charset"]; c != "" && !strings.EqualFold(c, "utf-8") && !strings.EqualFold(c, "utf8") && !strings.EqualFold(c, "us-ascii") {
		return item.Undefined, refuse(codeUnsupportedType, fmt.Sprintf("The charset %.40q is not supported; send UTF-8.", c))
	}
	switch {
	case media == "application/json", strings.HasSuffix(media, "+json"):
		return item.Parse(raw, webhookLimits)
	case media == "application/x-www-form-urlencoded":
		return formBody(raw)
	case media == "multipart/form-data":
		return multipartBody(raw, params["boundary"])
	case strings.HasPrefix(media, "text/"), media == "application/xml", strings.HasSuffix(media, "+xml"):
		return textBody(raw)
	}
	return item.Undefined, refuse(codeUnsupportedType, fmt.Sprintf("Webhooks take JSON, forms, text and XML, not %s.", media))
}

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

// multipartBody reads the text fields of a form. Files would be binary data of
// an item; to drop them silently would be worse than to say so.
func multipartBody(raw []byte, boundary string) (item.Value, error) {
	if boundary == "" {
		return item.Undefined, refuse(codeInvalidBody, "The Content-Type names no boundary.")
	}
	reader := multipart.NewReader(bytes.NewReader(raw), boundary)
	b := item.NewObject(4)
	for n := 0; ; n++ {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return b.Value(), nil
		}
		if err == nil && n >= maxQueryValues {
			return item.Undefined, refuse(codeTooLarge, "The form has "+errTooManyPairs.Error()+".")
		}
		if err == nil {
			err = addPart(b, part)
		}
		var p *refusal
		if err != nil && !errors.As(err, &p) {
			err = refuse(codeInvalidBody, "The form is not valid: "+err.Error()+".")
		}
		if err != nil {
			return item.Undefined, err
		}
	}
}

func addPart(b *item.ObjectBuilder, part *multipart.Part) error {
	name := part.FormName()
	if part.FileName() != "" {
		return refuse(codeUnsupportedType, fmt.Sprintf("The form field %.80q is a file; webhooks do not take files yet. Send its address, or its content in JSON.", name))
	}
	text, err := io.ReadAll(part)
	if err != nil {
		return err
	}
	if !utf8.Valid(text) {
		return refuse(codeInvalidUTF8, fmt.Sprintf("The form field %.80q is not UTF-8 text.", name))
	}
	addPair(b, strings.ToValidUTF8(name, "\uFFFD"), item.String(string(text)))
	return nil
}
