// Package wasmbuild compiles the modules that tests run. It knows nothing of what is in them.
package wasmbuild

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Module compiles a main package as scanner.wasm is compiled, into dir, and returns the file's path.
func Module(dir, pkg string) (string, error) {
	path := filepath.Join(dir, filepath.Base(pkg)+".wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w", "-o", path, pkg)
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, output)
	}
	return path, nil
}

// ForEmulator makes a module of Module's run in proxytest, which calls only _start: it renames the export
// _initialize, whose name is longer, and fixes the lengths around it.
func ForEmulator(module []byte) ([]byte, error) {
	const exportSection = 7
	at := 8 // magic and version
	for at < len(module) {
		id := module[at]
		size, n := leb128(module[at+1:])
		start := at + 1 + n
		if id == exportSection {
			from, to := []byte("\x0b_initialize"), []byte("\x06_start")
			section := bytes.Replace(module[start:start+size], from, to, 1)
			if len(section) == size {
				break
			}
			renamed := append(bytes.Clone(module[:at+1]), appendLEB128(nil, len(section))...)
			return append(append(renamed, section...), module[start+size:]...), nil
		}
		at = start + size
	}
	return nil, fmt.Errorf("the module exports no _initialize")
}

func leb128(b []byte) (value, n int) {
	for shift := 0; ; shift += 7 {
		value |= int(b[n]&0x7f) << shift
		n++
		if b[n-1] < 0x80 {
			return value, n
		}
	}
}

func appendLEB128(b []byte, value int) []byte {
	for value >= 0x80 {
		b = append(b, byte(value)|0x80)
		value >>= 7
	}
	return append(b, byte(value))
}
