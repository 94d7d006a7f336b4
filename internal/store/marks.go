package store

// What binds sealed values of talks, files and merges to their columns.
const (
	fieldEntryText    = "entry.text"
	fieldEntryNumber  = "entry.number"
	fieldDocumentName = "document.name"
	fieldDocumentData = "document.data"
	fieldMergeWas     = "client_merge.was"
)
