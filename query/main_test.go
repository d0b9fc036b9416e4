package query

import (
	"testing"

	"github.com/orgheat/orgheat/schema/schematest"
)

func TestMain(m *testing.M) { schematest.Main(m) }
