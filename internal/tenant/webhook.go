package tenant

import (
	"fmt"
	"slices"
	"strings"
)

// Presets of webhook signatures. PresetGeneric is described by the fields of a Webhook, the others by their vendors.
const (
	PresetGeneric = "generic"
	PresetGitHub  = "github"
	PresetSlack   = "slack"
	PresetStripe  = "stripe"
	PresetTwilio  = "twilio"
)

// Webhook is a sender that signs its requests with a shared secret.
type Webhook struct {
	// Name is unique within the tenant; routes name it.
	Name string `json:"name" yaml:"name"`
	// Preset is github, slack, stripe, twilio or generic (default), which the fields from Algorithm to TimestampHeader describe.
	Preset string `json:"preset,omitempty" yaml:"preset,omitempty" default:"generic" enum:"generic,github,slack,stripe,twilio"`
	// Secrets are shared with the sender; a signature by any of them is good, so that they can be rotated. SecretFiles are
	// paths to more, relative to the configuration directory. At least one in all.
	Secrets     []string `json:"secrets,omitempty" yaml:"secrets,omitempty" items:"0..8"`
	SecretFiles []string `json:"secret_files,omitempty" yaml:"secret_files,omitempty" items:"0..8"`
	// Algorithm is sha256 (default), sha512 or sha1, each as an HMAC.
	Algorithm string `json:"algorithm,omitempty" yaml:"algorithm,omitempty" default:"sha256" enum:"sha1,sha256,sha512"`
	// Encoding of the signature: hex (default) or base64.
	Encoding string `json:"encoding,omitempty" yaml:"encoding,omitempty" default:"hex" enum:"hex,base64"`
	// Header holds the signature, after Prefix.
	Header string `json:"header,omitempty" yaml:"header,omitempty"`
	Prefix string `json:"prefix,omitempty" yaml:"prefix,omitempty"`
	// Payload is what is signed: text with {body}, {timestamp}, {method} and {url} (default {body}).
	Payload string `json:"payload,omitempty" yaml:"payload,omitempty" default:"{body}"`
	// TimestampHeader holds the seconds since 1970 that {timestamp} stands for.
	TimestampHeader string `json:"timestamp_header,omitempty" yaml:"timestamp_header,omitempty"`
	// Tolerance is how far a signed timestamp may be from now, a duration from 10s to 1h (default 5m).
	Tolerance string `json:"tolerance,omitempty" yaml:"tolerance,omitempty" default:"5m" range:"10s..1h"`
	// RefuseRepeats is how long a message that was admitted is not admitted again, a duration from 0s to 24h. By default it is
	// as long as its timestamp is good; without signed timestamps there is no default, because senders then repeat what failed
	// under the same signature.
	RefuseRepeats string `json:"refuse_repeats,omitempty" yaml:"refuse_repeats,omitempty" range:"0s..24h"`
	// BaseURL replaces scheme and host of {url}, and of Twilio's, where the sender knows the gateway by another name.
	BaseURL string `json:"base_url,omitempty" yaml:"base_url,omitempty"`
	// Subject is the principal (default the name), Roles are its roles.
	Subject string   `json:"subject,omitempty" yaml:"subject,omitempty"`
	Roles   []string `json:"roles,omitempty" yaml:"roles,omitempty" items:"0..64"`
}

// SignsTime reports whether timestamps are part of what is signed.
func (w *Webhook) SignsTime() bool {
	switch w.Preset {
	case PresetSlack, PresetStripe:
		return true
	case PresetGitHub, PresetTwilio:
		return false
	}
	return w.TimestampHeader != ""
}

// Principal is the subject of the sender's requests.
func (w *Webhook) Principal() string {
	if w.Subject != "" {
		return w.Subject
	}
	return w.Name
}

// Webhook returns the sender of a name, nil when there is none.
func (a *Auth) Webhook(name string) *Webhook {
	for i := range a.Webhooks {
		if a.Webhooks[i].Name == name {
			return &a.Webhooks[i]
		}
	}
	return nil
}

// Validate returns what is wrong with a defaulted webhook by itself; the roles are not looked at.
func (w *Webhook) Validate() []Problem {
	var c checker
	c.webhook("webhook", w)
	return c.relativeTo("webhook")
}

