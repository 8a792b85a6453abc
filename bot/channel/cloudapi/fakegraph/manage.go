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
	Quality      string // GREEN, YELLOW, RED
	NameStatus   string // APPROVED, DECLINED, ...
	NumberStatus string // CONNECTED, ...
	CodeStatus   string // VERIFIED, EXPIRED, NOT_VERIFIED
	Tier         string // TIER_250, TIER_2K, TIER_10K, TIER_100K, TIER_UNLIMITED
	Throughput   string // STANDARD, HIGH

	NotSubscribed bool       // the app is not subscribed to the account
	Templates     []Template // nil: none are listed, and any is accepted in a send. Those that are submitted are added

	TokenInvalid bool
	TokenExpires time.Time // zero: never
	TokenType    string    // SYSTEM_USER, USER
	Scopes       []string
}

func (f *Facts) fill() {
	for field, usual := range map[*string]string{&f.VerifiedName: "Gemeente Voorbeeldstad", &f.Quality: "GREEN",
		&f.NameStatus: "APPROVED", &f.NumberStatus: "CONNECTED", &f.CodeStatus: "VERIFIED", &f.Tier: "TIER_2K",
		&f.Throughput: "STANDARD", &f.TokenType: "SYSTEM_USER"} {
		if *field == "" {
			*field = usual
		}
	}
	f.Templates = slices.Clone(f.Templates)
	f.numbered()
	if f.Scopes == nil {
		f.Scopes = []string{"whatsapp_business_messaging", "whatsapp_business_management"}
	}
}

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

// manage answers what is not a message.
func (s *Server) manage(w http.ResponseWriter, r *http.Request, parts []string) {
	f := s.facts()
	route := r.Method + " " + strings.Join(parts, "/")
	switch route {
	case "GET " + s.config.PhoneNumberID:
		s.answer(w, http.StatusOK, s.number(f))
	case "GET " + s.config.WABAID:
		s.answer(w, http.StatusOK, Node{"id": s.config.WABAID, "name": f.VerifiedName, "account_review_status": "APPROVED"})
	case "GET " + s.config.WABAID + "/phone_numbers":
		s.answer(w, http.StatusOK, Node{"data": []any{s.number(f)}})
	case "GET " + s.config.WABAID + "/subscribed_apps":
		s.answer(w, http.StatusOK, subscribed(f))
	case "POST " + s.config.WABAID + "/subscribed_apps":
		f.NotSubscribed = false
		s.SetFacts(f)
		s.answer(w, http.StatusOK, Node{"success": true})
	case "GET " + s.config.WABAID + "/message_templates":
		s.listTemplates(w, r)
	case "POST " + s.config.WABAID + "/message_templates":
		s.submitTemplate(w, r)
	case "GET debug_token":
		s.answer(w, http.StatusOK, s.token(r.URL.Query().Get("input_token"), f))
	default:
		if r.Method == http.MethodPost && len(parts) == 1 && s.changeTemplate(w, r, parts[0]) {
			return
		}
		s.refuse(w, &graphFault{Code: 100, Subcode: 33, Details: "Unsupported " + strings.ToLower(r.Method) + " request. Object does not exist"})
	}
}

func (s *Server) number(f Facts) Node {
	return Node{"id": s.config.PhoneNumberID, "display_phone_number": "+" + s.config.DisplayPhone, "verified_name": f.VerifiedName,
		"quality_rating": f.Quality, "name_status": f.NameStatus, "status": f.NumberStatus,
		"code_verification_status": f.CodeStatus, "messaging_limit_tier": f.Tier,
		"whatsapp_business_manager_messaging_limit": f.Tier,
		"platform_type": "CLOUD_API", "throughput": Node{"level": f.Throughput}}
}

func subscribed(f Facts) Node {
	apps := []any{}
	if !f.NotSubscribed {
		apps = append(apps, Node{"whatsapp_business_api_data": Node{"id": "300000000000003", "name": "bode", "link": "https://example.org"}})
	}
	return Node{"data": apps}
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
