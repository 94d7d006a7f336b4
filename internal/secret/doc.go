// Package secret keeps what the database must not know: it makes keys, seals
// personal data, finds sealed rows again, signs addresses and hashes passwords.
//
// # The chain of keys
//
// One root, the [Master], lives in a file outside the database. It wraps a
// random key for every business; the business's key wraps a random key for every
// client; and a client's key seals everything said about that person, in
// whatever table it stands:
//
//	master key (file) ── wraps ──▶ business key ── wraps ──▶ client key ── seals ──▶ columns
//	     │ derives                      │ derives
//	     ├ system seal, system index    ├ seal (staff contacts, users of the business)
//	     └ token key                    └ index, wrap
//
// Wrapped keys are plain bytes that callers store beside the row they belong to.
// Deleting a client's wrapped key erases the person everywhere at once: free
// pages, logs of the database, replicas. A backup made before still holds the
// wrapped key, so a restore has to replay the erasures made since.
// SQLite overwrites what is deleted (secure_delete); its log holds the older page
// until it is emptied. On PostgreSQL a dead row stays until VACUUM. Both are done
// in the background, at once after an erasure (package db, Scrub). In archived
// logs of PostgreSQL, and on replicas that lag, it stays as long as these are kept.
//
// # Turning keys
//
// Every key may be turned while the program runs, in three steps (see [Turn]):
// the next key is announced, then it seals, then, when everything was sealed
// anew, the one before is retired. A key is therefore a ring of generations;
// nodes that have not learned of a step yet still open what others seal. Blind
// indexes stay with the first generation: they cannot be made again without
// opening every card, and they protect from guessing only.
//
// The root may stand in a file, in the environment, or in a file that a
// [Keeper] has wrapped.
//
// # Formats
//
// A sealed value, a wrapped key included, is AES-256-GCM under a random nonce:
//
//	version 1 | nonce 12 | ciphertext of (plaintext, 0x80, zeros up to a multiple of 16) | tag 16
//
// Its associated data is the version, the level of the key (system, business,
// client or wrapped key), the business's id, the owner's id and the field's name,
// so that a value moved to another row, column or business does not open. Empty plaintext is
// sealed as nil and opens as empty, so NULL columns need no special case. Random
// nonces are safe for 2³² values under one key; the busiest key, a business's,
// seals one value a client.
//
// A blind index is HMAC-SHA256 of the kind and the normalized value, cut to 16
// bytes. See [Token] for signed addresses, [NewOpaque] for random secrets and
// [Passwords] for argon2id.
//
// # What a thief gets
//
// From the database alone: which rows of one business hold the same e-mail,
// phone or name (indexes reveal equality, within a business and a kind, never
// across); of the index by which cards are found by a piece (client_mark,
// client_gram) how many pieces a card has, which cards have pieces in common and
// how often each piece occurs, the pieces themselves being keyed hashes of
// three letters or digits: who knows how often names and numbers occur in such a
// town can guess some pieces and, joining those of one card, short names, more
// easily than from the whole-value indexes; without the key no guess can be
// confirmed; the length of each text to the next 16 bytes, whether a column is empty, and when rows
// were made. Phone numbers cannot be enumerated against the index without its key. With
// write access too: rows can be deleted, emptied or put back to an older value of the same
// cell, but not forged and not swapped. From the database and the master
// key file: everything; therefore the two belong in different backups. From
// the memory of the running program: everything too. Stored session and API
// keys are hashes of 256 random bits and cannot be turned back; a stolen
// token works until its row's epoch is raised.
//
// Keys print as "[redacted]" wherever they are formatted or logged.
package secret

import "errors"

var (
	// ErrSealed says that a sealed value or wrapped key cannot be opened: it is
	// damaged, or belongs to another key, business, owner or field.
	ErrSealed = errors.New("secret: sealed value does not open")
	// ErrErased says that there is no wrapped key: the person (or business)
	// was erased, and nothing sealed for them can be read again.
	ErrErased = errors.New("secret: key was erased")
	// ErrToken says that a token is not one of ours, or of another kind.
	ErrToken = errors.New("secret: token is not valid")
	// ErrPassword says that a stored password hash cannot be read.
	ErrPassword = errors.New("secret: stored password hash is malformed")
)
