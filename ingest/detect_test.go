package ingest

import "testing"

// TestDetectFirst holds every fixture to its own source: the first in the list that takes it. Trees are asked for directories only.
func TestDetectFirst(t *testing.T) {
	for _, own := range Sources {
		for _, path := range fixtures(own) {
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
