package filter_test

import (
	"strings"
	"testing"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/filter"
)

// drained is what a body callback returns when Envoy may stop reading, but not refuse (StopIterationAndWatermark).
const drained = types.Action(2)

func TestADeclaredBinaryTypeHidesNoText(t *testing.T) {
	bom := "\xef\xbb\xbf"
	for name, chunks := range map[string][]string{
		"an object":                 {`{"a":"` + attack + `"}`},
		"a list":                    {`["` + attack + `"]`},
		"markup":                    {"<a>" + attack + "</a>"},
		"a string":                  {`"` + attack + `"`},
		"a long string":             {`"` + strings.Repeat("x", 80), attack + `"`},
		"a form":                    {"user[name]=" + strings.Repeat("x", 60) + "&q=" + attack},
		"a short form in pieces":    {"q", "=" + attack},
		"behind white space":        {" \t\r\n", "  {", attack},
		"behind much white space":   {strings.Repeat(" ", 40), strings.Repeat("\n", 400) + attack},
		"a byte order mark":         {bom + attack},
		"a mark in three chunks":    {bom[:1], bom[1:2], bom[2:] + attack},
		"UTF-16, marked":            {"\xff\xfe" + attack},
		"UTF-16, not marked":        {"\x00 \x00", "{", "\x00" + attack},
		"UTF-32, not marked":        {"\x00\x00\x00{\x00\x00\x00" + attack},
		"UTF-16, little end first":  {"\n\x00{\x00" + attack},
		"more of it than is peeked": {"{" + strings.Repeat("x", 1000), strings.Repeat("x", 1000), attack},
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, h *host) {
				h.use(nil)
				for _, contentType := range []string{"image/png", "application/octet-stream", "a/b"} {
					id := h.InitializeHttpContext()
					step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", contentType), false), held)
					for i, chunk := range chunks {
						step(t, "body", h.CallOnRequestBody(id, []byte(chunk), i == len(chunks)-1), held)
					}
					h.refusedWith(id, 403, "sqli")
				}
			})
		})
	}
}

func TestABinaryBodyPassesUnreadAndIsCounted(t *testing.T) {
	for name, chunks := range map[string][]string{
		"an image":                {"\x89PNG\r\n\x1a\n{" + attack},
		"an archive":              {"PK\x03\x04{" + attack},
		"a video":                 {"\x00\x00\x00\x3cftypisom" + attack},
		"a video of other size":   {"\x00\x00\x00", "\x20ftypisom" + attack},
		"an image of a disk":      {strings.Repeat("\x00", 70) + "{" + attack},
		"a picture":               {"\xff", "\xd8\xff\xe0" + attack},
		"nothing":                 {""},
		"a number, then a letter": {"\x00{x" + attack},
		"a little white space":    {" \n"},
		"a table":                 {`"id","name"` + attack},
		"settings":                {"name=value\nother=" + attack},
		"a line of a log":         {"2026-05-01 level=info msg=" + attack},
		"text in base64":          {strings.Repeat("QUJD", 20) + "==" + attack},
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, h *host) {
				h.use(func(p *scan.Policy) { p.Request.MaxBytes = 1024 })
				blank := strings.TrimSpace(strings.Join(chunks, "")) == ""
				id := h.InitializeHttpContext()
				step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", "image/png", "content-length", "5000000"), false), held)
				for i, chunk := range chunks {
					want := goesOn
					if i < len(chunks)-1 {
						want = held
					}
					step(t, "body", h.CallOnRequestBody(id, []byte(chunk), blank), want)
				}
				if !blank {
					step(t, "rest", h.CallOnRequestBody(id, []byte("{"+attack), true), goesOn)
				}
				h.notRefused(id)
			})
		})
	}
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.InitializeHttpContext()
		h.CallOnRequestHeaders(id, request("POST", "/", "image/png"), false)
		h.CallOnRequestBody(id, []byte("GIF89a"), true)
		if h.counter("unscanned.direction.request.cause.content_type") != 1 {
			t.Error("not counted")
		}
	})
}

func TestTextUnderABinaryTypeHasTheLimitsOfText(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(func(p *scan.Policy) { p.Request.MaxBytes = 1024 })
		declared, grown := h.InitializeHttpContext(), h.InitializeHttpContext()
		h.CallOnRequestHeaders(declared, request("POST", "/", "image/png", "content-length", "1025"), false)
		step(t, "declared", h.CallOnRequestBody(declared, []byte("{"), false), held)
		h.refusedWith(declared, 413)
		h.CallOnRequestHeaders(grown, request("POST", "/", "image/png"), false)
		step(t, "grown", h.CallOnRequestBody(grown, []byte("{"+strings.Repeat("x", 1024)), false), held)
		h.refusedWith(grown, 413)
	})
}

