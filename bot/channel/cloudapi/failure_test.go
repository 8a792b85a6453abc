package cloudapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

func TestClassify(t *testing.T) {
	for class, codes := range map[bot.SendClass][]int{
		bot.SendRetry:     {1, 2, 4, 80007, 130429, 131000, 131016, 131057, 133016, 134101, 2494100},
		bot.SendPair:      {131056},
		bot.SendWindow:    {131047},
		bot.SendRecipient: {130403, 130472, 131026, 131049},
		bot.SendOptedOut:  {131050},
		bot.SendOurs:      {100, 131008, 131009, 131021, 131051, 131052, 131053, 131063, 132000, 132001, 132015, 132018, 987654},
		bot.SendStop:      {0, 3, 10, 33, 190, 200, 250, 299, 368, 131005, 131031, 131037, 131042, 131045, 131048, 131064, 133010},
	} {
		for _, code := range codes {
			if got := cloudapi.Classify(code); got.Class != class || got.Code != code || got.Cause == "" {
				t.Errorf("%d: %v, want %s", code, got, class)
			}
		}
	}
}

// class sends one text and tells how that failed.
func class(t *testing.T, c *cloudapi.Client, s bot.Send) *bot.SendError {
	t.Helper()
	_, err := c.Send(context.Background(), s)
	var failure *bot.SendError
	if !errors.As(err, &failure) {
		t.Fatalf("error %v is no *bot.SendError", err)
	}
	if strings.Contains(failure.Error(), "31612345678") || strings.Contains(failure.Error(), "planned failure") {
		t.Errorf("error quotes the platform or the recipient: %v", failure)
	}
	return failure
}

func TestSend_whatAFailureMeans(t *testing.T) {
	for _, tt := range []struct {
		name     string
		fault    fakegraph.Fault
		class    bot.SendClass
		accepted int
	}{
		{"throttled, as 400", fakegraph.Fault{Code: 130429}, bot.SendRetry, 0},
		{"throttled, as 500", fakegraph.Fault{Code: 131016, Status: 500}, bot.SendRetry, 0},
		{"pair limit", fakegraph.Fault{Code: 131056}, bot.SendPair, 0},
		{"payment", fakegraph.Fault{Code: 131042}, bot.SendStop, 0},
		{"object missing", fakegraph.Fault{Code: 100}, bot.SendOurs, 0},
		{"cut before it was accepted", fakegraph.Fault{Cut: true}, bot.SendUnknown, 0},
		{"cut after it was accepted", fakegraph.Fault{Cut: true, Accept: true}, bot.SendUnknown, 1},
		{"nonsense after it was accepted", fakegraph.Fault{Nonsense: true, Accept: true}, bot.SendUnknown, 1},
		{"a gateway's page", fakegraph.Fault{Status: 502}, bot.SendUnknown, 0},
		{"a gateway's page after it was accepted", fakegraph.Fault{Status: 504, Accept: true}, bot.SendUnknown, 1},
		{"a proxy that wants a login", fakegraph.Fault{Status: 401}, bot.SendRetry, 0},
		{"a web filter's page", fakegraph.Fault{Status: 403}, bot.SendRetry, 0},
		{"nowhere", fakegraph.Fault{Status: 404}, bot.SendRetry, 0},
		{"sent elsewhere", fakegraph.Fault{Status: 302}, bot.SendRetry, 0},
		{"refused by the platform itself", fakegraph.Fault{Code: 190, Status: 401}, bot.SendStop, 0},
		{"throttled in front of the platform", fakegraph.Fault{Status: 429}, bot.SendRetry, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, _, config := graph(t, fakegraph.Config{})
			fake.Script(tt.fault)
			c, s := client(t, config), send(config, anna, text("hallo"))
			if got := class(t, c, s); got.Class != tt.class || got.Code != tt.fault.Code {
				t.Errorf("%v, want %s", got, tt.class)
			}
			if got := fake.Counts().Accepted; got != tt.accepted {
				t.Errorf("%d accepted, want %d: was it sent again?", got, tt.accepted)
			}
			if _, err := c.Send(context.Background(), s); err != nil {
				t.Errorf("the next one fails too: %v", err)
			}
		})
	}
}

