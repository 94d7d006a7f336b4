package api

import (
	"context"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"kept/account"
	"kept/booking"
	"kept/id"
	"kept/money"
)

// amountBody is money in a request: a number of minor units of the business's
// currency, or an object that may name it.
type amountBody struct{ moneyWrite }

// UnmarshalJSON implements json.Unmarshaler.
func (b *amountBody) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, &b.Amount); err == nil {
		return nil
	}
	return json.Unmarshal(text, &b.moneyWrite)
}

// Schema implements huma.SchemaProvider.
func (amountBody) Schema(r huma.Registry) *huma.Schema {
	least := 0.0
	return &huma.Schema{
		Description: "In minor units, or with its currency",
		OneOf: []*huma.Schema{
			{Type: huma.TypeInteger, Format: "int64", Minimum: &least},
			r.Schema(reflect.TypeFor[moneyWrite](), true, "MoneyWrite"),
		},
	}
}

func (a *API) complete(ctx context.Context, p account.Principal, in *struct {
	KeyBookingPath
	Body *struct {
		Amount *amountBody `json:"amount,omitempty"`
		Method string      `json:"method,omitempty" maxLength:"20" doc:"cash, card, transfer, other"`
	}
},
) (*bookingOut, error) {
	var sum *money.Amount
	method := ""
	if in.Body != nil {
		method = in.Body.Method
		if in.Body.Amount != nil {
			sum = &money.Amount{Amount: in.Body.Amount.Amount, Currency: in.Body.Amount.Currency}
			if sum.Currency == "" {
				s, err := a.Settings.Load(ctx, p.Business, 1)
				if err != nil {
					return nil, err
				}
				sum.Currency = s.Catalog.Business.Currency
			}
		}
	}
	return a.verb(ctx, BookingPath{ID: in.ID}, func(who account.Principal, b id.Booking) (*booking.Booking, error) {
		return a.Desk.Complete(ctx, who, b, sum, method)
	})
}
