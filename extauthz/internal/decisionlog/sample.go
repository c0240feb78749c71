package decisionlog

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/meshwarden/meshwarden/internal/reason"
)

// kinds are what decisions are sampled by: those that admit, those that deny, and those that could not be made.
var kinds = []string{"allowed", "denied", "undecided"}

const (
	kindAllowed = iota
	kindDenied
	kindUndecided
)

// Sample is the share of decisions of each kind that goes to a file, from 0 to 1.
type Sample [3]float64

// DefaultSample keeps every denial and one admission of a hundred.
var DefaultSample = Sample{kindAllowed: 0.01, kindDenied: 1, kindUndecided: 1}

// ParseSample reads a list such as allowed=0.01,denied=1; kinds that are not named keep their default.
func ParseSample(list string) (Sample, error) {
	s := DefaultSample
	for part := range strings.SplitSeq(list, ",") {
		if part == "" {
			continue
		}
		kind, share, _ := strings.Cut(part, "=")
		i := slices.Index(kinds, kind)
		if i < 0 {
			return s, fmt.Errorf("%q is not KIND=SHARE with a kind of %s", part, strings.Join(kinds, ", "))
		}
		f, err := strconv.ParseFloat(share, 64)
		if err != nil || !(f >= 0 && f <= 1) {
			return s, fmt.Errorf("the share of %s is %q, not a number from 0 to 1", kind, share)
		}
		s[i] = f
	}
	return s, nil
}

func (s *Sample) takes(r reason.Reason, failed bool) bool {
	kind := kindDenied
	switch {
	case failed:
		kind = kindUndecided
	case r == reason.Allowed:
		kind = kindAllowed
	}
	return s[kind] > 0 && (s[kind] == 1 || rand.Float64() < s[kind])
}
