package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/webhook"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// defaulted fills in what a configuration file leaves out.
func defaulted(w tenant.Webhook) *tenant.Webhook {
	t := tenant.Tenant{Spec: tenant.TenantSpec{Auth: tenant.Auth{Webhooks: []tenant.Webhook{w}}}}
	t.Default()
	return &t.Spec.Auth.Webhooks[0]
}

func verifier(t testing.TB, w tenant.Webhook) *webhook.Verifier {
	t.Helper()
	w.Name = "sender"
	v, err := webhook.New(defaulted(w))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func message(url, body string, headers map[string]string) *webhook.Message {
	scheme, rest, _ := strings.Cut(url, "://")
	host, target, _ := strings.Cut(rest, "/")
	return &webhook.Message{
		Method: "POST", Scheme: scheme, Host: host, Target: "/" + target, Body: body,
		Header: func(name string) string { return headers[name] },
	}
}

// slackBody is the body of Slack's documentation ("Verifying requests from Slack"), slackSecret its signing secret.
const slackBody = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&" +
	"user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F" +
	"T1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"

var slackSecret = "8f742231b10e8888" + "abcd99yyyzzz85a5"

// TestVendorsOwnExamplesAreGood holds the presets to what the vendors document. Stripe publishes no example with its
// secret: its header is made here by the documented steps.
func TestVendorsOwnExamplesAreGood(t *testing.T) {
	t.Parallel()
	const twilioURL = "https://mycompany.com/myapp.php?foo=1&bar=2"
	const form = "application/x-www-form-urlencoded"
	stripeBody := `{"id":"evt_1","object":"event"}`
	for name, c := range map[string]struct {
		webhook tenant.Webhook
		message *webhook.Message
		now     int64
	}{
		"GitHub, docs: validating webhook deliveries": {
			tenant.Webhook{Preset: "github", Secrets: []string{"It's a Secret to Everybody"}},
			message("https://acme/hook", "Hello, World!", map[string]string{"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}), 0,
		},
		"Slack, docs: verifying requests": {
			tenant.Webhook{Preset: "slack", Secrets: []string{slackSecret}},
			message("https://acme/hook", slackBody, map[string]string{
				"x-slack-request-timestamp": "1531420618",
				"x-slack-signature":         "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
			}), 1531420618,
		},
		"Twilio, docs: security": {
			tenant.Webhook{Preset: "twilio", Secrets: []string{"12345"}},
			message(twilioURL, "Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&CallSid=CA1234567890ABCDE", map[string]string{
				"content-type": form + "; charset=UTF-8", "x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
			}), 0,
		},
		"Twilio, JSON by its hash, from its Python library's tests": {
			tenant.Webhook{Preset: "twilio", Secrets: []string{"12345"}},
			message(twilioURL+"&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620", `{"property": "value", "boolean": true}`, map[string]string{
				"content-type": "application/json", "x-twilio-signature": "a9nBmqA0ju/hNViExpshrM61xv4=",
			}), 0,
		},
		"Stripe, while the secret is rotated": {
			tenant.Webhook{Preset: "stripe", Secrets: []string{"old", "new"}},
			message("https://acme/hook", stripeBody, map[string]string{
				"stripe-signature": "t=1492774577,v1=" + mac("other", "1492774577."+stripeBody) + ",v1=" + mac("new", "1492774577."+stripeBody) + ",v0=" + strings.Repeat("6f", 32),
			}), 1492774577,
		},
	} {
		v := verifier(t, c.webhook)
		if !v.Carries(c.message.Header) {
			t.Errorf("%s: carries no signature", name)
		}
		if _, why := v.Verify(c.message, time.Unix(c.now, 0)); why != reason.Allowed {
			t.Errorf("%s: %s", name, why)
		}
		c.message.Body += " "
		if _, why := v.Verify(c.message, time.Unix(c.now, 0)); why != reason.CredentialInvalid {
			t.Errorf("%s: another body is %s", name, why)
		}
	}
}

func mac(secret, text string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

func TestAGenericSignatureIsWhatItsConfigurationSays(t *testing.T) {
	t.Parallel()
	v := verifier(t, tenant.Webhook{
		Secrets: []string{"s3"}, Algorithm: "sha512", Encoding: "base64", Header: "x-sign", Prefix: "v1,",
		Payload: "{method}\n{url}\n{timestamp}\n{body}", TimestampHeader: "x-time", Tolerance: "1m", BaseURL: "https://hooks.example.com",
	})
	h := hmac.New(sha512.New, []byte("s3"))
	h.Write([]byte("POST\nhttps://hooks.example.com/in?x=1\n1000\nbody"))
	headers := map[string]string{"x-sign": "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil)), "x-time": "1000"}
	m := message("http://internal/in?x=1", "body", headers)
	for at, want := range map[int64]reason.Reason{
		1000: reason.Allowed, 1060: reason.Allowed, 940: reason.Allowed, 1061: reason.CredentialExpired, 939: reason.CredentialExpired,
	} {
		if _, why := v.Verify(m, time.Unix(at, 0)); why != want {
			t.Errorf("at %d: %s, want %s", at, why, want)
		}
	}
	for name, change := range map[string]func(m *webhook.Message){
		"another method":    func(m *webhook.Message) { m.Method = "PUT" },
		"another path":      func(m *webhook.Message) { m.Target = "/out?x=1" },
		"another query":     func(m *webhook.Message) { m.Target = "/in?x=2" },
		"another body":      func(m *webhook.Message) { m.Body = "bodY" },
		"no body":           func(m *webhook.Message) { m.Body = "" },
		"another time":      func(m *webhook.Message) { m.Header = with(headers, "x-time", "1001") },
		"no time":           func(m *webhook.Message) { m.Header = with(headers, "x-time", "") },
		"a time with zeros": func(m *webhook.Message) { m.Header = with(headers, "x-time", "01000") },
		"a time with sign":  func(m *webhook.Message) { m.Header = with(headers, "x-time", "+1000") },
		"two times":         func(m *webhook.Message) { m.Header = with(headers, "x-time", "1000, 1000") },
		"no prefix":         func(m *webhook.Message) { m.Header = with(headers, "x-sign", headers["x-sign"][3:]) },
		"two signatures":    func(m *webhook.Message) { m.Header = with(headers, "x-sign", headers["x-sign"]+", "+headers["x-sign"]) },
		"half a signature":  func(m *webhook.Message) { m.Header = with(headers, "x-sign", headers["x-sign"][:20]) },
		"no signature":      func(m *webhook.Message) { m.Header = with(headers, "x-sign", "v1,") },
	} {
		changed := *m
		change(&changed)
		if _, why := v.Verify(&changed, time.Unix(1000, 0)); why != reason.CredentialInvalid {
			t.Errorf("%s: %s", name, why)
		}
	}
}

func with(headers map[string]string, name, value string) func(string) string {
	return func(n string) string {
		if n == name {
			return value
		}
		return headers[n]
	}
}

func TestAStripeHeaderIsReadInOneWay(t *testing.T) {
	t.Parallel()
	v := verifier(t, tenant.Webhook{Preset: "stripe", Secrets: []string{"s"}})
	good := mac("s", "1000.x")
	for header, want := range map[string]reason.Reason{
		"t=1000,v1=" + good:                  reason.Allowed,
		"t=1000, v1=" + good:                 reason.Allowed,
		"v1=" + good + ",t=1000":             reason.Allowed,
		"t=1000,v1=" + strings.ToUpper(good): reason.Allowed,
		"t=1000,t=1000,v1=" + good:           reason.CredentialInvalid,
		"t=1000,v0=" + good:                  reason.CredentialInvalid,
		"t=1000,v1":                          reason.CredentialInvalid,
		"v1=" + good:                         reason.CredentialInvalid,
		"t=1000":                             reason.CredentialInvalid,
		"t=1000" + strings.Repeat(",v1=00", 8) + ",v1=" + good:  reason.CredentialInvalid,
		"t=1000,v1=zz,v1=" + good:                               reason.CredentialInvalid,
		"t=99999999999999999999,v1=" + good:                     reason.CredentialInvalid,
		"t=1000,v1=" + mac("s", "1000.y"):                       reason.CredentialInvalid,
		"t=1000,v1=" + good + ",v1=" + mac("another", "1000.x"): reason.Allowed,
	} {
		if _, why := v.Verify(message("https://a/", "x", map[string]string{"stripe-signature": header}), time.Unix(1000, 0)); why != want {
			t.Errorf("%s: %s, want %s", header, why, want)
		}
	}
}

func TestTwilioSignsNothingThatCanBeChanged(t *testing.T) {
	t.Parallel()
	v := verifier(t, tenant.Webhook{Preset: "twilio", Secrets: []string{"12345"}})
	const form = "application/x-www-form-urlencoded"
	sign := map[string]string{"x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "content-type": form}
	const url, body = "https://mycompany.com/myapp.php?foo=1&bar=2", "Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&CallSid=CA1234567890ABCDE"
	for name, m := range map[string]*webhook.Message{
		"a further parameter":    message(url, body+"&Admin=1", sign),
		"a body that is no form": message(url, body, map[string]string{"x-twilio-signature": sign["x-twilio-signature"], "content-type": "application/json"}),
		"a body of no type":      message(url, body, map[string]string{"x-twilio-signature": sign["x-twilio-signature"]}),
		"a bad escape":           message(url, body+"&x=%zz", sign),
		"another host":           message("https://evil.com/myapp.php?foo=1&bar=2", body, sign),
		"another query":          message("https://mycompany.com/myapp.php?foo=1&bar=3", body, sign),
		"a hash of nothing":      message(url+"&bodySHA256=", body, sign),
		"two hashes":             message(url+"&bodySHA256=0a1f&bodySHA256=0a1f", "{}", sign),
		"too many parameters":    message(url, body+strings.Repeat("&a", 2000), sign),
	} {
		if _, why := v.Verify(m, time.Now()); why != reason.CredentialInvalid {
			t.Errorf("%s: %s", name, why)
		}
	}
}

func TestOneMessageHasOneDigestHoweverItsSignatureIsWritten(t *testing.T) {
	t.Parallel()
	v := verifier(t, tenant.Webhook{Preset: "stripe", Secrets: []string{"a", "b"}})
	digests := map[[32]byte]bool{}
	for _, header := range []string{
		"t=1000,v1=" + mac("a", "1000.x") + ",v1=" + mac("b", "1000.x"), "t=1000,v1=" + mac("b", "1000.x"), "t=1000,v1=" + strings.ToUpper(mac("a", "1000.x")),
	} {
		proof, why := v.Verify(message("https://a/", "x", map[string]string{"stripe-signature": header}), time.Unix(1000, 0))
		if why != reason.Allowed || !proof.Expires.Equal(time.Unix(1300, 0)) {
			t.Fatal(header, why, proof.Expires)
		}
		digests[proof.Digest] = true
	}
	if len(digests) != 1 {
		t.Errorf("%d digests", len(digests))
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("t=1000,v1="+mac("s", "1000.x"), "1000", "x")
	f.Add("sha256=", "1e3", "a=b&c")
	f.Fuzz(func(t *testing.T, signature, timestamp, body string) {
		for _, preset := range []string{"stripe", "github", "slack", "twilio"} {
			v := verifier(t, tenant.Webhook{Preset: preset, Secrets: []string{"s"}})
			m := &webhook.Message{Method: "POST", Host: "h", Target: "/?" + timestamp, Body: body, Header: func(name string) string {
				switch name {
				case "x-slack-request-timestamp":
					return timestamp
				case "content-type":
					return "application/x-www-form-urlencoded"
				}
				return signature
			}}
			proof, why := v.Verify(m, time.Unix(1000, 0))
			// Who finds another good signature than the seed's has broken HMAC, or us.
			if why == reason.Allowed && fmt.Sprint(preset, body) != "stripex" {
				t.Fatalf("%s: %q %q %q %v", preset, signature, timestamp, body, proof)
			}
		}
	})
}