func TestWhatBeginsLateIsJudgedInItsTrailers(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		blank, text := h.InitializeHttpContext(), h.InitializeHttpContext()
		for id, body := range map[uint32]string{blank: "  ", text: " {" + attack} {
			h.CallOnRequestHeaders(id, request("POST", "/", "a/b"), false)
			step(t, "body", h.CallOnRequestBody(id, []byte(body), false), held)
		}
		step(t, "blank", h.CallOnRequestTrailers(blank, [][2]string{{"a", "b"}}), goesOn)
		step(t, "text", h.CallOnRequestTrailers(text, [][2]string{{"a", "b"}}), held)
		h.refusedWith(text, 403)
	})
}

func TestABinaryBodyWaitsForItsPolicyWithoutALimit(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		hash, document := policy(t, nil)
		h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash})
		image, text, silent := h.InitializeHttpContext(), h.InitializeHttpContext(), h.InitializeHttpContext()
		for _, id := range []uint32{image, text, silent} {
			step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", "image/png"), false), held)
		}
		step(t, "image", h.CallOnRequestBody(image, []byte("\x89PNG"), false), drained)
		step(t, "more of it", h.CallOnRequestBody(image, []byte(attack), false), drained)
		step(t, "text", h.CallOnRequestBody(text, []byte("{"+attack), false), held)
		h.answer(image, "200", document)
		step(t, "image, later", h.CallOnRequestBody(image, []byte(attack), true), goesOn)
		h.notRefused(image)
		step(t, "text, later", h.CallOnRequestBody(text, []byte("}"), true), held)
		h.refusedWith(text, 403)
		step(t, "silent", h.CallOnRequestBody(silent, []byte("{"+attack), true), held)
		h.refusedWith(silent, 403)
	})
}

func TestShadowModeHoldsNoBinaryBodyEither(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(func(p *scan.Policy) { p.Mode = scan.Shadow })
		id := h.InitializeHttpContext()
		step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", "image/png"), false), goesOn)
		for i, chunk := range []string{" \n", "\x00", "{\x00 ATT", "ACK"} {
			step(t, "body", h.CallOnRequestBody(id, []byte(chunk), i == 3), goesOn)
		}
		if h.counter("verdicts.direction.request.mode.shadow.verdict.block") != 1 {
			t.Error("the verdict was not counted")
		}
		if got := h.counter("bytes.direction.request"); got != 12 {
			t.Errorf("%d bytes counted", got)
		}
	})
}

func TestACodingHidesNothingUnderABinaryTypeEither(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.InitializeHttpContext()
		step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", "a/b", "content-encoding", "deflate"), false), held)
		h.refusedWith(id, 415)
	})
}

func TestATextInAnotherAlphabetFollowsThePolicysOversize(t *testing.T) {
	for _, contentType := range []string{"application/json; charset=cp037", "text/plain; Charset=\"UTF-7\"", "a/b; charset=utf-7"} {
		everywhere(t, func(t *testing.T, h *host) {
			h.use(nil)
			id := h.InitializeHttpContext()
			step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", contentType), false), held)
			h.refusedWith(id, 415, "UNSUPPORTED_MEDIA_TYPE")
			if h.counter("unscanned.direction.request.cause.charset") != 1 {
				t.Error("not counted")
			}
			h.use(func(p *scan.Policy) { p.Request.Oversize = scan.OversizePass })
			id = h.InitializeHttpContext()
			step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", contentType), false), goesOn)
			h.notRefused(id)
		})
	}
}

func TestCharsetsThatTheScannerReads(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string]bool{
		"text/plain": true, "text/plain;": true, "text/plain; charset=": true, "text/plain; charset=utf-8": true,
		`text/plain;x=y;CHARSET="UTF-8"`: true, "text/plain; charset=ISO-8859-1": true, "text/plain; charset=windows-1252": true,
		"text/plain; charset=utf-16le": true, "text/plain; charset=us-ascii": true,
		"text/plain; charset=utf-7": false, "text/plain; charset=cp037": false, "text/plain; charset=iso-2022-jp": false,
		"text/plain; charset=utf-8; charset=ibm500": false, "text/plain; charset*=utf-7": false, "text/plain; charset = utf-7": false,
		`text/plain; x="a; charset=utf-7"`: false, "image/png, text/plain; charset=utf-7": false, "a/b;x, text/plain;charset=utf-7": false,
		"text/plain; charset=windows-12500": false,
	} {
		if got := filter.ReadsCharset(contentType); got != want {
			t.Errorf("%s: %v", contentType, got)
		}
	}
}
