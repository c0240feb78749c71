package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/catalog"
)

// explanation says of one finding what it is, where it stands and why it was reported.
type explanation struct {
	Is        string            `json:"is,omitempty"`
	Path      string            `json:"path,omitempty"`
	Role      string            `json:"role,omitempty"`
	Action    string            `json:"action"`
	Detector  float64           `json:"detector_confidence"`
	Moves     []explanationMove `json:"moves,omitempty"`
	Threshold float64           `json:"threshold"`
	// Text is what was found, as it is written in the body, cut to maxShown bytes; Before and After are what stands around it.
	Before string `json:"before,omitempty"`
	Text   string `json:"text"`
	After  string `json:"after,omitempty"`
}

type explanationMove struct {
	Reason  string  `json:"reason"`
	By      float64 `json:"by"`
	Because string  `json:"because"`
}

// Of a finding maxShown bytes are shown, and aroundShown on either side.
const (
	maxShown    = 160
	aroundShown = 40
)

func explain(f *scan.Finding, policy *scan.Policy, direction scan.Direction, body []byte) *explanation {
	profile := policy.Profile
	entry, _ := catalog.Find(f.Type, f.Subtype)
	e := &explanation{
		Is: entry.Is, Path: f.Path, Role: f.Role.String(), Action: policy.Action(direction, f.Type).String(),
		Detector: rounded(f.Raw), Threshold: rounded(scan.LeastConfidence(profile, f.Type)),
		Before: shown(body[max(0, f.Start-aroundShown):f.Start]),
		Text:   shown(body[f.Start:min(f.End, f.Start+maxShown)]),
		After:  shown(body[f.End:min(len(body), f.End+aroundShown)]),
	}
	if f.End-f.Start > maxShown {
		e.Text += "…"
	}
	for _, m := range f.Moves(profile) {
		e.Moves = append(e.Moves, explanationMove{m.Reason, rounded(m.By), m.Because})
	}
	return e
}

// shown is text on one line of a terminal: control characters and bytes that are no UTF-8 have a sign of their own.
func shown(text []byte) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return '⏎'
		case r < ' ' || r == 0x7F || r >= 0x80 && r < 0xA0:
			return '·'
		}
		return r
	}, string(bytes.ToValidUTF8(text, []byte("·"))))
}

// writeExplained tells the findings in words, with the bytes marked.
func writeExplained(out io.Writer, name, profile string, result scanOutput) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", name, result.Verdict)
	for i := range result.Findings {
		f := &result.Findings[i]
		e := f.Explain
		kind := f.Type
		if f.Subtype != "" {
			kind += " (" + f.Subtype + ")"
		}
		fmt.Fprintf(&b, "\n%d. %s, %s: %s\n", i+1, kind, f.Severity, e.Action)
		line := func(label, format string, args ...any) {
			fmt.Fprintf(&b, "   %-6s %s\n", label, fmt.Sprintf(format, args...))
		}
		if e.Is != "" {
			line("what", "%s", e.Is)
		}
		line("where", "%s", e.place(f))
		line("why", "rule %s, confidence %.2f of at least %.2f in profile %s", f.Rule, f.Confidence, e.Threshold, profile)
		if words := scan.Telling(f.Rule, []byte(e.Text)); len(words) > 0 {
			line("", "most of all for %q", words)
		}
		if len(e.Moves) > 0 {
			line("", "the detector said %.2f", e.Detector)
		}
		for _, m := range e.Moves {
			line("", "%+.2f because %s (%s)", m.By, m.Because, m.Reason)
		}
		line("bytes", "%s«%s»%s", e.Before, e.Text, e.After)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// place says in words where a finding stands.
func (e *explanation) place(f *scanFinding) string {
	place := fmt.Sprintf("bytes %d to %d", f.Start, f.End)
	if e.Path != "" {
		place = e.Path + ", " + place
	}
	if e.Role != "" {
		place += ", words of role " + e.Role
	}
	if f.View != "raw" {
		place += ", as it reads decoded (" + f.View + ")"
	}
	return place
}
