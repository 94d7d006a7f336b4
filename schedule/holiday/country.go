package holiday

// Countries lists the countries that are known.
func Countries() []Country { return countries(texts()) }

func countries(names map[string]map[string]string) []Country {
	region := func(code, key string) Region { return Region{Code: code, Names: names[key]} }
	germany := Country{Region: region("DE", "DE")}
	for _, state := range []string{
		"BW", "BY", "BY-C", "BY-A", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH",
	} {
		germany.Regions = append(germany.Regions, region(state, "DE-"+state))
	}
	return []Country{germany, {Region: region("TW", "TW")}, {Region: region("RU", "RU")}}
}
