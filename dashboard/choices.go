package dashboard

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/orgheat/orgheat/query"
)

// choicesPath, with the name of a list of filterNames behind it, is where scripts get lists that are too long to be in every page.
const choicesPath = "/choices/"

// choiceLists are the known values by the name of the filter.
func choiceLists(c query.Choices) map[string][]string {
	return map[string][]string{"team": c.Teams, "function": c.Functions, "service": c.Services, "severity": c.Severities, "source": c.Sources}
}

// listChoices answers choicesPath: a JSON array of the values that the asker may see, sorted as in the form.
func (s *server) listChoices(c echo.Context) error {
	name := c.Param("list")
	if !slices.Contains(filterNames, name) {
		return echo.NewHTTPError(http.StatusNotFound, "there is no such list of choices")
	}
	choices, err := s.DB.Choices(c.Request().Context())
	if err != nil {
		return err
	}
	list := choiceLists(choices)[name]
	if list == nil {
		list = []string{}
	}
	return c.JSON(http.StatusOK, list)
}
