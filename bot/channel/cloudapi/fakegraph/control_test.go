package fakegraph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// drive calls the fake's own pages.
func drive(fake *fakegraph.Server, method, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	fake.ServeHTTP(w, httptest.NewRequest(method, "/_fake/"+path, strings.NewReader(body)))
	return w
}

// listen is a callback that gathers what residents said.
func listen(t *testing.T) (address string, bodies func() []string) {
	t.Helper()
	var mu sync.Mutex
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var b struct {
			Entry []struct {
				Changes []struct {
					Value struct{ Messages []json.RawMessage }
				}
			}
		}
		if json.NewDecoder(r.Body).Decode(&b) == nil && len(b.Entry[0].Changes[0].Value.Messages) > 0 {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, string(b.Entry[0].Changes[0].Value.Messages[0]))
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string { mu.Lock(); defer mu.Unlock(); return got }
}

func TestControl_typingAsAResident(t *testing.T) {
	address, heard := listen(t)
	clock := fakegraph.NewClock(moment)
	fake := fakegraph.New(fakegraph.Config{Now: clock.Now, After: clock.After, Callback: address, Ladder: []fakegraph.Step{}})
	defer fake.Close()
	call(fake, buttons(button("a~1", "Ja"), button("b~1", "Nee")))
	for _, tt := range []struct{ say, want string }{
		{`{"from":"31612345678","text":"hoi"}`, `"body":"hoi"`},
		{`{"from":"31612345678","tap":"2"}`, `"button_reply":{"id":"b~1","title":"Nee"}`},
		{`{"from":"31612345678","tap":"Ja"}`, `"button_reply":{"id":"a~1","title":"Ja"}`},
		{`{"from":"31612345678","tap":"b~1"}`, `"button_reply":{"id":"b~1","title":"Nee"}`},
		{`{"from":"NL.1","text":"hoi"}`, `"from_user_id":"NL.1"`},
		{`{"from":"31612345678","media":"image","text":"kijk"}`, `"caption":"kijk"`},
		{`{"from":"31612345678","location":{"latitude":52.5,"longitude":5}}`, `"latitude":52.5`},
	} {
		if w := drive(fake, "POST", "say", tt.say); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", tt.say, w.Code, w.Body)
		}
		clock.Advance(time.Second)
		if all := heard(); len(all) == 0 || !strings.Contains(all[len(all)-1], tt.want) {
			t.Errorf("%s was heard as %v", tt.say, all)
		}
	}
	for _, wrong := range []string{`{"from":"anna","text":"hoi"}`, `{"from":"31612345678"}`, `{"from":"31612345678","tap":"Misschien"}`, `{"fro":1}`, `x`} {
		if w := drive(fake, "POST", "say", wrong); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d, want 400", wrong, w.Code)
		}
	}
}

func TestControl_recordAndFaults(t *testing.T) {
	fake := fakegraph.New(still())
	if w := drive(fake, "POST", "fault", `{"skip":1,"code":131000}`); w.Code != http.StatusNoContent {
		t.Fatal(w.Code)
	}
	want := []int{0, 131000, 0}
	for i := range want {
		if got := code(t, call(fake, hello)); got != want[i] {
			t.Errorf("message %d: code %d, want %d", i+1, got, want[i])
		}
	}
	var got []fakegraph.Sent
	if err := json.Unmarshal(drive(fake, "GET", "record?to=31612345678&after=1", "").Body.Bytes(), &got); err != nil || len(got) != 1 || got[0].N != 2 || got[0].Text != "hoi" {
		t.Errorf("%v %+v", err, got)
	}
	drive(fake, "DELETE", "record", "")
	if w := drive(fake, "GET", "record", ""); strings.TrimSpace(w.Body.String()) != "[]" {
		t.Errorf("%s", w.Body)
	}
}

func TestScript_eachFaultStrikesAsOftenAsAsked(t *testing.T) {
	fake := fakegraph.New(still())
	fake.Script(fakegraph.Fault{To: "31600000000", Code: 1}, fakegraph.Fault{Times: 2, Code: 2}, fakegraph.Fault{Skip: 1, Code: 4})
	var got []int
	for range 5 {
		got = append(got, code(t, call(fake, hello)))
	}
	if diff := cmp.Diff([]int{2, 2, 0, 4, 0}, got); diff != "" {
		t.Error(diff)
	}
	fake.Script(fakegraph.Fault{Times: -1, Code: 131016})
	for range 3 {
		if got := code(t, call(fake, hello)); got != 131016 {
			t.Errorf("code %d", got)
		}
	}
}

func TestRecord_keepsTheNewest(t *testing.T) {
	for keep, want := range map[int][]int{3: {4, 5, 6}, 0: {1, 2, 3, 4, 5, 6}, -1: {}} {
		config := still()
		config.Keep = keep
		fake := fakegraph.New(config)
		for range 6 {
			call(fake, hello)
		}
		got := []int{}
		for _, m := range fake.Record() {
			got = append(got, m.N)
		}
		if diff := cmp.Diff(want, got); diff != "" || fake.Counts().Accepted != 6 {
			t.Errorf("keep %d: %s", keep, diff)
		}
	}
}

func TestPending_isBounded(t *testing.T) {
	config := still()
	config.Callback, config.Pending = "http://127.0.0.1:1", 4
	fake := fakegraph.New(config)
	for range 2 {
		call(fake, hello) // three statuses each
	}
	if got := fake.Counts().Dropped; got != 2 {
		t.Errorf("%d dropped, want 2", got)
	}
}

// Many at once: every message has an id of its own, and nothing is left behind.
func TestServer_manyAtOnce(t *testing.T) {
	defer goleak.VerifyNone(t)
	fake := fakegraph.New(still())
	defer fake.Close()
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 50 {
				call(fake, strings.Replace(hello, "hoi", fmt.Sprint(i, j), 1))
			}
		})
	}
	group.Wait()
	seen := map[string]bool{}
	for _, m := range fake.Record() {
		seen[m.ID+m.Text] = true
	}
	if len(seen) != 400 || fake.Counts().Accepted != 400 {
		t.Errorf("%d different messages, want 400", len(seen))
	}
}
