package policy

import (
	"cel.dev/cel-go/common/types"

	"kept/catalog"
)

// Name is something that an expression may read.
type Name struct {
	Name string // "client.visits"
	Type string // true_or_false, whole, number, text, list, facts (text to anything), counts (text to whole, 0 where missing)
}

// Names lists what expressions of rules of a kind may read: variable by variable.
func Names(kind catalog.RuleKind) []Name { return namesOf(reads(kind)) }

// MaxNames lists what a limit's MaxExpr may read.
func MaxNames() []Name { return namesOf(reads(kindMax)) }

func namesOf(list []name) []Name {
	words := map[types.Kind]string{
		types.BoolKind: "true_or_false", types.IntKind: "whole", types.DoubleKind: "number", types.StringKind: "text", types.ListKind: "list",
	}
	out := make([]Name, len(list))
	for i, n := range list {
		word := words[n.typ.Kind()]
		if n.typ.Kind() == types.MapKind {
			word = "counts"
			if n.typ.Parameters()[1].Kind() == types.DynKind {
				word = "facts"
			}
		}
		out[i] = Name{Name: n.of + "." + n.field, Type: word}
	}
	return out
}

// Example is a ready rule to start from; the owner fills in services, people
// and dates where it leaves them open.
type Example struct {
	Key    string   // stable
	Trades []string // clinic, salon, workshop: for whom it is most use; empty for all
	Kind   catalog.RuleKind
	Names  catalog.Texts
	catalog.RuleBody
}

