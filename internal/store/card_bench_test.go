package store_test

import (
	"fmt"
	"testing"

	"kept/client"
	"kept/event"
	"kept/internal/db"
	"kept/internal/store/storetest"
	"kept/span"
)

// BenchmarkSheet reads a rich card whole, with the record that it was read: a
// dozen contacts, three subjects with twenty facts each, a hundred readings.
func BenchmarkSheet(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": openSQLite, "postgres": openPostgres} {
		b.Run(name, func(b *testing.B) {
			w, ctx, desk := storetest.NewWorld(b, open), b.Context(), event.System()
			business := w.Business(b, "mine")
			c, err := w.Registry.Create(ctx, business, client.Draft{Name: "Mia", Email: "mia@example.com"}, "", desk)
			storetest.Must(b, err)
			for i := range 12 {
				_, err := w.Registry.AddContact(ctx, business, c.ID, client.ContactPhone, fmt.Sprint("+4930", 10_000+i), "", desk)
				storetest.Must(b, err)
			}
			for i := range 3 {
				s, err := w.Registry.AddSubject(ctx, business, c.ID, client.SubjectVehicle, fmt.Sprint("Car ", i), desk)
				storetest.Must(b, err)
				var said []client.Learned
				for j := range 20 {
					said = append(said, client.Learned{Subject: s.ID, Key: fmt.Sprint("key_", j), Value: client.Value{Kind: client.ValueText, Text: "value"}, Source: client.SourceStaff})
				}
				storetest.Must(b, w.Registry.Learn(ctx, business, c.ID, said))
				for j := range 33 {
					_, err := w.Registry.AddReading(ctx, business, c.ID, client.Reading{
						Subject: s.ID, Kind: client.ReadingMileage, Value: float64(1000 * j), Day: span.Date{Year: 2024, Month: 1, Day: 1}.AddDays(20 * j), Source: client.SourceStaff,
					})
					storetest.Must(b, err)
				}
			}
			for b.Loop() {
				_, err := w.Registry.Sheet(ctx, business, c.ID, desk, client.ReadCard, true)
				storetest.Must(b, err)
			}
		})
	}
}
