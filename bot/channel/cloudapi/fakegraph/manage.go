package fakegraph

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Facts is what the management endpoints answer. New fills in a healthy account.
type Facts struct {
	VerifiedName string
	Quality      string // GREEN, YELLOW, RED, UNKNOWN
	NameStatus   string // APPROVED, DECLINED, ...
	NumberStatus string // CONNECTED, ...
	CodeStatus   string // VERIFIED, EXPIRED, NOT_VERIFIED
	Tier         string // TIER_250, TIER_2K, TIER_10K, TIER_100K, TIER_UNLIMITED
	Throughput   string // STANDARD, HIGH
	Platform     string // CLOUD_API, ON_PREMISE, NOT_APPLICABLE
	Mode         string // LIVE, SANDBOX
	Official     bool
	Webhook      string // where the number's updates go; "": Config.Callback

	Review       string // of the account: APPROVED, PENDING, REJECTED, DEFERRED
	Verification string // of the business: verified, not_verified, pending, ...
	Ownership    string // CLIENT_OWNED, SELF, ON_BEHALF_OF
	OtherNumber  bool   // the account has another number than ours
	Storage      string // IN_COUNTRY_STORAGE_ENABLED, NO_STORAGE_ENABLED, DEFAULT
	Region       string // two letters
	Profile      Profile

	NotSubscribed bool       // the app is not subscribed to the account
	Templates     []Template // nil: none are listed, and any is accepted in a send. Those that are submitted are added

	TokenInvalid bool
	TokenExpires time.Time // zero: never
	TokenType    string    // SYSTEM_USER, USER
	Scopes       []string  // each endpoint asks for its own

	ClockAhead time.Duration // by how much the date of each answer is wrong
	// Refuse has an endpoint answer this Graph error: messages, number, account,
	// phone_numbers, subscribed_apps, message_templates, whatsapp_business_profile,
	// settings, debug_token. Code -1 is a page of HTML with status 404, as of a
	// provider that does not know it.
	Refuse map[string]int
}

// Profile is the number's business profile; what is empty is not answered.
type Profile struct {
	About, Address, Description, Email, Vertical string
	Websites                                     []string
}

func (f *Facts) fill() {
	for field, usual := range map[*string]string{&f.VerifiedName: "Gemeente Voorbeeldstad", &f.Quality: "GREEN",
		&f.NameStatus: "APPROVED", &f.NumberStatus: "CONNECTED", &f.CodeStatus: "VERIFIED", &f.Tier: "TIER_2K",
		&f.Throughput: "STANDARD", &f.Platform: "CLOUD_API", &f.Mode: "LIVE", &f.TokenType: "SYSTEM_USER",
		&f.Review: "APPROVED", &f.Verification: "verified", &f.Ownership: "CLIENT_OWNED",
		&f.Storage: "IN_COUNTRY_STORAGE_ENABLED", &f.Region: "DE"} {
		if *field == "" {
			*field = usual
		}
	}
	if f.Profile.About == "" && f.Profile.Vertical == "" {
		f.Profile = Profile{About: "Automatische assistent", Address: "Domplein 1, Voorbeeldstad", Description: "Vragen over afval, afspraken en meldingen",
			Email: "info@voorbeeldstad.example", Vertical: "GOVT", Websites: []string{"https://voorbeeldstad.example/"}}
	}
	f.Templates = slices.Clone(f.Templates)
	f.numbered()
	if f.Scopes == nil {
		f.Scopes = []string{scopeMessaging, scopeManagement}
	}
}

const (
	scopeMessaging  = "whatsapp_business_messaging"
	scopeManagement = "whatsapp_business_management"
)

// SetFacts changes what the account is like from now on.
func (s *Server) SetFacts(f Facts) {
	f.fill()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config.Facts = f
}

func (s *Server) facts() Facts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.config.Facts
}

// Endpoints by the name that Facts.Refuse knows them by.
const (
	endMessages   = "messages"
	endNumber     = "number"
	endAccount    = "account"
	endNumbers    = "phone_numbers"
	endSubscribed = "subscribed_apps"
	endTemplates  = "message_templates"
	endProfile    = "whatsapp_business_profile"
	endSettings   = "settings"
	endToken      = "debug_token"
)

