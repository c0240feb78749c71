package webhook

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// github signs the body (docs.github.com, "Validating webhook deliveries").
var github = scheme{
	header: "x-hub-signature-256", hash: sha256.New, decode: hex.DecodeString, read: prefixed("sha256="),
	signed: func(_ *Verifier, m *Message, _ string) []string { return []string{m.Body} },
}

// slack signs version, time and body (docs.slack.dev, "Verifying requests from Slack").
var slack = scheme{
	header: "x-slack-signature", timestampHeader: "x-slack-request-timestamp", hash: sha256.New, decode: hex.DecodeString, read: prefixed("v0="),
	signed: func(_ *Verifier, m *Message, timestamp string) []string {
		return []string{"v0:" + timestamp + ":" + m.Body}
	},
}

// stripe signs time and body (docs.stripe.com, "Verify webhook signatures manually"): t=TIME,v1=HEX,v1=HEX,v0=...
var stripe = scheme{
	header: "stripe-signature", hash: sha256.New, decode: hex.DecodeString, read: stripeHeader,
	signed: func(_ *Verifier, m *Message, timestamp string) []string { return []string{timestamp + "." + m.Body} },
}

// stripeHeader ignores what is neither a time nor a v1: Stripe sends v0 with its test events, and says that other schemes
// are not to be believed.
func stripeHeader(_ *Verifier, _ *Message, header string) (signatures []string, timestamp string, ok bool) {
	for element := range strings.SplitSeq(header, ",") {
		name, value, found := strings.Cut(strings.TrimSpace(element), "=")
		switch {
		case !found:
			return nil, "", false
		case name == "t" && timestamp != "":
			return nil, "", false
		case name == "t":
			timestamp = value
		case name == "v1":
			if signatures = append(signatures, value); len(signatures) > maxSignatures {
				return nil, "", false
			}
		}
	}
	_, ok = seconds(timestamp)
	return signatures, timestamp, ok
}

// twilio signs the URL and the form's parameters, or a URL that holds the body's hash (www.twilio.com/docs/usage/security).
var twilio = scheme{
	header: "x-twilio-signature", hash: sha1.New, decode: strictBase64.DecodeString, read: prefixed(""),
	signed: func(v *Verifier, m *Message, _ string) []string {
		suffix, ok := twilioParameters(m)
		if !ok {
			return nil
		}
		u := v.url(m)
		if v.base != "" {
			return []string{u + suffix}
		}
		// Twilio's own libraries try the URL with the default port too, because senders differ.
		return []string{u + suffix, "https://" + m.Host + ":443" + m.Target + suffix}
	},
}

// maxParameters bounds a form; Twilio's have some thirty parameters.
const maxParameters = 1024

// twilioParameters is what is signed behind the URL. ok is false for a body that the signature would not cover.
func twilioParameters(m *Message) (suffix string, ok bool) {
	_, query, _ := strings.Cut(m.Target, "?")
	if values, err := url.ParseQuery(query); err == nil && values.Has("bodySHA256") {
		sum := sha256.Sum256([]byte(m.Body))
		return "", len(values["bodySHA256"]) == 1 && strings.EqualFold(values.Get("bodySHA256"), hex.EncodeToString(sum[:]))
	}
	if m.Body == "" {
		return "", true
	}
	media, _, err := mime.ParseMediaType(m.Header("content-type"))
	if err != nil || media != "application/x-www-form-urlencoded" || m.Method != http.MethodPost || strings.Count(m.Body, "&") >= maxParameters {
		return "", false
	}
	form, err := url.ParseQuery(m.Body)
	if err != nil {
		return "", false
	}
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		values := form[name]
		slices.Sort(values)
		for _, value := range slices.Compact(values) {
			b.WriteString(name)
			b.WriteString(value)
		}
	}
	return b.String(), true
}
