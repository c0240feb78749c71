package decisionlog

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAFullFileMakesRoomForTheNext(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "decisions")
	f, err := openFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f.limit = 1000
	for range 50 {
		if err := f.write(&Record{Tenant: "acme"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + ".1"} {
		if info, err := os.Stat(name); err != nil || info.Size() == 0 || info.Size() > 1000 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if again, err := openFile(path); err != nil || again.size == 0 {
		t.Error("the file is not appended to")
	}
}
