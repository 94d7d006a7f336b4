// Package bench measures the real program from outside, on the work that its goals are written in.
//
// It builds the program (or takes one), starts it as a process on an engine, fills it over HTTP with the
// fixture of 17,600 bookings, asks what clients ask, books what clients book, and reads the clocks: the wall's
// for what a client waits, the kernel's for what an answer costs the server. Client, server and database
// share the machine, so the client here is a small one of its own (wire.go).
//
// Nothing of the engine is imported. What every answer must be is worked out anew from the numbers that the
// fixture was drawn from (world.go), by the dullest code that does it, and every answer is compared whole. At
// the end the server is killed, not stopped, and its database is read by queries of this package's own: what
// was acknowledged must be there, planned messages too, and no two rows may overlap on a lane (audit.go).
// A wrong answer ends the run with an error; a goal that is missed does not.
//
// The works are named as in the table of goals (goals.go). Lines are `name value unit` on the standard output,
// everything else goes to the standard error.
package bench
