// Package policy decides what the owner's rules say: which starts are shut,
// how a service differs for this client, who must be asked, until when a
// client may still move or cancel.
//
// Rules are data (catalog.Rule). Compile turns a configuration's rules into a
// Book, once for each version; the book is immutable, shared by every
// goroutine and answers pure questions: no clock, no database, values in and
// values out. What a question is about travels in a Case.
//
//	Vary      the service as it is for this client, staff member and day
//	Bars      stretches of starts that limits, seasons, links and staff preferences shut
//	Gate      the owner's offer expressions, asked candidate by candidate
//	Approve   the rules that want staff to confirm the booking
//	Cutoff    until when the client may move and cancel: a Snapshot the booking keeps
//	Counters  what is to be counted and locked so that limits hold under a race
//
// The order for a list of slots is Vary, Bars, the engine, Gate; for a booking
// the same again inside the transaction, after the counters were touched, and
// then Approve and Cutoff.
//
// Expressions are CEL (https://cel.dev), compiled and type-checked when they
// are saved (CheckWhen, CheckMax) and bounded in cost, both as estimated then
// and as run. A rule whose expression cannot tell, because it reads something
// that is not known of this client, never shuts a time and never changes a
// price; one that asks for approval does ask. Doubts lists such rules.
package policy
