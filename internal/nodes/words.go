package nodes

// words are the values of gender and relationship_status in other languages; a value
// that is missing stays as it is. [that locale changes names doc error-handling and
// graph-api overview, of which values guess, the words own]
var words = map[string]map[string]string{
	"de": {"male": "männlich", "female": "weiblich", "Single": "Single", "In a relationship": "In einer Beziehung", "Engaged": "Verlobt", "Married": "Verheiratet", "It's complicated": "Es ist kompliziert", "In an open relationship": "In einer offenen Beziehung", "Widowed": "Verwitwet", "Separated": "Getrennt", "Divorced": "Geschieden"},
	"es": {"male": "hombre", "female": "mujer", "Single": "Soltero/a", "In a relationship": "Tiene una relación", "Engaged": "Comprometido/a", "Married": "Casado/a", "It's complicated": "Es complicado", "In an open relationship": "En una relación abierta", "Widowed": "Viudo/a", "Separated": "Separado/a", "Divorced": "Divorciado/a"},
	"fr": {"male": "homme", "female": "femme", "Single": "Célibataire", "In a relationship": "En couple", "Engaged": "Fiancé(e)", "Married": "Marié(e)", "It's complicated": "C'est compliqué", "In an open relationship": "En relation libre", "Widowed": "Veuf/veuve", "Separated": "Séparé(e)", "Divorced": "Divorcé(e)"},
	"it": {"male": "uomo", "female": "donna", "Single": "Single", "In a relationship": "Impegnato/a", "Engaged": "Fidanzato/a ufficialmente", "Married": "Sposato/a", "It's complicated": "Una relazione complicata", "In an open relationship": "In una relazione aperta", "Widowed": "Vedovo/a", "Separated": "Separato/a", "Divorced": "Divorziato/a"},
	"nl": {"male": "man", "female": "vrouw", "Single": "Vrijgezel", "In a relationship": "In een relatie", "Engaged": "Verloofd", "Married": "Getrouwd", "It's complicated": "Het is ingewikkeld", "In an open relationship": "In een open relatie", "Widowed": "Weduwe/weduwnaar", "Separated": "Uit elkaar", "Divorced": "Gescheiden"},
	"pl": {"male": "mężczyzna", "female": "kobieta", "Single": "Wolny/wolna", "In a relationship": "W związku", "Engaged": "Zaręczony/a", "Married": "W związku małżeńskim", "It's complicated": "To skomplikowane", "In an open relationship": "W otwartym związku", "Widowed": "Wdowiec/wdowa", "Separated": "W separacji", "Divorced": "Rozwiedziony/a"},
	"pt": {"male": "masculino", "female": "feminino", "Single": "Solteiro(a)", "In a relationship": "Em um relacionamento sério", "Engaged": "Noivo(a)", "Married": "Casado(a)", "It's complicated": "É complicado", "In an open relationship": "Em um relacionamento aberto", "Widowed": "Viúvo(a)", "Separated": "Separado(a)", "Divorced": "Divorciado(a)"},
	"ru": {"male": "мужской", "female": "женский", "Single": "Не в браке", "In a relationship": "В отношениях", "Engaged": "Помолвлен(а)", "Married": "В браке", "It's complicated": "Всё сложно", "In an open relationship": "В свободных отношениях", "Widowed": "Вдовец/вдова", "Separated": "Живут отдельно", "Divorced": "В разводе"},
	"sv": {"male": "man", "female": "kvinna", "Single": "Singel", "In a relationship": "I ett förhållande", "Engaged": "Förlovad", "Married": "Gift", "It's complicated": "Det är komplicerat", "In an open relationship": "I ett öppet förhållande", "Widowed": "Änka/änkling", "Separated": "Separerad", "Divorced": "Skild"},
	"tr": {"male": "erkek", "female": "kadın", "Single": "İlişkisi yok", "In a relationship": "İlişkisi var", "Engaged": "Nişanlı", "Married": "Evli", "It's complicated": "Karmaşık", "In an open relationship": "Açık ilişkisi var", "Widowed": "Dul", "Separated": "Ayrı", "Divorced": "Boşanmış"},
}

// spoken is a value in a language.
func spoken(language, value string) string {
	if w, ok := words[language][value]; ok {
		return w
	}
	return value
}
