package main

import (
	"context"
	"time"

	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/service/notice"
)

// noticesOf gives the notices of the live bundle to the service that shows them.
func noticesOf(live func(context.Context) (*loaded, error), clock func() time.Time) notice.Source {
	return func(ctx context.Context) ([]notice.Notice, error) {
		l, err := live(ctx)
		if err != nil {
			return nil, err
		}
		out := make([]notice.Notice, 0, len(l.bundle.Notices))
		for _, n := range l.bundle.Notices {
			texts, err := noticeTexts(l.bundle, n, clock())
			if err != nil {
				return nil, err
			}
			out = append(out, notice.Notice{Name: n.Name, Topic: n.Topic, Title: n.Title, Source: n.Source,
				From: n.From, Until: n.Until, Areas: n.Areas, Urgent: n.Urgent, Text: texts})
		}
		return out, nil
	}
}

// noticeTexts fills in the facts that a notice refers to, in each of its languages.
func noticeTexts(b *flow.Bundle, n flow.Notice, now time.Time) (map[string]string, error) {
	out := map[string]string{}
	for language, template := range n.Text.ByLanguage {
		text, err := template.Render(b.World(language, now), nil)
		if err != nil {
			return nil, err
		}
		out[language] = text
	}
	return out, nil
}
