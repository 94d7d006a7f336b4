package storetest

import "testing"

// Run runs every conformance test with databases from open.
func Run(t *testing.T, open Opener) {
	t.Helper()
	for _, part := range []struct {
		name string
		test func(t *testing.T, open Opener)
	}{
		{"Settings", testSettings},
		{"Rules", testRules},
		{"Client", testClient},
		{"Card", testCard},
		{"Search", testSearch},
		{"Entry", testEntry},
		{"MessageList", testMessageList},
		{"Tally", testTally},
		{"Merge", testMerge},
		{"Document", testDocument},
		{"Paged", testPaged},
		{"Privacy", testPrivacy},
		{"Office", testOffice},
		{"Account", testAccount},
		{"Reach", testReach},
		{"Identity", testIdentity},
		{"IdentityMore", testIdentityMore},
		{"Idempotency", testIdempotency},
		{"Lane", testLane},
		{"Hold", testHold},
		{"Booking", testBooking},
		{"Groups", testGroups},
		{"Calendar", testCalendar},
		{"Watch", testWatch},
		{"Insight", testInsight},
		{"Visitor", testVisitor},
		{"Audit", testAudit},
		{"Chain", testChain},
		{"Plan", testPlan},
		{"Intake", testIntake},
		{"Branches", testBranches},
		{"Explain", testExplain},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.test(t, open)
		})
	}
}
