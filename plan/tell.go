package plan

import (
	"kept/event"
	"kept/fault"
)

// part is how client.updated calls the plan of a card.
const part = "plan"

// eventOf names the fact that an item came into a state.
func eventOf(s Status) event.Type {
	switch s {
	case Offered:
		return event.PlanOffered
	case Booked:
		return event.PlanBooked
	case Done:
		return event.PlanDone
	case Skipped:
		return event.PlanSkipped
	case Expired:
		return event.PlanExpired
	default:
		return event.PlanPlanned
	}
}

// to moves the item to a state and gives the events that tell of it.
func (i *Item) to(s Status, actor event.Actor) ([]event.Event, error) {
	if !i.Status.May(s) {
		return nil, badState()
	}
	i.Status = s
	return i.told(actor), nil
}

// told gives the events of an item that has come into its state.
func (i *Item) told(actor event.Actor) []event.Event {
	return []event.Event{
		{
			Business: i.Business, Type: eventOf(i.Status), Actor: actor, Client: i.Client, Booking: i.Booking,
			Data: event.Data{Ref: string(i.ID), Kind: string(i.Kind), Status: string(i.Status), End: i.ExpiresAt},
		},
		changed(i, actor),
	}
}

// changed tells open cards to look again.
func changed(i *Item, actor event.Actor) event.Event {
	return event.Event{
		Business: i.Business, Type: event.ClientUpdated, Actor: actor, Client: i.Client,
		Data: event.Data{Kind: part, Ref: string(i.ID)},
	}
}

func badState() error {
	return fault.New(fault.Conflict, CodeState, "the plan is no longer in a state that allows this")
}
