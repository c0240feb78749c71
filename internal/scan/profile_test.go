package scan_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// Every profile reports a part of what the strict one does, and keeps its thresholds.
func TestProfilesReportWhatTheyAreSureEnoughOf(t *testing.T) {
	t.Parallel()
	numbers := make(map[string]int)
	for i, family := range scan.Families() {
		numbers[family.Name] = i
	}
	reported := make(map[string]int)
	for _, file := range []string{"sqli/libinjection.jsonl", "xss/crs941.jsonl", "cmdi/payloadbox.jsonl"} {
		for _, s := range corpus(t, file) {
			for _, profile := range scan.Profiles() {
				policy := everything()
				policy.Profile = profile
				for _, f := range judge(policy, "text/plain", []byte(s.Text)).Findings {
					family, attack := numbers[f.Type]
					if !attack {
						continue
					}
					reported[profile]++
					if least := scan.Threshold(profile, family); f.Confidence < least {
						t.Errorf("%s reports %s with %.2f, its threshold is %.2f", profile, f.Type, f.Confidence, least)
					}
				}
			}
		}
	}
	for _, profile := range scan.Profiles()[1:] {
		if reported[profile] == 0 || reported[profile] >= reported[scan.DefaultProfile] {
			t.Errorf("%s reports %d, %s %d", profile, reported[profile], scan.DefaultProfile, reported[scan.DefaultProfile])
		}
	}
}

func TestWhereTheTextStoodMovesConfidence(t *testing.T) {
	t.Parallel()
	const sqli, xss = 0, 1
	for _, c := range []struct {
		family   int
		key      string
		round    int
		detector float32
		want     float32
	}{
		{sqli, "", 0, 0.75, 0.75},
		{sqli, "", 1, 0.75, 0.75},
		{sqli, "", 2, 0.75, 0.85},
		{sqli, "", 3, 0.95, 1},
		{sqli, "sql", 0, 0.75, 0.65},
		{sqli, "html", 0, 0.75, 0.75},
		{xss, "html", 0, 0.75, 0.65},
		{xss, "sql", 0, 0.75, 0.75},
		{xss, "html", 2, 0.75, 0.75},
	} {
		if got := scan.Confidence(c.detector, c.family, c.key, c.round); got < c.want-0.001 || got > c.want+0.001 {
			t.Errorf("%+v: %.3f", c, got)
		}
	}
}
