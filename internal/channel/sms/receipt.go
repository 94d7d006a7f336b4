package sms

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what the interface signs with; HMAC does not need collisions to be hard
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"kept/id"
)

// ReceiptPath is where the provider tells what became of a message.
const ReceiptPath = "/hooks/sms"

// Receipt is what the provider tells of one message.
type Receipt struct {
	Business  id.Business
	Message   id.Message
	Delivered bool // it has arrived
	Failed    bool // it never will
}

// Receipt reads what the provider posted to ReceiptPath: its query, its form and
// the X-Twilio-Signature. False when the signature is not the provider's.
func (c *Channel) Receipt(rawQuery string, form url.Values, signature string) (Receipt, bool) {
	if c.client == nil || c.config.Base == "" {
		return Receipt{}, false
	}
	want := Sign(c.config.Token, c.config.Base+ReceiptPath+"?"+rawQuery, form)
	if !hmac.Equal([]byte(want), []byte(signature)) {
		return Receipt{}, false
	}
	query, err := url.ParseQuery(rawQuery)
	if err != nil || !id.Valid(query.Get("b")) || !id.Valid(query.Get("m")) {
		return Receipt{}, false
	}
	status := form.Get("MessageStatus")
	return Receipt{
		Business: id.Business(query.Get("b")), Message: id.Message(query.Get("m")), Delivered: status == "delivered",
		Failed: status == "failed" || status == "undelivered",
	}, true
}

// Sign is the signature over an address and a form, as the interface has it:
// the address, then each field's name and value, sorted, HMAC-SHA1, base64.
func Sign(token, address string, form url.Values) string {
	var text strings.Builder
	text.WriteString(address)
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		values := slices.Clone(form[name])
		slices.Sort(values)
		for _, v := range slices.Compact(values) {
			text.WriteString(name + v)
		}
	}
	mac := hmac.New(sha1.New, []byte(token))
	_, _ = mac.Write([]byte(text.String())) // a hash never fails
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
