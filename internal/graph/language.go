package graph

// Language is the language of a locale, as two letters; empty for English, and for
// what is no locale: then texts stay as they are.
func Language(locale string) string {
	if !KnownLocale(locale) || locale[:2] == "en" {
		return ""
	}
	return locale[:2]
}

// A told text is error_user_title and error_user_msg.
type toldText struct{ title, told string }

// toldIn are those texts of the table in other languages; where one is missing, the
// English one stands. [that they are localised doc error-handling; the words own]
var toldIn = map[string]map[string]toldText{
	"duplicate_status": {
		"de": {"Doppelte Statusmeldung", "Diese Statusmeldung ist dieselbe wie deine letzte. Schreibe etwas anderes oder lösche die vorige."},
		"es": {"Estado repetido", "Este estado es igual al último que publicaste. Publica otra cosa o elimina el anterior."},
		"fr": {"Statut en double", "Ce statut est identique au dernier que vous avez publié. Publiez autre chose ou supprimez le précédent."},
		"it": {"Stato duplicato", "Questo stato è uguale all'ultimo che hai pubblicato. Pubblica qualcos'altro o elimina il precedente."},
		"nl": {"Dubbele status", "Deze status is gelijk aan je vorige. Plaats iets anders of verwijder de vorige."},
		"pl": {"Powtórzony status", "Ten status jest taki sam jak poprzedni. Opublikuj coś innego albo usuń poprzedni."},
		"pt": {"Status repetido", "Este status é igual ao último que você publicou. Publique outra coisa ou exclua o anterior."},
		"ru": {"Повторяющийся статус", "Этот статус совпадает с предыдущим. Напишите что-нибудь другое или удалите предыдущий."},
		"sv": {"Samma statusuppdatering", "Den här uppdateringen är likadan som din förra. Skriv något annat eller ta bort den förra."},
		"tr": {"Yinelenen durum", "Bu durum bir öncekiyle aynı. Başka bir şey paylaş veya öncekini sil."},
	},
	"unreadable_file": {
		"de": {"Datei nicht lesbar", "Deine Fotos konnten nicht hochgeladen werden. Sie müssen kleiner als 4 MB und JPG-, PNG-, GIF- oder TIFF-Dateien sein."},
		"es": {"No se puede leer el archivo", "No se pudieron subir tus fotos. Deben pesar menos de 4 MB y ser archivos JPG, PNG, GIF o TIFF."},
		"fr": {"Fichier illisible", "Vos photos n'ont pas pu être importées. Elles doivent faire moins de 4 Mo et être au format JPG, PNG, GIF ou TIFF."},
		"it": {"File illeggibile", "Non è stato possibile caricare le foto. Devono essere inferiori a 4 MB e in formato JPG, PNG, GIF o TIFF."},
		"nl": {"Bestand onleesbaar", "Je foto's konden niet worden geüpload. Ze moeten kleiner zijn dan 4 MB en JPG-, PNG-, GIF- of TIFF-bestanden zijn."},
		"pl": {"Nie można odczytać pliku", "Nie udało się przesłać zdjęć. Muszą być mniejsze niż 4 MB i w formacie JPG, PNG, GIF lub TIFF."},
		"pt": {"Não é possível ler o arquivo", "Suas fotos não puderam ser carregadas. Elas devem ter menos de 4 MB e ser arquivos JPG, PNG, GIF ou TIFF."},
		"ru": {"Файл не читается", "Не удалось загрузить фотографии. Они должны быть меньше 4 МБ и в формате JPG, PNG, GIF или TIFF."},
		"sv": {"Filen går inte att läsa", "Dina bilder kunde inte laddas upp. De måste vara mindre än 4 MB och vara JPG-, PNG-, GIF- eller TIFF-filer."},
		"tr": {"Dosya okunamıyor", "Fotoğrafların yüklenemedi. 4 MB'den küçük ve JPG, PNG, GIF veya TIFF biçiminde olmaları gerekir."},
	},
}

// In puts the texts for people into a language, see Language.
func (e *Error) In(language string, env Envelope) Envelope {
	if t, ok := toldIn[e.row.name][language]; ok {
		env.Title, env.Told = t.title, t.told
	}
	return env
}
