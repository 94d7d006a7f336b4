// Package proof holds no code: its tests ask the whole program what no part of
// it can answer alone. Who gets in where (matrix): every operation and every
// page, as everybody, with their own and with others' identifiers. What gets out
// (canary): secrets, contacts and health notes are searched for in logs,
// metrics, events, feeds, messages and in the bytes of the database. What
// runs (scripts): what people type is shown on every page that shows it, in a
// browser. And docs/security/asvs.md is held to the tests that it names.
//
// A route that is in no table fails: whoever adds one says who may use it.
package proof
