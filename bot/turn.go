package bot

import (
	"errors"
	"slices"
	"time"
)

// ErrTokenGone says that the turn is no longer ours: a STOP took it, or its
// lease ran out and another process has it. Nothing of it was kept.
var ErrTokenGone = errors.New("the turn's token is gone")

// Input is what one step of a conversation goes by: a message of the
// resident, or the result of the call that the step before asked for.
type Input struct {
	Message    *Message
	Result     *Result
	Subscribed []Subscription
}

// Subscription is a consent of this resident that stands; or, while Given is
// zero, one that an import brought without evidence and that waits for the
// resident's own yes: nothing is sent for it. A topic may stand several times,
// each about something of its own.
type Subscription struct {
	Topic string
	Given time.Time
}

// Subscribed tells whether a consent for the topic stands.
func Subscribed(list []Subscription, topic string) bool {
	return slices.ContainsFunc(list, func(s Subscription) bool { return s.Topic == topic && !s.Given.IsZero() })
}

// Outcome is what a step decided. Either Call is set and the turn goes on
// with its Result, or the turn is over and Reply is the one message of the
// turn (nil: nothing is said). Consents may come with both. Erase ends the turn
// as STOP does: the resident confirmed that everything goes, and the farewell
// is the answer.
type Outcome struct {
	Conversation Private // the engine's own encoding; opaque to everyone else
	Reply        *Reply
	Call         *Call
	Consents     []Consent
	Language     string // when the resident chose one: what they signed up for comes in it from now on
	Erase        bool
	ToldClosed   bool // Reply says that the service is closed: the resident hears it once in a while
}

// Consent is one line for the ledger: given or withdrawn, by which words.
// Topic "" with Given false withdraws every topic. A withdrawal with About ends
// only the subscription about that; one without ends all of the topic, and what
// waits of it.
type Consent struct {
	Topic     string
	Given     bool
	Kept      bool   // the yes is to what stands or waits of the topic already, with the values it has: no new subscription
	Wording   string // the exact text that was shown, in Language
	Language  string
	Version   string // hash of the bundle that the wording stands in
	About     Value  // what the subscription is about, kept with it (sealed)
	Postcode4 string // for selection: the four digits, where About is an address
	BagID     Private
}

// Claim is one resident's turn, held by this process until Until. The
// finishing statement checks Token; when it is gone (a STOP, or a lease that
// ran out and was taken by another) nothing of the turn is kept.
type Claim struct {
	Resident     ID
	Token        ID
	Until        time.Time
	Bundle       string // hash of the live bundle at the claim
	MessageID    ID
	Seq          int64   // order of acceptance within the resident
	Tries        int     // turns begun for this message, this one included
	Message      Message // with From and Sent filled in again from their columns
	Accepted     time.Time
	Conversation Private // empty: first contact
	Subscribed   []Subscription
}

// Finish ends a turn: the next conversation, the reply, the consents, all or nothing.
type Finish struct {
	Claim   Claim
	Outcome Outcome
}

// Finished is what became of a turn that was to end.
type Finished struct {
	Err  error
	More bool // the resident wrote again meanwhile, and is due
}

// Take says how many turns may be begun with the messages of a delivery in
// the transaction that keeps them, and until when they are leased. The zero
// Take begins none.
type Take struct {
	Turns int
	Lease time.Duration
}

// Delivery is one webhook body, decoded: everything in it is kept in one transaction.
type Delivery struct {
	Messages  []Message // in the body's order
	Statuses  []Status
	Notices   []string         // what the operator should know: "account_update ACCOUNT_RESTRICTION"; never personal
	Templates []TemplateStatus // what the platform decided about message templates; an empty status or category: that was not said
	Unknown   map[string]int   // kinds and fields that we do not know, counted
}

// Received says what became of a delivery, in numbers.
type Received struct {
	Kept, Duplicate, Dropped, Unmatched int
	Turns                               []ID    // the rows of what is to be answered; see Trace
	Claims                              []Claim // of these the ones whose turn has begun
}

// Closed is a resident who said STOP and waits for erasure.
type Closed struct {
	Resident     ID
	Contact      Contact
	Conversation Private // for the language of the farewell
	WindowUntil  time.Time
	Remains      Remains
}

// Remains is what the farewell names: what stays after STOP, cut loose from the chat.
type Remains struct {
	Appointments int // in the future; deleted 7 days after they took place
	Requests     int // handed in and kept for their own time
	Holds        int // conversations of which a copy is under legal hold, until the hold's date
}