func (c *checker) webhooks(s *TenantSpec) {
	names := map[string]bool{}
	for i := range s.Auth.Webhooks {
		w, path := &s.Auth.Webhooks[i], fmt.Sprintf("spec.auth.webhooks[%d]", i)
		c.webhook(path, w)
		if names[w.Name] && w.Name != "" {
			c.add(path+".name", "%q names two webhooks", w.Name)
		}
		names[w.Name] = true
		c.knownRoles(path+".roles", w.Roles, s)
	}
}

func (c *checker) webhook(path string, w *Webhook) {
	c.name(path+".name", w.Name)
	c.text(path+".subject", w.Subject)
	if len(w.Secrets)+len(w.SecretFiles) == 0 {
		c.add(path, "needs secrets or secret_files")
	}
	for i, secret := range w.Secrets {
		if secret == "" {
			c.add(fmt.Sprintf("%s.secrets[%d]", path, i), "is empty")
		}
	}
	if w.BaseURL != "" && !isOrigin(w.BaseURL) {
		c.add(path+".base_url", "%q is not https:// or http:// and a host, with nothing after it", w.BaseURL)
	}
	if w.Preset == PresetGeneric {
		c.genericWebhook(path, w)
		return
	}
	if w.Header != "" || w.Prefix != "" || w.TimestampHeader != "" || w.Payload != payloadBody || w.Algorithm != "sha256" || w.Encoding != "hex" {
		c.add(path+".preset", "%s says itself what is signed and how: leave algorithm, encoding, header, prefix, payload and timestamp_header out", w.Preset)
	}
}

// Placeholders of Webhook.Payload.
const (
	payloadBody      = "{body}"
	payloadTimestamp = "{timestamp}"
	payloadMethod    = "{method}"
	payloadURL       = "{url}"
)

func (c *checker) genericWebhook(path string, w *Webhook) {
	switch {
	case w.Header == "":
		c.add(path+".header", "is required")
	case !IsHeaderName(w.Header):
		c.add(path+".header", "%q is not a header name in lower case", w.Header)
	}
	if w.TimestampHeader != "" && (!IsHeaderName(w.TimestampHeader) || w.TimestampHeader == w.Header) {
		c.add(path+".timestamp_header", "%q is not the name, in lower case, of a header of its own", w.TimestampHeader)
	}
	parts, err := PayloadParts(w.Payload)
	at := path + ".payload"
	switch {
	case err != nil:
		c.add(at, "%v", err)
	case !slices.Contains(parts, payloadBody):
		c.add(at, "must hold {body}: what is not signed can be changed")
	case slices.Contains(parts, payloadTimestamp) != (w.TimestampHeader != ""):
		c.add(at, "{timestamp} and timestamp_header need each other")
	}
	for i, part := range parts {
		if part == payloadTimestamp && i+1 < len(parts) && !endsNumber(parts[i+1]) {
			c.add(at, "{timestamp} needs something after it that cannot be part of a number: digits could be moved to what follows")
		}
	}
}

func endsNumber(part string) bool {
	return part[0] != '{' && !isDigit(part[0])
}

// PayloadParts divides Webhook.Payload into placeholders, each at most once, and the text between them.
func PayloadParts(payload string) ([]string, error) {
	var parts []string
	for rest := payload; rest != ""; {
		literal, after, found := strings.Cut(rest, "{")
		if strings.Contains(literal, "}") {
			return nil, fmt.Errorf("has a brace that closes nothing")
		}
		if literal != "" {
			parts = append(parts, literal)
		}
		if !found {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		placeholder := "{" + name + "}"
		if !closed || !slices.Contains([]string{payloadBody, payloadTimestamp, payloadMethod, payloadURL}, placeholder) {
			return nil, fmt.Errorf("%q is not {body}, {timestamp}, {method} or {url}", "{"+name)
		}
		if slices.Contains(parts, placeholder) {
			return nil, fmt.Errorf("%s stands twice", placeholder)
		}
		parts, rest = append(parts, placeholder), tail
	}
	return parts, nil
}