// manage answers what is not a message.
func (s *Server) manage(w http.ResponseWriter, r *http.Request, parts []string) {
	name := s.endpoint(parts)
	if s.barred(w, name) {
		return
	}
	f := s.facts()
	switch r.Method + " " + name {
	case "GET " + endNumber:
		s.node(w, r, s.number(f), numberUsual)
	case "GET " + endAccount:
		s.node(w, r, s.account(f), accountUsual)
	case "GET " + endNumbers:
		s.nodes(w, r, s.numbers(f), numberUsual)
	case "GET " + endSubscribed:
		s.answer(w, http.StatusOK, subscribed(f))
	case "POST " + endSubscribed:
		s.subscribe(w, r)
	case "GET " + endProfile:
		s.nodes(w, r, []Node{f.Profile.node()}, []string{"messaging_product"})
	case "GET " + endSettings:
		s.node(w, r, f.settings(), []string{"storage_configuration"})
	case "GET " + endTemplates:
		s.listTemplates(w, r)
	case "POST " + endTemplates:
		s.submitTemplate(w, r)
	case "GET " + endToken:
		s.debug(w, r, f)
	default:
		if r.Method == http.MethodPost && len(parts) == 1 && s.changeTemplate(w, r, parts[0]) {
			return
		}
		s.refuse(w, &graphFault{Code: 100, Subcode: 33, Details: "Unsupported " + strings.ToLower(r.Method) + " request. Object does not exist"})
	}
}

// endpoint names what a path is; "" when there is no such thing.
func (s *Server) endpoint(parts []string) string {
	owner := map[string]string{endNumbers: s.config.WABAID, endSubscribed: s.config.WABAID, endTemplates: s.config.WABAID,
		endProfile: s.config.PhoneNumberID, endSettings: s.config.PhoneNumberID}
	switch {
	case len(parts) == 2 && owner[parts[1]] == parts[0]:
		return parts[1]
	case len(parts) == 1 && parts[0] == s.config.PhoneNumberID:
		return endNumber
	case len(parts) == 1 && parts[0] == s.config.WABAID:
		return endAccount
	case len(parts) == 1 && parts[0] == endToken:
		return endToken
	}
	return ""
}

// barred refuses what the token may not do, and what a test has planned.
func (s *Server) barred(w http.ResponseWriter, name string) bool {
	f := s.facts()
	if code, planned := f.Refuse[name]; planned {
		if code < 0 {
			http.Error(w, "<html>Not Found</html>", http.StatusNotFound)
		} else {
			s.refuse(w, &graphFault{Code: code, Details: "planned failure"})
		}
		return true
	}
	needs := scopeManagement
	if name == endMessages {
		needs = scopeMessaging
	}
	if name == endToken || slices.Contains(f.Scopes, needs) {
		return false
	}
	s.refuse(w, &graphFault{HTTP: http.StatusForbidden, Code: 200, Details: "You do not have the necessary permission " + needs})
	return true
}

// What an object answers when no fields are asked for.
var (
	numberUsual  = []string{"verified_name", "code_verification_status", "display_phone_number", "quality_rating", "platform_type", "throughput", "webhook_configuration"}
	accountUsual = []string{"name", "timezone_id", "message_template_namespace"}
)

// node answers an object with the fields that are asked for.
func (s *Server) node(w http.ResponseWriter, r *http.Request, whole Node, usual []string) {
	if out, f := pick(r, whole, usual); f != nil {
		s.refuse(w, f)
	} else {
		s.answer(w, http.StatusOK, out)
	}
}

// nodes is node for a list.
func (s *Server) nodes(w http.ResponseWriter, r *http.Request, whole []Node, usual []string) {
	list := []any{}
	for _, n := range whole {
		out, f := pick(r, n, usual)
		if f != nil {
			s.refuse(w, f)
			return
		}
		list = append(list, out)
	}
	s.answer(w, http.StatusOK, Node{"data": list})
}

