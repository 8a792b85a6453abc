package main

import (
	"context"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/service/address"
	"github.com/gemeentebode/bode/bot/service/appointment"
	"github.com/gemeentebode/bode/bot/service/notice"
	"github.com/gemeentebode/bode/bot/service/remind"
	"github.com/gemeentebode/bode/bot/service/request"
	"github.com/gemeentebode/bode/bot/service/rights"
	"github.com/gemeentebode/bode/bot/service/waste"
)

// service is one folder of bot/service.
type service interface {
	Operations() []bot.Operation
	Call(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error)
}

// hears is a service that selects whom a notification goes to.
type hears interface {
	Audiences() []bot.Audience
	Hear(ctx context.Context, h bot.Hearing) (map[string]bot.Value, error)
}

// services finds the service of an operation or of an audience.
type services struct {
	byOperation map[string]service
	operations  []bot.Operation
	audiences   []bot.Audience
	byAudience  map[string]hears
	writes      map[string]bool
}

func newServices(all ...service) *services {
	s := &services{byOperation: map[string]service{}, byAudience: map[string]hears{}, writes: map[string]bool{}}
	for _, one := range all {
		for _, op := range one.Operations() {
			s.byOperation[op.Name], s.writes[op.Name] = one, op.Writes
			s.operations = append(s.operations, op)
		}
		if selects, ok := one.(hears); ok {
			for _, audience := range selects.Audiences() {
				s.byAudience[audience.Name] = selects
				s.audiences = append(s.audiences, audience)
			}
		}
	}
	return s
}

// behind is what services need of the installation itself. It is empty where
// flows are only checked: then nothing is called.
type behind struct {
	agenda   appointment.Store
	requests request.Store
	notices  notice.Source
	rights   rights.Config
}

// exampleServices are those of the fictional town, which receives requests itself.
func exampleServices(b behind) *services {
	return newServices(address.Example(), waste.Example(), appointment.Example(b.agenda), request.New(b.requests), notice.New(b.notices),
		rights.New(b.rights), remind.New()).knowing(b.rights)
}

// Writes tells whether an operation changes something elsewhere.
func (s *services) Writes(operation string) bool { return s.writes[operation] }

// Call runs an operation.
func (s *services) Call(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	one, known := s.byOperation[call.Operation]
	if !known {
		return bot.Result{}, fmt.Errorf("no service offers %s", call.Operation)
	}
	return one.Call(ctx, now, call)
}

// Hear asks what a notification tells one subscriber.
func (s *services) Hear(ctx context.Context, h bot.Hearing) (map[string]bot.Value, error) {
	one, known := s.byAudience[h.Audience]
	if !known {
		return nil, fmt.Errorf("no service has the audience %s", h.Audience)
	}
	return one.Hear(ctx, h)
}

// Cancel takes back a writing call, where its service can.
func (s *services) Cancel(ctx context.Context, call bot.Call) error {
	if one, can := s.byOperation[call.Operation].(interface {
		Cancel(context.Context, bot.Call) error
	}); can {
		return one.Cancel(ctx, call)
	}
	return fmt.Errorf("%s cannot be taken back", call.Operation)
}
