package decisionlog

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// maxFile is the size at which a file of records becomes FILE.1, in place of the one before: both together never take more than
// twice as much and a record.
const maxFile = 256 << 20

// Line is one record of a file, a line of JSON: what was decided, and the input that policies saw, from which any version of them
// can decide again.
type Line struct {
	Time      time.Time        `json:"time"`
	RequestID string           `json:"request_id"`
	Tenant    string           `json:"tenant"`
	Route     string           `json:"route"`
	Method    string           `json:"method"`
	Path      string           `json:"path"`
	Reason    reason.Reason    `json:"reason"`
	Policies  reason.Reason    `json:"policies,omitempty"`
	Rule      string           `json:"rule,omitempty"`
	Place     string           `json:"place,omitempty"`
	Status    int              `json:"status"`
	Version   string           `json:"policy_version"`
	Duration  time.Duration    `json:"duration_ns"`
	Error     string           `json:"error,omitempty"`
	Input     *policy.Document `json:"input,omitempty"`
}

func lineOf(r *Record) (Line, error) {
	line := Line{
		Time: r.Time.UTC(), RequestID: r.RequestID, Tenant: r.Tenant, Route: r.Route, Method: r.Method, Path: r.Path,
		Reason: r.Reason, Policies: r.Policies, Rule: r.Rule, Place: r.Place, Status: r.Status, Version: r.Version, Duration: r.Duration,
	}
	if r.Err != nil {
		line.Error = r.Err.Error()
	}
	if r.Input == nil {
		return line, nil
	}
	var err error
	line.Input, err = r.Input.Document()
	return line, err
}

// file appends lines to a file that only its owner reads.
type file struct {
	path   string
	out    *os.File
	buffer *bufio.Writer
	size   int64
	limit  int64
}

func openFile(path string) (*file, error) {
	f := &file{path: path, limit: maxFile}
	if err := f.open(); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *file) open() error {
	out, err := os.OpenFile(f.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("decision log: %w", err)
	}
	info, err := out.Stat()
	if err != nil {
		_ = out.Close()
		return fmt.Errorf("decision log: %w", err)
	}
	f.out, f.buffer, f.size = out, bufio.NewWriterSize(out, 64<<10), info.Size()
	return nil
}

func (f *file) write(r *Record) error {
	line, err := lineOf(r)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(line)
	if err != nil {
		return err
	}
	if f.size > 0 && f.size+int64(len(raw)) >= f.limit {
		if err := f.rotate(); err != nil {
			return err
		}
	}
	f.size += int64(len(raw)) + 1
	if _, err = f.buffer.Write(append(raw, '\n')); err != nil {
		// A writer keeps its first error; the next line tries the file anew.
		f.buffer.Reset(f.out)
	}
	return err
}

func (f *file) rotate() error {
	if err := f.close(); err != nil {
		return err
	}
	if err := os.Rename(f.path, f.path+".1"); err != nil {
		return fmt.Errorf("decision log: %w", err)
	}
	return f.open()
}

func (f *file) flush() error {
	err := f.buffer.Flush()
	if err != nil {
		f.buffer.Reset(f.out)
	}
	return err
}

func (f *file) close() error {
	err := f.flush()
	if closing := f.out.Close(); err == nil {
		err = closing
	}
	return err
}
