package ingest

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestDetectFirst holds every fixture to its own source: the first in the list that takes it. Trees are asked for directories only.
func TestDetectFirst(t *testing.T) {
	for _, own := range Sources {
		cases, _ := filepath.Glob(filepath.Join("testdata", own.Name, "*"))
		for _, path := range cases {
			if strings.HasSuffix(path, ".golden") {
				continue
			}
			in := testInput(t, own, path)
			for _, s := range Sources {
				if s.Tree == own.Tree && s.Detect(in) {
					if s.Name != own.Name {
						t.Errorf("%s is taken by %s", path, s.Name)
					}
					break
				}
			}
		}
	}
}
