package scan_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

// What is passed by as a point in time must be nothing to any detector, whatever the field says.
func TestPointsInTimeAreNothingToAnyDetector(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	number := func(width int) string {
		var b []byte
		for range width {
			b = append(b, byte('0'+random.IntN(10)))
		}
		return string(b)
	}
	keys := []string{"", "created_at", "phone", "mobile", "ssn", "taxid", "card", "iban", "id", "pan", "fax_number"}
	for range 20_000 {
		stamp := fmt.Sprintf("%d%s-%s-%s", 1+random.IntN(2), number(3), number(2), number(2))
		if random.IntN(5) > 0 {
			stamp += string("T "[random.IntN(2)]) + number(2) + ":" + number(2) + ":" + number(2)
			switch random.IntN(6) {
			case 0:
				stamp += "Z"
			case 1, 2:
				stamp += "." + number(1+random.IntN(9)) + "Z"
			case 3:
				stamp += "+" + number(2) + ":" + number(2)
			case 4:
				stamp += "-" + number(2) + ":" + number(2)
			}
		}
		if !scan.Timestamp([]byte(stamp)) {
			t.Fatalf("%q is not seen to be a point in time", stamp)
		}
		for _, spaced := range []string{stamp, spacesForPlus(stamp)} { // as it is, and decoded as forms are
			for _, key := range keys {
				text := pii.Text{Bytes: []byte(spaced), Key: pii.NameEvidence([]byte(key))}
				if found := text.Numbers(0, len(text.Bytes), nil); len(found) > 0 {
					t.Fatalf("%q in %q: %v", spaced, key, found)
				}
			}
			for _, family := range scan.Families() {
				if found := family.Find([]byte(spaced), nil); len(found) > 0 {
					t.Fatalf("%q: %s finds %v", spaced, family.Name, found)
				}
			}
			if _, _, encoded := scan.EncodedRun([]byte(spaced)); encoded || scan.LiteralHits([]byte(spaced)) > 0 {
				t.Fatalf("%q may be a secret or encoded", spaced)
			}
		}
	}
}

func spacesForPlus(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c == '+' {
			b[i] = ' '
		}
	}
	return string(b)
}

func TestOtherValuesAreNoPointsInTime(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "2026-05-0", "2026-05-01x", "0026-05-01", "2026/05/01", "2026-05-01T10:00", "2026-05-01T10:00:00z", "2026-05-01T10:00:00.Z",
		"2026-05-01T10:00:00.123", "2026-05-01T10:00:00.1234567890Z", "2026-05-01T10:00:00.1+02:00", "2026-05-01T10:00:00+0200",
		"2026-05-01T10:00:00Z 4111111111111111", "2026-05-01_10:00:00", "2026-05-01T10.00.00", "4111-11-11",
	} {
		if scan.Timestamp([]byte(text)) {
			t.Errorf("%q is taken for a point in time", text)
		}
	}
}

func TestPointsInTimeInFieldsForSecretsAreLookedAt(t *testing.T) {
	t.Parallel()
	body := `{"created":"2026-05-01T13:47:08Z","refresh_token":"2026-05-01T13:47:08Z"}`
	found := findings(judge(everything(), "application/json", []byte(body)), body)
	if len(found) != 1 || found[0].Type != "SECRET" {
		t.Errorf("%v", found)
	}
}
