package population

import (
	"slices"
	"strings"
)

// A Home is where made-up people come from.
type Home struct {
	Locale, Zone string
	// Female, Male and Last are names in the script of the place.
	Female, Male, Last []string

	female, male, last []string // with more of them
	country, language  string
	dial, currency     string
	towns              []string
	school, university string // with %s for the town
	firm, cafe         string
	europe             bool
}

// Homes are locales with the names and the scripts of people there. People of a
// zone with daylight saving move with it.
func Homes() []Home {
	table := names()
	more := places()
	list := make([]Home, len(table))
	for i, t := range table {
		m := &more[i]
		h := Home{Locale: t[0], Zone: t[1], Female: strings.Fields(t[2]), Male: strings.Fields(t[3]), Last: strings.Fields(t[4]),
			country: m[3], language: m[4], dial: m[5], currency: m[6], towns: strings.Split(m[7], ", "),
			school: m[8], university: m[9], firm: m[10], cafe: m[11]}
		h.female = append(h.Female[:len(h.Female):len(h.Female)], strings.Fields(m[0])...)
		h.male = append(h.Male[:len(h.Male):len(h.Male)], strings.Fields(m[1])...)
		h.last = append(h.Last[:len(h.Last):len(h.Last)], strings.Fields(m[2])...)
		h.europe = strings.Contains(" es_ES pt_PT fr_FR de_DE it_IT nl_NL sv_SE da_DK nb_NO fi_FI pl_PL cs_CZ hu_HU ro_RO el_GR ", " "+h.Locale+" ")
		list[i] = h
	}
	return list
}

// alike are the names that may stand beside a first name: those of men with a man's.
func (h *Home) alike(first string) []string {
	if slices.Contains(h.male, first) {
		return h.male
	}
	return h.female
}

// middle is a middle name where people have them: not in the far East.
func (h *Home) middle(name string) string {
	if strings.Contains(" ja_JP ko_KR zh_TW ", " "+h.Locale+" ") {
		return ""
	}
	return name
}

// nameFormat is the order of a name where its letters do not say it: the family
// comes first in Hungary and Vietnam, there with the middle name behind it. Elsewhere
// it is empty.
func (h *Home) nameFormat(middle bool) string {
	switch {
	case h.Locale == "vi_VN" && middle:
		return "{last} {middle} {first}"
	case h.Locale == "vi_VN", h.Locale == "hu_HU":
		return "{last} {first}"
	}
	return ""
}

func localesOf(list []Home) string {
	all := make([]string, len(list))
	for i := range list {
		all[i] = list[i].Locale
	}
	return strings.Join(all, ", ")
}