// A web filter says nothing of the account: whoever reads the cause looks at
// the way there, and at no token.
func TestSend_whatIsNotThePlatformsAnswerIsSaidToBeSo(t *testing.T) {
	for _, status := range []int{302, 401, 403, 404} {
		fake, _, config := graph(t, fakegraph.Config{})
		fake.Script(fakegraph.Fault{Status: status})
		got := class(t, client(t, config), send(config, anna, text("hallo")))
		if want := fmt.Sprintf("HTTP %d %s is not the platform's own answer: a proxy or web filter in between?", status, http.StatusText(status)); !strings.HasPrefix(got.Cause, want) {
			t.Errorf("%q, want %q", got.Cause, want)
		}
	}
}

// The caller gives up while the answer waits: by then the request is there.
func TestSend_noAnswerInTimeLeavesItUnknown(t *testing.T) {
	for name, accept := range map[string]bool{"accepted": true, "not accepted": false} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			fake := fakegraph.New(fakegraph.Config{Now: func() time.Time { return moment },
				After: func(time.Duration, func()) { cancel() }})
			server := httptest.NewServer(fake)
			defer server.Close()
			fake.Script(fakegraph.Fault{Delay: time.Hour, Accept: accept, Code: 2})
			config := settings(fake, server.URL)
			_, err := client(t, config).Send(ctx, send(config, anna, text("hallo")))
			wantClass(t, err, bot.SendUnknown)
			if got := fake.Counts().Accepted; got == 1 != accept {
				t.Errorf("%d accepted", got)
			}
		})
	}
}

func TestSend_withoutAConnectionItIsTriedAgain(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close() // nobody listens there now
	_, config := offline()
	config.BaseURL = "http://" + address
	if got := class(t, client(t, config), send(config, anna, text("hallo"))); got.Class != bot.SendRetry {
		t.Errorf("%v, want retry", got)
	}
}

