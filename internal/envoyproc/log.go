package envoyproc

import (
	"bytes"
	"log/slog"
)

// maxLine bounds how much of an unfinished line is held.
const maxLine = 16 << 10

// lineLogger turns Envoy's output into log records, one a line.
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
		if line := bytes.TrimSpace(l.rest[:end]); len(line) > 0 {
			l.logger.Info("envoy", "line", string(line))
		}
		l.rest = l.rest[end+1:]
	}
	if len(l.rest) > maxLine {
		l.logger.Info("envoy", "line", string(l.rest))
		l.rest = nil
	}
	return len(p), nil
}
