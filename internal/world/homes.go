package world

import "strings"

// A home is where made-up people come from.
type home struct {
	locale, zone string
	female, male []string
	last         []string
}

// homes are locales with the names and the scripts of people there. People of a
// zone with daylight saving move with it.
func homes() []home {
	table := [...][5]string{
		{"en_US", "America/Chicago", "Nora Tessa June Ivy", "Owen Miles Reid Cole", "Carver Whitlock Ames Doyle Harper"},
		{"en_GB", "Europe/London", "Imogen Poppy Freya Edith", "Alfie Rupert Callum Jude", "Ashdown Pemberton Hale Thorne Birch"},
		{"es_LA", "America/Bogota", "Lucía Paloma Inés Sara", "Mateo Tomás Iván Julián", "Rojas Quintero Salas Vega Pardo"},
		{"es_ES", "Europe/Madrid", "Carmen Alba Nuria Elena", "Álvaro Pablo Íñigo Sergio", "Ibáñez Castaño Olmedo Serrano Luján"},
		{"ja_JP", "Asia/Tokyo", "葵 結衣 凛 美咲", "蓮 大翔 海斗 健", "森田 小川 中西 原 石井"},
		{"hi_IN", "Asia/Kolkata", "आशा मीरा काव्या नेहा", "रोहन विक्रम अर्जुन करण", "मेनन भट्ट सक्सेना राव कपूर"},
		{"pt_BR", "America/Sao_Paulo", "Beatriz Lívia Clara Helena", "Caio Rafael Davi Enzo", "Moura Teixeira Prado Nunes Lacerda"},
		{"pt_PT", "Europe/Lisbon", "Leonor Matilde Inês Rita", "Duarte Afonso Gonçalo Tiago", "Figueiredo Pinheiro Seabra Vaz Brandão"},
		{"fr_FR", "Europe/Paris", "Élise Manon Zoé Camille", "Hugo Bastien Théo Lucas", "Garnier Perrot Lemaire Colin Dubreuil"},
		{"ar_AR", "Africa/Cairo", "ليلى سلمى هدى نور", "يوسف كريم عمر طارق", "حداد منصور سالم نصر عوض"},
		{"de_DE", "Europe/Berlin", "Greta Lotte Frieda Ida", "Jonas Emil Anton Karl", "Brandt Vogel Kuhn Seidel Lorenz"},
		{"it_IT", "Europe/Rome", "Giulia Chiara Alessia Bianca", "Matteo Luca Andrea Pietro", "Rinaldi Ferrara Galli Conti Moretti"},
		{"nl_NL", "Europe/Amsterdam", "Sanne Fleur Lieke Noor", "Daan Bram Sem Thijs", "Visser Kuiper Dekker Postma Hoekstra"},
		{"sv_SE", "Europe/Stockholm", "Astrid Elsa Maja Saga", "Nils Axel Viktor Elias", "Lindqvist Bergström Sandberg Ek Norén"},
		{"da_DK", "Europe/Copenhagen", "Freja Signe Karla Alma", "Mads Rasmus Magnus Oskar", "Holm Kjær Lund Bach Dahl"},
		{"nb_NO", "Europe/Oslo", "Ingrid Solveig Thea Sunniva", "Henrik Sondre Eirik Lars", "Haugen Solberg Bakke Moen Lie"},
		{"fi_FI", "Europe/Helsinki", "Aino Helmi Venla Kerttu", "Eino Väinö Onni Mikko", "Korhonen Salminen Laine Heikkilä Aho"},
		{"pl_PL", "Europe/Warsaw", "Zofia Hanna Maja Alicja", "Jakub Szymon Michał Filip", "Zieliński Wójcik Sikora Górski Kaczmarek"},
		{"cs_CZ", "Europe/Prague", "Tereza Eliška Adéla Klára", "Vojtěch Ondřej Matěj Tomáš", "Dvořák Horák Beneš Pokorný Kříž"},
		{"hu_HU", "Europe/Budapest", "Réka Eszter Zsófia Anna", "Bence Máté Levente Gergő", "Szabó Kovács Farkas Balogh Takács"},
		{"ro_RO", "Europe/Bucharest", "Ioana Andreea Ilinca Maria", "Andrei Mihai Vlad Radu", "Popescu Ionescu Dumitru Stan Marin"},
		{"el_GR", "Europe/Athens", "Ελένη Κατερίνα Σοφία Δάφνη", "Νίκος Γιώργος Πέτρος Σπύρος", "Αλεξίου Βλάχος Καρράς Ράλλης Μάνος"},
		{"ru_RU", "Europe/Moscow", "Анна Дарья Полина Вера", "Иван Артём Глеб Павел", "Орлов Лебедев Соколов Зайцев Белов"},
		{"uk_UA", "Europe/Kyiv", "Оксана Соломія Леся Дарина", "Тарас Богдан Остап Андрій", "Коваль Бондар Мельник Гончар Шевчук"},
		{"tr_TR", "Europe/Istanbul", "Elif Zeynep Defne Selin", "Emre Kerem Mert Deniz", "Yıldız Kaya Aydın Şahin Doğan"},
		{"he_IL", "Asia/Jerusalem", "נועה תמר יעל שירה", "איתי יונתן דניאל עומר", "לוי מזרחי פרץ אלון ברק"},
		{"fa_IR", "Asia/Tehran", "سارا مریم نرگس شیرین", "رضا امیر آرش کاوه", "رضایی کریمی صادقی مرادی نوری"},
		{"th_TH", "Asia/Bangkok", "สุดา มาลี พิมพ์ นภา", "สมชาย ธนา กิตติ วิชัย", "ศรีสุข ทองดี แก้วมณี ใจดี วงศ์ไทย"},
		{"vi_VN", "Asia/Ho_Chi_Minh", "Lan Mai Hương Thảo", "Minh Tuấn Dũng Quang", "Trần Phạm Võ Đặng Bùi"},
		{"ko_KR", "Asia/Seoul", "서연 지우 하윤 민지", "민준 도윤 지호 현우", "김 이 박 최 정"},
		{"zh_TW", "Asia/Taipei", "怡君 雅婷 佳穎 詩涵", "家豪 志明 俊傑 冠宇", "陳 林 黃 張 吳"},
		{"id_ID", "Asia/Jakarta", "Sari Dewi Putri Ayu", "Budi Agus Bayu Rizki", "Wijaya Santoso Pratama Hartono Saputra"},
	}
	list := make([]home, len(table))
	for i, t := range table {
		list[i] = home{t[0], t[1], strings.Fields(t[2]), strings.Fields(t[3]), strings.Fields(t[4])}
	}
	return list
}
