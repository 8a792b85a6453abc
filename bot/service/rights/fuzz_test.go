package rights

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Whatever stands behind the page's address: only the link itself shows
// anything, only a POST uses it up, and every answer has the headers.
func FuzzPage(f *testing.F) {
	const link = "k5vq2n7x3m4d6h8j9p2r5t7w1y3z6b8c"
	for _, path := range []string{"/" + link, "/" + link + "/file", "/" + link + "/", "//" + link, "/./" + link, "/x/../" + link, "/%6b" + link[1:], "/" + link + "%00",
		"/static/page.css", "/static/..%2fpages.html", "/static/../../" + link, "/", "", "/%", "/" + strings.ToUpper(link), "/" + link + "?a=b", "/ %20", "/\xff", "/{token}"} {
		for _, method := range []string{"GET", "POST", "HEAD", "PUT", "OPTIONS"} {
			f.Add(method, path, "same-origin", "nl")
		}
		f.Add("POST", path, "cross-site", "<script>")
	}
	f.Fuzz(func(t *testing.T, method, path, site, language string) {
		address, err := url.Parse("http://www.voorbeeldstad.example" + Path + path)
		r, err2 := http.NewRequest(method, "http://www.voorbeeldstad.example/", strings.NewReader(path))
		if err != nil || err2 != nil {
			return // no server passes that on
		}
		r.URL = address
		r.Header.Set("Sec-Fetch-Site", site)
		r.Header.Set("Accept-Language", language)
		store := &registry{own: everything(), links: map[string]string{link: "nl"}, files: map[string]string{}}
		page := service(store).Page(PageConfig{Municipality: town, Clock: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)})
		w := httptest.NewRecorder()
		page.ServeHTTP(w, r)
		body, _ := io.ReadAll(w.Result().Body)
		shown := strings.Contains(string(body), "31611111111")
		if shown != (store.opened == 1) || shown && (method != http.MethodPost || !strings.Contains(address.Path, link) || site == "cross-site") {
			t.Errorf("%s %q from %q: shown %v, used %d times", method, path, site, shown, store.opened)
		}
		for name, want := range map[string]string{"Content-Security-Policy": policy, "Referrer-Policy": "same-origin"} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		if c := w.Header().Get("Cache-Control"); c != "" && !strings.Contains(address.Path, "/static/") {
			t.Errorf("Cache-Control %q: it is the listener's, no-store", c)
		}
		if strings.Contains(string(body), "<script") {
			t.Error("what was asked for stands in the page")
		}
	})
}