func TestSend_aCancelledTurnSendsNothing(t *testing.T) {
	fake, _, config := graph(t, fakegraph.Config{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := client(t, config).Send(ctx, send(config, anna, text("hallo")))
	var failure *bot.SendError
	if !errors.As(err, &failure) || failure.Class != bot.SendRetry || fake.Counts().Accepted != 0 {
		t.Errorf("%v with %d accepted, want retry with none", err, fake.Counts().Accepted)
	}
}

func TestSend_whatOurSideGotWrong(t *testing.T) {
	ids := []bot.Choice{{ID: "a", Label: bot.Hide("Ja")}, {ID: "a", Label: bot.Hide("Nee")}}
	for _, tt := range []struct {
		name  string
		to    fakegraph.Person
		reply bot.Reply
	}{
		{"no text", anna, text(" \n")},
		{"nobody", fakegraph.Person{}, text("hallo")},
		{"an address of another channel", fakegraph.Person{Phone: "simulator-1"}, text("hallo")},
		{"four buttons", anna, bot.Reply{Text: bot.Hide("?"), Buttons: choices("a", "b", "c", "d")}},
		{"one id twice", anna, bot.Reply{Text: bot.Hide("?"), Buttons: ids}},
		{"an id that is too long", anna, bot.Reply{Text: bot.Hide("?"), Buttons: []bot.Choice{{ID: strings.Repeat("x", 257), Label: bot.Hide("Ja")}}}},
		{"a button without a label", anna, bot.Reply{Text: bot.Hide("?"), Buttons: []bot.Choice{{ID: "a"}}}},
		{"a list without rows", anna, bot.Reply{Text: bot.Hide("?"), List: &bot.List{Button: "Kies"}}},
		{"a list without a button", anna, bot.Reply{Text: bot.Hide("?"), List: &bot.List{Rows: ids[:1]}}},
		{"a link that is not https", anna, bot.Reply{Text: bot.Hide("?"), Link: &bot.Link{Label: "Lees", URL: "http://voorbeeldstad.nl"}}},
		{"two things at once", anna, bot.Reply{Text: bot.Hide("?"), Buttons: ids[:1], AskPlace: true}},
		{"a template without a language", anna, bot.Reply{Template: &bot.Template{Name: "hallo"}}},
		{"a template with an empty parameter", anna, bot.Reply{Template: &bot.Template{Name: "hallo", Language: "nl", Parameters: []bot.Private{{}}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, _, config := graph(t, fakegraph.Config{})
			if got := class(t, client(t, config), send(config, tt.to, tt.reply)); got.Class != bot.SendOurs {
				t.Errorf("%v, want ours", got)
			}
			if got := fake.Counts(); got.Accepted != 0 || len(got.Refused) != 0 {
				t.Errorf("the platform was asked: %+v", got)
			}
		})
	}
	t.Run("another number's message", func(t *testing.T) {
		_, _, config := graph(t, fakegraph.Config{})
		s := send(config, anna, text("hallo"))
		s.To.Account = "999"
		if got := class(t, client(t, config), s); got.Class != bot.SendOurs {
			t.Errorf("%v, want ours", got)
		}
	})
}

func TestSend_whatTheAccountGotWrong(t *testing.T) {
	for name, spoil := range map[string]func(*cloudapi.Config){
		"token":           func(c *cloudapi.Config) { c.Token = bot.Hide("verlopen") },
		"phone number id": func(c *cloudapi.Config) { c.PhoneNumberID = "404" },
	} {
		t.Run(name, func(t *testing.T) {
			_, _, config := graph(t, fakegraph.Config{})
			spoil(&config)
			if got := class(t, client(t, config), send(config, anna, text("hallo"))); got.Class != bot.SendStop {
				t.Errorf("%v, want stop", got)
			}
		})
	}
}

// An answer is read up to a limit, and a connection that it fills is not kept.
func TestSend_anEndlessAnswerIsNonsense(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range 1000 {
			if _, err := w.Write([]byte(strings.Repeat(" ", 1024))); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	_, config := offline()
	config.BaseURL = server.URL
	if got := class(t, client(t, config), send(config, anna, text("hallo"))); got.Class != bot.SendUnknown {
		t.Errorf("%v, want unknown", got)
	}
}

// A hundred sends wait for their answers at the same time: nobody is answered
// before all have arrived.
func TestSend_aHundredInFlight(t *testing.T) {
	const many = 100
	var arrived sync.WaitGroup
	arrived.Add(many)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived.Done()
		arrived.Wait()
		_, _ = io.WriteString(w, `{"messages":[{"id":"wamid.x"}]}`)
	}))
	defer server.Close()
	_, config := offline()
	config.BaseURL = server.URL
	c := client(t, config)
	var group sync.WaitGroup
	for range many {
		group.Go(func() {
			if _, err := c.Send(context.Background(), send(config, anna, text("hallo"))); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestSend_aProviderWithItsOwnKeyHeaderAndNoVersion(t *testing.T) {
	fake, _, config := graph(t, fakegraph.Config{AuthHeader: "D360-API-KEY:", Version: "-"})
	if _, err := client(t, config).Send(context.Background(), send(config, anna, text("hallo"))); err != nil || fake.Counts().Accepted != 1 {
		t.Errorf("%v", err)
	}
}

func TestSeen_marksAsReadAndMayShowTyping(t *testing.T) {
	fake, _, config := graph(t, fakegraph.Config{})
	_, id := fake.Inbound(anna, moment, fakegraph.Text("hallo"))
	for _, typing := range []bool{true, false} {
		if err := client(t, config).Seen(context.Background(), config.PhoneNumberID, bot.Hide(id), typing); err != nil {
			t.Fatal(err)
		}
	}
	if err := client(t, config).Seen(context.Background(), config.PhoneNumberID, bot.Hide("geen"), true); err == nil {
		t.Error("a mark on what is no message was confirmed")
	}
	if got := fake.Counts(); got.Read != 2 || got.Typing != 1 || got.Refused[131009] != 1 {
		t.Errorf("%+v", got)
	}
}