// names are locale, time zone, names of women, of men, and last names.
func names() [32][5]string {
	return [...][5]string{
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
}

// places are, for each row of names: more names of women, of men, more last
// names, country, language, dialling code, currency, towns, and what schools,
// universities, firms and cafés are called.
func places() [32][12]string {
	return [...][12]string{
		{"Hazel Willa Joan Maeve", "Grant Wade Hollis Ezra", "Lowell Pruitt Stokes Varner Keene", "United States", "English", "1", "USD", "Millbrook, Cedar Falls, Ashton, Fairview", "%s High School", "%s State University", "%s Tool Works", "%s Diner"},
		{"Harriet Cecily Maud Beth", "Hugh Toby Angus Lewis", "Marsh Whitby Cowell Pryor Lyle", "United Kingdom", "English", "44", "GBP", "Marlow, Whitby, Kendal, Ludlow", "%s Grammar School", "University of %s", "%s Paper Mill", "The %s Tea Room"},
		{"Valeria Rosario Jimena Luz", "Andrés Camilo Esteban Joaquín", "Ospina Cárdenas Bermúdez Lozano Arango", "Colombia", "Spanish", "57", "COP", "Tunja, Popayán, Girardot, Sopó", "Colegio de %s", "Universidad de %s", "Textiles %s", "Café %s"},
		{"Marta Irene Pilar Ainhoa", "Rubén Gonzalo Unai Jordi", "Arribas Cuesta Molina Zubiri Ferrer", "Spain", "Spanish", "34", "EUR", "Segovia, Lugo, Cuenca, Teruel", "Instituto de %s", "Universidad de %s", "Talleres %s", "Cafetería %s"},
		{"陽菜 さくら 七海 楓", "翼 翔太 拓海 陸", "藤本 松井 岡本 三浦 上野", "Japan", "Japanese", "81", "JPY", "松本, 高山, 倉敷, 弘前", "%s高等学校", "%s大学", "%s製作所", "喫茶%s"},
		{"प्रिया अनिता सीमा पूजा", "अमित राहुल सुनील मनोज", "शर्मा वर्मा जोशी मिश्रा चौधरी", "India", "Hindi", "91", "INR", "उज्जैन, मेरठ, अजमेर, नासिक", "%s विद्यालय", "%s विश्वविद्यालय", "%s उद्योग", "%s चाय घर"},
		{"Marina Júlia Luíza Yara", "Bruno Otávio Heitor Murilo", "Barros Siqueira Queiroz Fonseca Viana", "Brazil", "Portuguese", "55", "BRL", "Olinda, Paraty, Ouro Preto, Gramado", "Colégio %s", "Universidade de %s", "Metalúrgica %s", "Padaria %s"},
		{"Margarida Beatriz Joana Catarina", "Martim Rui Vasco Simão", "Tavares Lobo Falcão Amaral Sequeira", "Portugal", "Portuguese", "351", "EUR", "Évora, Tomar, Viseu, Lagos", "Escola Secundária de %s", "Universidade de %s", "Cortiças %s", "Pastelaria %s"},
		{"Clémence Léonie Jeanne Maëlle", "Antoine Rémi Gaspard Éloi", "Chevalier Fournier Roussel Blanchet Marchal", "France", "French", "33", "EUR", "Brest, Annecy, Albi, Nevers", "Lycée de %s", "Université de %s", "Ateliers %s", "Café de %s"},
		{"مريم آية ندى رنا", "أحمد خالد سامي زياد", "فارس شريف عزيز رشدي حمدي", "Egypt", "Arabic", "20", "EGP", "طنطا, أسوان, المنيا, دمياط", "مدرسة %s", "جامعة %s", "مصنع %s", "مقهى %s"},
		{"Johanna Clara Mathilda Ella", "Moritz Felix Oskar Theo", "Winkler Hartmann Böhm Kessler Dietz", "Germany", "German", "49", "EUR", "Celle, Bamberg, Görlitz, Husum", "Gymnasium %s", "Universität %s", "%ser Werkzeugbau", "Café %s"},
		{"Aurora Ginevra Silvia Marta", "Davide Tommaso Nicolò Elia", "Bellini Marchetti Fabbri Sartori Vitale", "Italy", "Italian", "39", "EUR", "Lucca, Mantova, Trani, Asti", "Liceo di %s", "Università di %s", "Officine %s", "Caffè %s"},
		{"Lotte Femke Isa Roos", "Jesse Luuk Teun Ruben", "Mulder Bosman Kramer Brouwer Dijkstra", "Netherlands", "Dutch", "31", "EUR", "Gouda, Hoorn, Zutphen, Delft", "Lyceum %s", "Universiteit %s", "Scheepswerf %s", "Koffiehuis %s"},
		{"Ebba Linnea Wilma Tuva", "Gustav Albin Ludvig Hugo", "Åkesson Hedlund Nyström Wallin Forsberg", "Sweden", "Swedish", "46", "SEK", "Visby, Kalmar, Falun, Lund", "%s gymnasium", "%s universitet", "%s Mekaniska", "%s Konditori"},
		{"Clara Ida Mathilde Asta", "Emil Anders Viggo Storm", "Bruun Krogh Skov Winther Friis", "Denmark", "Danish", "45", "DKK", "Ribe, Svendborg, Skagen, Viborg", "%s Gymnasium", "%s Universitet", "%s Maskinfabrik", "Café %s"},
		{"Frida Ragnhild Tiril Maren", "Håkon Jonas Espen Mathias", "Berge Strand Dahlen Nygård Hauge", "Norway", "Norwegian", "47", "NOK", "Molde, Røros, Larvik, Halden", "%s videregående skole", "Universitetet i %s", "%s Verft", "%s Kaffebar"},
		{"Siiri Elsa Iida Pihla", "Aleksi Juho Oskari Veikko", "Nieminen Rantanen Koski Ojala Virta", "Finland", "Finnish", "358", "EUR", "Porvoo, Rauma, Kuopio, Lahti", "%s lukio", "%s yliopisto", "%s Paja", "Kahvila %s"},
		{"Julia Oliwia Lena Wiktoria", "Antoni Kacper Stanisław Igor", "Nowicki Pawlak Krawczyk Dudek Wrona", "Poland", "Polish", "48", "PLN", "Toruń, Zamość, Płock, Tarnów", "Liceum %s", "Uniwersytet %s", "Zakłady %s", "Kawiarnia %s"},
		{"Natálie Barbora Karolína Lucie", "Marek Lukáš Jáchym Petr", "Němec Marek Kolář Urban Vlček", "Czechia", "Czech", "420", "CZK", "Tábor, Telč, Olomouc, Cheb", "Gymnázium %s", "Univerzita %s", "Strojírny %s", "Kavárna %s"},
		{"Luca Hanna Dóra Nóra", "Dániel Ádám Balázs Zoltán", "Németh Lakatos Molnár Juhász Fekete", "Hungary", "Hungarian", "36", "HUF", "Eger, Pécs, Sopron, Vác", "%si Gimnázium", "%si Egyetem", "%si Gépgyár", "%s Kávéház"},
		{"Elena Daria Sofia Teodora", "Ștefan Cristian Luca Matei", "Munteanu Dobre Rusu Lupu Preda", "Romania", "Romanian", "40", "RON", "Sibiu, Brașov, Oradea, Galați", "Liceul %s", "Universitatea din %s", "Uzina %s", "Cafeneaua %s"},
		{"Μαρία Ιωάννα Θάλεια Ειρήνη", "Δημήτρης Κώστας Αλέξης Στέλιος", "Παππάς Δούκας Λάμπρου Ζώης Κόκκινος", "Greece", "Greek", "30", "EUR", "Καβάλα, Ναύπλιο, Βόλος, Χίος", "Λύκειο %s", "Πανεπιστήμιο %s", "Βιοτεχνία %s", "Καφενείο %s"},
		{"Мария Софья Алиса Ксения", "Максим Никита Роман Егор", "Морозов Волков Киселёв Громов Зуев", "Russia", "Russian", "7", "RUB", "Псков, Тула, Вологда, Выборг", "Школа города %s", "Университет %s", "Завод %s", "Кафе %s"},
		{"Ірина Марія Катерина Злата", "Максим Данило Юрій Роман", "Кравчук Лисенко Савчук Ткачук Олійник", "Ukraine", "Ukrainian", "380", "UAH", "Полтава, Луцьк, Умань, Чернігів", "Ліцей %s", "Університет %s", "Завод %s", "Кавʼярня %s"},
		{"Ayşe Ebru Ceren İpek", "Can Burak Onur Tolga", "Çelik Arslan Koç Özkan Polat", "Turkey", "Turkish", "90", "TRY", "Bursa, Sinop, Edirne, Mardin", "%s Lisesi", "%s Üniversitesi", "%s Dokuma", "%s Kahvesi"},
		{"מאיה רותם אביגיל הילה", "נועם אורי אלון יובל", "כהן ביטון פרידמן שפירא דהן", "Israel", "Hebrew", "972", "ILS", "חיפה, עכו, צפת, רחובות", "תיכון %s", "אוניברסיטת %s", "מפעלי %s", "קפה %s"},
		{"زهرا فاطمه نیلوفر مینا", "علی حسین بهرام سینا", "احمدی حسینی کاظمی جعفری رستمی", "Iran", "Persian", "98", "IRR", "یزد, کاشان, همدان, رشت", "دبیرستان %s", "دانشگاه %s", "کارخانه %s", "کافه %s"},
		{"อรทัย กมล ศิริพร วันดี", "ประเสริฐ สุชาติ อนุชา ชัยวัฒน์", "บุญมี สุขสันต์ รุ่งเรือง แสงทอง พงษ์ไพร", "Thailand", "Thai", "66", "THB", "ลำปาง, น่าน, ตรัง, เลย", "โรงเรียน%s", "มหาวิทยาลัย%s", "โรงงาน%s", "ร้านกาแฟ%s"},
		{"Linh Ngọc Trang Hạnh", "Hùng Khánh Phúc Long", "Nguyễn Lê Hoàng Phan Đỗ", "Vietnam", "Vietnamese", "84", "VND", "Huế, Đà Lạt, Vinh, Hội An", "Trường THPT %s", "Đại học %s", "Nhà máy %s", "Cà phê %s"},
		{"수아 예은 채원 다은", "지훈 건우 성민 태윤", "조 강 윤 장 임", "South Korea", "Korean", "82", "KRW", "전주, 춘천, 여수, 안동", "%s고등학교", "%s대학교", "%s공업", "카페 %s"},
		{"欣怡 淑芬 美玲 思妤", "建宏 承恩 柏翰 宗翰", "李 王 許 鄭 謝", "Taiwan", "Chinese", "886", "TWD", "花蓮, 宜蘭, 嘉義, 屏東", "%s高級中學", "%s大學", "%s工業", "%s咖啡館"},
		{"Indah Rina Wulan Citra", "Eko Dimas Hendra Joko", "Susanto Nugroho Kusuma Setiawan Halim", "Indonesia", "Indonesian", "62", "IDR", "Solo, Malang, Bogor, Padang", "SMA %s", "Universitas %s", "Pabrik %s", "Warung Kopi %s"},
	}
}
