package api

import (
	"kept/catalog"
	"kept/id"
	"kept/money"
)

// limit is the part of a limit: no more than so much.
type limit struct {
	Of      string `json:"of" required:"false" enum:"business,location,staff,service,client" doc:"For each of which is counted"`
	Per     string `json:"per" required:"false" enum:"day,week,month,active" doc:"Local days, ISO weeks, months; active: what has not ended yet, of clients only"`
	Max     int    `json:"max" required:"false" minimum:"0" maximum:"100000"`
	MaxExpr string `json:"max_expr" required:"false" maxLength:"1000" doc:"A CEL expression over client and history that gives the number; instead of max"`
	Minutes bool   `json:"minutes" required:"false" doc:"Minutes are counted, not visits"`
}

func limitOf(l catalog.Limit) limit { return limit(l) }

func (l limit) limit() catalog.Limit { return catalog.Limit(l) }

// season is the part of a season: what differs in these dates.
type season struct {
	Closed       bool         `json:"closed" required:"false" doc:"Not to be had in these dates"`
	Only         bool         `json:"only" required:"false" doc:"To be had in these dates only"`
	PricePercent int          `json:"price_percent" required:"false" minimum:"-100" maximum:"1000" doc:"Added to the price: 20 is a fifth more"`
	PriceAdd     *priceChange `json:"price_add,omitempty"`
}

func seasonOf(s catalog.Season) season {
	return season{s.Closed, s.Only, s.PricePercent, priceChangeOf(s.PriceAdd)}
}

func (s season) season() catalog.Season {
	return catalog.Season{Closed: s.Closed, Only: s.Only, PricePercent: s.PricePercent, PriceAdd: s.PriceAdd.amount()}
}

// priceChange is added to a price, and may be negative.
type priceChange struct {
	Amount   int64  `json:"amount" required:"false"`
	Currency string `json:"currency,omitempty" maxLength:"3" doc:"The business's when missing"`
}

func priceChangeOf(a *money.Amount) *priceChange {
	if a == nil {
		return nil
	}
	return &priceChange{a.Amount, a.Currency}
}

func (c *priceChange) amount() *money.Amount {
	if c == nil {
		return nil
	}
	return new(money.Of(c.Amount, c.Currency))
}

// link is the part of a link: how the rule's services stand to another.
type link struct {
	Kind     string `json:"kind" required:"false" enum:"requires,excludes"`
	Other    string `json:"other" required:"false" maxLength:"36" doc:"The other service"`
	LeastMin int    `json:"least_min" required:"false" minimum:"0" doc:"From the other's end to this start; of excludes: the distance kept"`
	MostMin  int    `json:"most_min" required:"false" minimum:"0" doc:"Of requires; 0 is any"`
}

func linkOf(l catalog.Link) link { return link{l.Kind, string(l.Other), l.LeastMin, l.MostMin} }

func (l link) link() catalog.Link {
	return catalog.Link{Kind: l.Kind, Other: id.Service(l.Other), LeastMin: l.LeastMin, MostMin: l.MostMin}
}

// vary is the part of a variation: how a service differs where the rule applies.
type vary struct {
	Segments     list[serviceSegment] `json:"segments,omitempty" maxItems:"100" doc:"Instead of the service's own"`
	Segment      int                  `json:"segment" required:"false" minimum:"0" maximum:"100" doc:"From 1, which segment the next two change; 0 is the first with staff"`
	AddMin       int                  `json:"add_min" required:"false" minimum:"-1440" maximum:"1440"`
	Percent      int                  `json:"percent" required:"false" minimum:"0" maximum:"1000" doc:"Of its length: 150 is half as long again; 0 is 100"`
	PricePercent int                  `json:"price_percent" required:"false" minimum:"-100" maximum:"1000" doc:"Added to the price"`
	PriceAdd     *priceChange         `json:"price_add,omitempty"`
}

func varyOf(v catalog.Vary) vary {
	return vary{segmentsOf(v.Segments), v.Segment, v.AddMin, v.Percent, v.PricePercent, priceChangeOf(v.PriceAdd)}
}

func (v vary) vary() catalog.Vary {
	out := catalog.Vary{
		Segment: v.Segment, AddMin: v.AddMin, Percent: v.Percent, PricePercent: v.PricePercent, PriceAdd: v.PriceAdd.amount(),
	}
	if len(v.Segments) > 0 {
		out.Segments = segmentsFrom(v.Segments)
	}
	return out
}

// cutoff is the part of a cut-off; it replaces the terms' cut-offs.
type cutoff struct {
	CancelMin int `json:"cancel_min" required:"false" minimum:"0" maximum:"525600" doc:"Clients may cancel until so long before the start"`
	MoveMin   int `json:"move_min" required:"false" minimum:"0" maximum:"525600"`
}

func cutoffOf(c catalog.Cutoff) cutoff { return cutoff(c) }

func (c cutoff) cutoff() catalog.Cutoff { return catalog.Cutoff(c) }