// Examples are ready rules with expressions. Each compiles.
func Examples() []Example {
	return []Example{
		{
			Key: "new_before_three", Kind: catalog.RuleOffer,
			Names:    texts("New clients only before 15:00", "新顧客只能預約15:00以前的時段", "Новые клиенты — только до 15:00"),
			RuleBody: when(`!client.new || slot.hour < 15`),
		},
		{
			Key: "vip_two_months", Kind: catalog.RuleOffer,
			Names:    texts("VIP may book 60 days ahead, others 30", "VIP 可預約 60 天內的時段，其他顧客 30 天內", "VIP записываются за 60 дней, остальные — за 30"),
			RuleBody: when(`slot.days_ahead <= (client.tier == "vip" ? 60 : 30)`),
		},
		{
			Key: "two_no_shows", Kind: catalog.RuleApprove,
			Names:    texts("Ask us after two no-shows", "爽約兩次的顧客須經確認", "После двух неявок — с подтверждением"),
			RuleBody: when(`client.no_shows >= 2`),
		},
		{
			Key: "short_notice_new", Kind: catalog.RuleApprove,
			Names:    texts("A new client within two hours: ask us", "新顧客兩小時內的預約須經確認", "Новый клиент меньше чем за два часа — с подтверждением"),
			RuleBody: when(`client.new && slot.minutes_ahead < 120`),
		},
		{
			Key: "weekend_regulars", Kind: catalog.RuleOffer, Trades: []string{"salon"},
			Names:    texts("Weekends are for regulars", "週末保留給熟客", "Выходные — для постоянных клиентов"),
			RuleBody: when(`slot.weekday < 6 || client.visits >= 3 || "regular" in client.tags`),
		},
		{
			Key: "no_long_late", Kind: catalog.RuleOffer, Trades: []string{"salon", "workshop"},
			Names:    texts("Nothing over two hours starts after 16:00", "超過兩小時的服務不在16:00後開始", "Ничего дольше двух часов после 16:00"),
			RuleBody: when(`service.minutes <= 120 || slot.minute_of_day <= 16 * 60`),
		},
		{
			Key: "costly_full_day", Kind: catalog.RuleOffer, Trades: []string{"salon"},
			Names:    texts("On nearly full days only services from 50 on", "接近額滿的日子只接 50 元以上的服務", "В почти полные дни — только услуги от 50"),
			RuleBody: when(`!has(load.day_percent) || load.day_percent < 80 || service.price >= 50`),
		},
		{
			Key: "follow_up_year", Kind: catalog.RuleOffer, Trades: []string{"clinic"},
			Names:    texts("Follow-ups within a year of the last visit", "回診限上次看診後一年內", "Повторный приём — в течение года после последнего"),
			RuleBody: when(`has(history.last_visit_days) && history.last_visit_days <= 365`),
		},
		{
			Key: "minors_afternoon", Kind: catalog.RuleApprove, Trades: []string{"clinic"},
			Names:    texts("Under 18: we confirm with the parents", "未滿18歲須與家長確認", "До 18 лет — подтверждаем с родителями"),
			RuleBody: when(`has(client.age) && client.age < 18`),
		},
		{
			Key: "same_doctor", Kind: catalog.RuleOffer, Trades: []string{"clinic"},
			Names:    texts("Patients stay with their doctor", "病人固定由同一位醫師看診", "Пациент остаётся у своего врача"),
			RuleBody: when(`!has(history.last_staff) || history.last_staff == staff.id`),
		},
		{
			Key: "long_hair", Kind: catalog.RuleVary, Trades: []string{"salon"},
			Names: texts("Long hair takes 30 minutes more", "長髮多30分鐘", "Длинные волосы — на 30 минут дольше"),
			RuleBody: catalog.RuleBody{
				When: `has(subject.facts.hair_length) && subject.facts.hair_length == "long"`, Vary: &catalog.Vary{AddMin: 30},
			},
		},
		{
			Key: "first_visit_longer", Kind: catalog.RuleVary, Trades: []string{"clinic"},
			Names:    texts("A first visit takes half as long again", "初診時間加長一半", "Первый приём — в полтора раза дольше"),
			RuleBody: catalog.RuleBody{When: `client.new`, Vary: &catalog.Vary{Percent: 150}},
		},
		{
			Key: "trainee", Kind: catalog.RuleVary, Trades: []string{"salon", "workshop"},
			Names:    texts("Trainees: longer and a fifth cheaper", "學徒：時間較長、價格便宜兩成", "Ученики: дольше и на пятую часть дешевле"),
			RuleBody: catalog.RuleBody{When: `staff.title == "Trainee"`, Vary: &catalog.Vary{Percent: 125, PricePercent: -20}},
		},
		{
			Key: "old_cars", Kind: catalog.RuleVary, Trades: []string{"workshop"},
			Names: texts("From 150,000 km on: 20 minutes more", "里程15萬公里以上多20分鐘", "С пробегом от 150 000 км — на 20 минут дольше"),
			RuleBody: catalog.RuleBody{
				When: `has(subject.facts.mileage) && subject.facts.mileage >= 150000`, Vary: &catalog.Vary{AddMin: 20},
			},
		},
		{
			Key: "trucks_early", Kind: catalog.RuleOffer, Trades: []string{"workshop"},
			Names:    texts("Vans come before ten", "廂型車限10:00前進廠", "Фургоны — до десяти утра"),
			RuleBody: when(`!has(subject.facts.body) || subject.facts.body != "van" || slot.hour < 10`),
		},
		{
			Key: "active_by_trust", Kind: catalog.RuleLimit,
			Names: texts("One open booking for new clients, three for others", "新顧客最多一筆未完成預約，其他顧客三筆", "Одна открытая запись у новых клиентов, три у остальных"),
			RuleBody: catalog.RuleBody{Limit: &catalog.Limit{
				Of: catalog.LimitClient, Per: catalog.PerActive, MaxExpr: `client.new ? 1 : 3`,
			}},
		},
		{
			Key: "late_cancellers", Kind: catalog.RuleCutoff,
			Names: texts("After two late cancellations: 48 hours", "臨時取消兩次以上者須48小時前取消", "После двух поздних отмен — за 48 часов"),
			RuleBody: catalog.RuleBody{
				When: `client.late_cancels >= 2`, Cutoff: &catalog.Cutoff{CancelMin: 48 * 60, MoveMin: 48 * 60},
			},
		},
	}
}

func texts(en, zh, ru string) catalog.Texts { return catalog.Texts{"en": en, "zh-Hant": zh, "ru": ru} }

func when(expression string) catalog.RuleBody { return catalog.RuleBody{When: expression} }
