package availability

import (
	"kept/catalog"
	"kept/schedule"
)

// Setting is all that a business has set which bears on availability, at one
// version (Catalog.Business.Version). It is loaded as a whole, shared by
// every goroutine and never changed.
type Setting struct {
	Catalog *catalog.Catalog
	Hours   *schedule.Book
}
