package store

// Sealed names cells that are not about a client, and whose key seals them.
type Sealed struct {
	Table string
	Where string // which rows; empty for all
	Owner string // to what cells are bound: an expression; id when empty
	Cells []Cell
}

// Houses lists what a business's own key seals, besides what Personals says of its class.
func Houses() []Sealed {
	return []Sealed{
		{Table: "staff", Cells: []Cell{{"sealed_email", fieldStaffEmail}}},
		{Table: "calendar_link", Cells: []Cell{
			{"sealed_name", fieldLinkName},
			{"sealed_url", fieldLinkURL},
			{"sealed_user", fieldLinkUser},
			{"sealed_secret", fieldLinkSecret},
			{"sealed_etag", fieldLinkETag},
			{"sealed_token", fieldLinkToken},
		}},
		{Table: "breach", Cells: []Cell{{"sealed_title", fieldBreachTitle}, {"sealed_report", fieldBreachReport}}},
		{Table: "visitor_block", Cells: []Cell{{"sealed_value", fieldBlockValue}}},
		{Table: "audit_key", Owner: "business_id", Cells: []Cell{{"sealed_key", fieldAuditKey}}},
		{Table: "idempotency", Owner: "key", Cells: []Cell{{"sealed_answer", fieldAnswer}}},
		{Table: "audit_entry", Where: "client_id = ''", Cells: []Cell{{"sealed_from", fieldAuditFrom}, {"sealed_reason", fieldAuditReason}}},
		{Table: "entry", Where: "client_id = ''", Cells: []Cell{{"sealed_text", fieldEntryText}, {"sealed_number", fieldEntryNumber}}},
	}
}

// Systems lists what the root's own key seals.
func Systems() []Sealed {
	return []Sealed{
		{Table: "app_user", Cells: []Cell{{"sealed_email", fieldUserEmail}, {"sealed_name", fieldUserName}, {"sealed_totp", fieldTOTP}}},
		{Table: "session", Cells: []Cell{{"sealed_origin", fieldSessionOrigin}}},
		{Table: "passkey", Cells: []Cell{{"sealed_name", fieldPasskeyName}, {"sealed_record", fieldPasskeyRecord}}},
		{Table: "invitation", Cells: []Cell{{"sealed_email", fieldInvitation}}},
		{Table: "letter", Cells: []Cell{{"sealed_body", fieldLetter}}},
		{Table: "visitor", Cells: []Cell{{"sealed_contact", fieldVisitorContact}}},
		{Table: "visitor_ask", Cells: []Cell{{"sealed_contact", fieldAskContact}}},
		{Table: "visitor_key", Cells: []Cell{{"sealed_name", fieldVisitorKeyName}, {"sealed_record", fieldVisitorKeyRecord}}},
		{Table: "visitor_session", Cells: []Cell{{"sealed_agent", fieldVisitorAgent}}},
	}
}

// Passing names tables with sealed columns that no rotation seals anew: what
// stands in them ends by itself sooner than a key is retired.
func Passing() map[string]string {
	return map[string]string{
		"business":         "its key is wrapped anew",
		"visitor_question": "what a login has begun; it ends within minutes and is begun again",
		"ceremony":         "a sign-in that was begun; it ends within minutes and is begun again",
	}
}
