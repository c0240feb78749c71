package prompt

import (
	"errors"
	"strconv"
	"strings"
)

// ParseSignatures reads a file of signatures: a line each, "version NAME", "phrase CONFIDENCE TEXT" or "weights DOCUMENT"; empty lines and
// those that begin with # say nothing. An error says the line.
func ParseSignatures(file string) (*Signatures, error) {
	var version string
	var weights []string
	var phrases []Phrase
	var known Signatures // for errors with their lines
	number := 0
	for line := range strings.SplitSeq(file, "\n") {
		number++
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) == "" || line[0] == '#' {
			continue
		}
		field, value, _ := strings.Cut(line, " ")
		switch {
		case field == "version" && version == "" && versionName(value):
			version = value
		case field == "phrase":
			p, err := parsePhrase(value)
			if err == nil && len(phrases) == MaxPhrases {
				err = errTooManyPhrases
			}
			if err != nil {
				return nil, lineError{number, err}
			}
			phrases = append(phrases, p)
		case field == "weights":
			weights = append(weights, value)
			if err := known.learn(value); err != nil {
				return nil, lineError{number, err}
			}
		default:
			return nil, lineError{number, errSignatureLine}
		}
	}
	if version == "" {
		return nil, lineError{number, errSignatureVersion}
	}
	return NewSignatures(version, phrases, weights...)
}

var (
	errSignatureLine    = errors.New("is not one of: version NAME, phrase CONFIDENCE TEXT, weights DOCUMENT; version stands once")
	errSignatureVersion = errors.New("a version is missing")
)

type lineError struct {
	line int
	err  error
}

func (e lineError) Error() string { return strconv.Itoa(e.line) + ": " + e.err.Error() }

// versionName says what a version is made of, so that it can stand in logs as it is.
func versionName(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && !isDigit(c) && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

func parsePhrase(value string) (p Phrase, err error) {
	number, text, _ := strings.Cut(value, " ")
	confidence, err := strconv.ParseFloat(number, 32)
	if err != nil || !(confidence >= 0 && confidence <= 1) {
		return p, errPhraseConfidence
	}
	p = Phrase{Text: strings.Join(strings.Fields(text), " "), Hundredths: int(confidence*100 + 0.5)}
	return p, CheckPhrase(p)
}
