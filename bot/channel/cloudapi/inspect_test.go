package cloudapi_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

func TestInspect_aHealthyAccount(t *testing.T) {
	_, _, config := graph(t, fakegraph.Config{Facts: fakegraph.Facts{Templates: []fakegraph.Template{
		{Name: "afval_herinnering", Language: "nl", Status: "APPROVED", Category: "UTILITY", Body: "Morgen halen wij {{1}} op bij {{2}}. Tot dan, {{1}}!", Parameters: 2},
	}}})
	c, ctx := client(t, config), context.Background()
	number, err := c.Number(ctx)
	if err != nil || number.Quality != "GREEN" || number.Status != "CONNECTED" || number.Throughput.Level != "STANDARD" {
		t.Errorf("%+v %v", number, err)
	}
	apps, err := c.Subscribed(ctx)
	if err != nil || len(apps) != 1 {
		t.Errorf("%v %v", apps, err)
	}
	templates, err := c.Templates(ctx)
	want := []cloudapi.Template{{Name: "afval_herinnering", Language: "nl", Status: "APPROVED", Category: "UTILITY", Body: "Morgen halen wij {{1}} op bij {{2}}. Tot dan, {{1}}!", Parameters: 2, ID: "400000000000001"}}
	if diff := cmp.Diff(want, templates); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	token, err := c.Token(ctx)
	if err != nil || !token.Valid || !token.Expires.IsZero() || len(token.Scopes) != 2 {
		t.Errorf("%+v %v", token, err)
	}
}

func TestInspect_anAccountWithTrouble(t *testing.T) {
	_, _, config := graph(t, fakegraph.Config{Facts: fakegraph.Facts{NotSubscribed: true, Quality: "RED", TokenExpires: moment.Add(-time.Hour)}})
	c, ctx := client(t, config), context.Background()
	if apps, err := c.Subscribed(ctx); err != nil || len(apps) != 0 {
		t.Errorf("%v %v", apps, err)
	}
	if number, err := c.Number(ctx); err != nil || number.Quality != "RED" {
		t.Errorf("%+v %v", number, err)
	}
	if token, err := c.Token(ctx); err != nil || token.Valid || !token.Expires.Equal(moment.Add(-time.Hour)) {
		t.Errorf("%+v %v", token, err)
	}
	config.WABAID = ""
	var failure *bot.SendError
	if _, err := client(t, config).Templates(ctx); !errors.As(err, &failure) || failure.Class != bot.SendStop {
		t.Errorf("%v, want stop", err)
	}
}
