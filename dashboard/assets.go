package dashboard

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/labstack/echo/v4"
)

// static holds app.css, app.js, theme.js, favicon.svg and, in vendor, echarts.min.js, which make copies there from the locked npm package.
//
//go:embed static
var static embed.FS

const echartsFile = "vendor/echarts.min.js"

// assets are the embedded files under names that hold their hash, so that browsers may keep them for ever.
type assets struct {
	byURL    map[string]*asset
	urls     map[string]string // by file name
	noCharts bool              // this build has no ECharts
}

type asset struct {
	mime string
	body []byte
	br   func() []byte // compressed when first asked for
	gz   func() []byte
}

var mimeTypes = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}

func loadAssets() (*assets, error) {
	a := &assets{byURL: map[string]*asset{}, urls: map[string]string{}}
	err := fs.WalkDir(static, "static", func(file string, d fs.DirEntry, err error) error {
		mime, ok := mimeTypes[path.Ext(file)]
		if err != nil || d.IsDir() || !ok {
			return err
		}
		body, err := static.ReadFile(file)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		name, ext := strings.TrimPrefix(file, "static/"), path.Ext(file)
		url := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		a.urls[name] = url
		a.byURL[url] = &asset{mime: mime, body: body, br: sync.OnceValue(func() []byte { return brotlied(body) }), gz: sync.OnceValue(func() []byte { return gzipped(body) })}
		return nil
	})
	a.noCharts = a.urls[echartsFile] == ""
	return a, err
}

// url is where a file of static is served; templates call it asset.
func (a *assets) url(name string) string { return a.urls[name] }

func (a *assets) serve(c echo.Context) error {
	f, ok := a.byURL[c.Request().URL.Path]
	if !ok {
		return echo.NewHTTPError(http.StatusNotFound, "there is no such file; its address changes with its content")
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := f.body
	switch accepted := c.Request().Header.Get("Accept-Encoding"); {
	case strings.Contains(accepted, "br"):
		h.Set("Content-Encoding", "br")
		body = f.br()
	case strings.Contains(accepted, "gzip"):
		h.Set("Content-Encoding", "gzip")
		body = f.gz()
	}
	return c.Blob(http.StatusOK, f.mime, body)
}

func brotlied(body []byte) []byte {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, 7)
	_, _ = w.Write(body) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

func gzipped(body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}
