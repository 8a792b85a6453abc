package bot

import (
	"fmt"
	"log/slog"
	"time"
)

// Reason is why a message may go out; every outgoing row has exactly one.
type Reason string

// The closed list; the schema holds the same one.
const (
	ReasonAnswer   Reason = "answer"   // the answer to one message
	ReasonDesk     Reason = "desk"     // a colleague wrote it
	ReasonTopic    Reason = "topic"    // consent for a topic stands
	ReasonFarewell Reason = "farewell" // the receipt of STOP
)

// Trace leads from an outgoing message back to what it came of: the row of the
// resident's message that it answers, or the run that it is part of. It says
// nothing of anybody, and is what the logs call turn and run.
type Trace struct{ Turn, Run ID }

// Attr is the trace as a log writes it.
func (t Trace) Attr() slog.Attr {
	switch {
	case t.Turn != "":
		return slog.String("turn", string(t.Turn))
	case t.Run != "":
		return slog.String("run", string(t.Run))
	}
	return slog.Attr{}
}

// Send is one claimed outgoing message.
type Send struct {
	ID      ID // also the callback data on the platform: says nothing about anyone
	Token   ID
	Reason  Reason
	To      Contact
	Reply   Reply
	At      time.Time // the slot that the pace row gave: not earlier, not 2 s later
	Tries   int
	Claimed time.Time
	Of      Trace
	// Notify is set for ReasonTopic, and Reply then is empty: it is rendered now.
	Notify *Outgoing
}

// Sent is a message that the platform took, with the id that it gave it.
type Sent struct {
	Send
	PlatformID Private
}

// Pace is how fast an account may send.
type Pace struct {
	PerSecond float64
	Lead      time.Duration // how far ahead the first slot lies at least: what a claim takes, for a slot that is over before it is claimed is lost
	Horizon   time.Duration // how far ahead slots may be taken; at most 2 s, the time in which a send must begin
	Lease     time.Duration // longer than a send's time limit
	Useful    time.Duration // how long after it was made an answer is still worth sending

	Topics       int           // most notifications in one claim, so that answers find a free hand
	TopicHorizon time.Duration // how far ahead notifications may take slots: shorter than Horizon
	Outside      int           // people a day with whom a conversation may be begun (the portfolio's messaging limit); 0: no limit
}

// SendClass says what to do about a failed send; classified on the platform's
// error code, never on the HTTP status (throttling comes as 400).
type SendClass string

// Classes, from harmless to grave. The zero value means success.
const (
	SendRetry     SendClass = "retry"     // temporary: again with backoff
	SendPair      SendClass = "pair"      // too fast for this recipient: wait 4^n s, others go on
	SendWindow    SendClass = "window"    // the 24-hour window is closed: never the same message again
	SendRecipient SendClass = "recipient" // cannot be reached: final
	SendOptedOut  SendClass = "opted_out" // the person opted out at the platform: final, and withdraw
	SendOurs      SendClass = "ours"      // our request is wrong: final, report
	SendStop      SendClass = "stop"      // token, account or payment: stop everything and alert
	SendUnknown   SendClass = "unknown"   // no answer: it may have been accepted
)

// SendError is a send that did not succeed. It holds nothing of the message.
type SendError struct {
	Class SendClass
	Code  int           // the platform's code, 0 when there was none
	Cause string        // for the operator; never the platform's own text, which may quote the address
	After time.Duration // with SendRetry: how long the platform asks to wait; 0: it does not say
}

func (e *SendError) Error() string {
	return fmt.Sprintf("send: %s (code %d): %s", e.Class, e.Code, e.Cause)
}

// StatusState is how far a sent message got; a status only moves forward.
type StatusState string

// In order. Failed is final and beats all but Delivered and Read.
const (
	StatusSent      StatusState = "sent"
	StatusDelivered StatusState = "delivered"
	StatusRead      StatusState = "read"
	StatusFailed    StatusState = "failed"
)

// Status is what the platform reports about one send.
type Status struct {
	Send    ID // from the callback data; empty when the platform did not echo it
	Message Private
	State   StatusState
	At      time.Time
	Error   *SendError // StatusFailed
	Of      Trace      // filled in by the store, where the message is known
}
