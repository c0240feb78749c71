package envoyproc

import (
	"bytes"
	"log/slog"
)

// maxLine bounds how much of an unfinished line is held, in bytes.
const maxLine = 16 << 10

// lineLogger turns Envoy's output into log records, one a line. Lines that are longer than maxLine are cut into
// several records, empty ones left out.
type lineLogger struct {
	logger *slog.Logger
	rest   []byte
}

func (l *lineLogger) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	for {
		end := bytes.IndexByte(l.rest, '\n')
		if end < 0 {
			break
		}
		l.log(l.rest[:end])
		l.rest = l.rest[end+1:]
	}
	if len(l.rest) > maxLine {
		l.flush()
	}
	return len(p), nil
}

// flush logs an unfinished line: an Envoy that dies may leave its last words without an end.
func (l *lineLogger) flush() {
	l.log(l.rest)
	l.rest = nil
}

func (l *lineLogger) log(line []byte) {
	if line = bytes.TrimSpace(line); len(line) > 0 {
		l.logger.Info("envoy", "line", string(line))
	}
}
