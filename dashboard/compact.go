package dashboard

import (
	"encoding/json"
	"math"
	"strconv"
)

// compact is an option of ECharts as JSON, without what says nothing and with numbers as exact as a drawing needs: half the bytes of the page.
func compact(option map[string]any) json.RawMessage {
	text, err := json.Marshal(option)
	if err != nil {
		return json.RawMessage("{}") // go-echarts' own types: they marshal
	}
	c := compactor{in: text, out: make([]byte, 0, len(text))}
	c.value()
	return c.out
}

// compactor copies JSON that json.Marshal wrote, so that it need not check what it reads.
type compactor struct {
	in, out []byte
	at      int // of in
}

// value copies the value at which the input stands; it says whether that is null or an object of which nothing is left.
func (c *compactor) value() (nothing bool) {
	switch c.in[c.at] {
	case '{':
		return c.object()
	case '[':
		c.list()
		return false
	case '"':
		c.text()
		return false
	}
	begin, exact := c.at, true
	for c.at < len(c.in) && c.in[c.at] != ',' && c.in[c.at] != ']' && c.in[c.at] != '}' {
		exact = exact && c.in[c.at] != '.' && c.in[c.at] != 'e'
		c.at++
	}
	word := c.in[begin:c.at]
	if exact || word[0] > '9' { // a whole number, or true, false, null
		c.out = append(c.out, word...)
		return word[0] == 'n'
	}
	f, err := strconv.ParseFloat(string(word), 64)
	switch {
	case err != nil:
		c.out = append(c.out, word...)
	case math.Abs(f) >= 1e4:
		c.out = strconv.AppendFloat(c.out, f, 'f', 0, 64)
	default:
		c.out = strconv.AppendFloat(c.out, f, 'g', 5, 64)
	}
	return false
}

// object copies an object but for its members that say nothing.
func (c *compactor) object() (nothing bool) {
	begin := len(c.out)
	c.out = append(c.out, '{')
	for c.at++; c.in[c.at] != '}'; {
		if c.in[c.at] == ',' {
			c.at++
		}
		member := len(c.out)
		if member > begin+1 {
			c.out = append(c.out, ',')
		}
		c.text()
		c.out = append(c.out, ':')
		c.at++
		if c.value() {
			c.out = c.out[:member]
		}
	}
	c.at++
	c.out = append(c.out, '}')
	return len(c.out) == begin+2
}

// list copies a list with all that is in it: places in it mean something.
func (c *compactor) list() {
	for c.in[c.at] != ']' {
		c.out = append(c.out, c.in[c.at]) // [ or ,
		if c.at++; c.in[c.at] != ']' {
			c.value()
		}
	}
	c.at++
	c.out = append(c.out, ']')
}

// text copies a string.
func (c *compactor) text() {
	begin := c.at
	for c.at++; c.in[c.at] != '"'; c.at++ {
		if c.in[c.at] == '\\' {
			c.at++
		}
	}
	c.at++
	c.out = append(c.out, c.in[begin:c.at]...)
}