// pick takes fields out of an object; the id is always there. A field that is
// known and empty is left out, one that is not known is refused.
func pick(r *http.Request, whole Node, usual []string) (Node, *graphFault) {
	fields := usual
	if asked := r.URL.Query().Get("fields"); asked != "" {
		fields = strings.Split(asked, ",")
	}
	out := Node{}
	for _, field := range append(fields, "id") {
		value, known := whole[field]
		switch {
		case !known && field != "id":
			return nil, &graphFault{Code: 100, Details: "Tried accessing nonexisting field (" + field + ")"}
		case known && value != "" && value != nil:
			out[field] = value
		}
	}
	return out, nil
}

func (s *Server) number(f Facts) Node {
	callback := f.Webhook
	if callback == "" {
		callback = s.Config().Callback
	}
	webhook := Node{}
	set(webhook, "application", callback)
	return Node{"id": s.config.PhoneNumberID, "display_phone_number": "+" + s.config.DisplayPhone, "verified_name": f.VerifiedName,
		"quality_rating": f.Quality, "name_status": f.NameStatus, "status": f.NumberStatus,
		"code_verification_status": f.CodeStatus, "messaging_limit_tier": f.Tier,
		"whatsapp_business_manager_messaging_limit": f.Tier, "account_mode": f.Mode, "is_official_business_account": f.Official,
		"platform_type": f.Platform, "throughput": Node{"level": f.Throughput}, "webhook_configuration": webhook}
}

func (s *Server) numbers(f Facts) []Node {
	one := s.number(f)
	if f.OtherNumber {
		one["id"] = "100000000000009"
	}
	return []Node{one}
}

func (s *Server) account(f Facts) Node {
	return Node{"id": s.config.WABAID, "name": f.VerifiedName, "account_review_status": f.Review,
		"business_verification_status": f.Verification, "ownership_type": f.Ownership, "country": "NL", "currency": "EUR",
		"timezone_id": "1", "message_template_namespace": "fake_namespace"}
}

func (p Profile) node() Node {
	out := Node{"messaging_product": "whatsapp", "about": p.About, "address": p.Address, "description": p.Description,
		"email": p.Email, "vertical": p.Vertical, "profile_picture_url": "", "websites": nil}
	if len(p.Websites) > 0 {
		out["websites"] = p.Websites
	}
	return out
}

func (f Facts) settings() Node {
	storage := Node{"status": f.Storage}
	if f.Storage == "IN_COUNTRY_STORAGE_ENABLED" {
		storage["data_localization_region"] = f.Region
	}
	return Node{"storage_configuration": storage}
}

func subscribed(f Facts) Node {
	apps := []any{}
	if !f.NotSubscribed {
		apps = append(apps, Node{"whatsapp_business_api_data": Node{"id": "300000000000003", "name": "bode", "link": "https://example.org"}})
	}
	return Node{"data": apps}
}

// subscribe takes a body only with the fields that are known.
func (s *Server) subscribe(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		fields, f := readBody(r)
		c := &checker{fault: f}
		o := object{c, "", fields}
		o.text("override_callback_uri", 0, 2048)
		o.text("verify_token", 0, 512)
		if o.done(); c.fault != nil {
			s.refuse(w, c.fault)
			return
		}
	}
	f := s.facts()
	f.NotSubscribed = false
	s.SetFacts(f)
	s.answer(w, http.StatusOK, Node{"success": true})
}

func (s *Server) debug(w http.ResponseWriter, r *http.Request, f Facts) {
	input := r.URL.Query().Get("input_token")
	if input == "" {
		s.refuse(w, &graphFault{Code: 100, Details: "The parameter input_token is required"})
		return
	}
	s.answer(w, http.StatusOK, s.token(input, f))
}

func (s *Server) token(input string, f Facts) Node {
	expires := int64(0)
	if !f.TokenExpires.IsZero() {
		expires = f.TokenExpires.Unix()
	}
	valid := input == s.config.Token && !f.TokenInvalid && (expires == 0 || s.config.Now().Unix() < expires)
	data := Node{"app_id": "300000000000003", "type": f.TokenType, "application": "bode", "is_valid": valid,
		"expires_at": expires, "scopes": f.Scopes}
	if !valid {
		data["error"] = Node{"code": 190, "message": "Invalid OAuth access token"}
	}
	return Node{"data": data}
}
