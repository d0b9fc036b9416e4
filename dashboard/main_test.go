package dashboard

import (
	"os"
	"testing"

	"github.com/orgheat/orgheat/schema/schematest"
)

func TestMain(m *testing.M) { schematest.Main(m) }

// needCharts fails or skips where ECharts was not copied into static before the test was compiled.
func needCharts(t *testing.T) {
	t.Helper()
	if _, err := static.ReadFile("static/" + echartsFile); err == nil {
		return
	}
	if os.Getenv("ORGHEAT_TEST_REQUIRE") == "1" {
		t.Fatal("static/vendor/echarts.min.js is not embedded; make setup copies it there")
	}
	t.Skip("static/vendor/echarts.min.js is not embedded; make setup copies it there")
}
