package generate

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// culture is a stock of given and family names that go together.
type culture struct{ given, family []string }

func list(s string) []string { return strings.Split(s, ",") }

var cultures = []culture{
	{ // United States, England
		list("James,Emily,Michael,Sarah,David,Jessica,Daniel,Ashley,Matthew,Amanda,Andrew,Rachel,Christopher,Megan,Joshua,Lauren,Ryan,Hannah,Brian,Nicole,Kevin,Grace,Tyler,Olivia,Aaron,Claire,Ethan,Madison,Nathan,Abigail"),
		list("Smith,Johnson,Williams,Brown,Miller,Davis,Wilson,Anderson,Taylor,Thomas,Moore,Martin,Thompson,White,Harris,Clark,Lewis,Walker,Hall,Young,Wright,Hill,Baker,Carter,Mitchell,Turner,Parker,Collins,Stewart,Hughes"),
	},
	{ // Ireland
		list("Aoife,Conor,Niamh,Seán,Ciara,Cian,Siobhán,Declan,Róisín,Eoin,Gráinne,Fionn,Saoirse,Darragh,Orla,Pádraig,Sinéad,Oisín,Maeve,Tadhg,Clodagh,Brendan,Áine,Ronan,Eimear,Donal"),
		list("Murphy,Kelly,O'Sullivan,Walsh,O'Brien,Byrne,Ryan,O'Connor,O'Neill,Doyle,McCarthy,Gallagher,Doherty,Kennedy,Lynch,Quinn,McLoughlin,O'Carroll,Connolly,Daly,Nolan,Fitzgerald,Brennan,Ní Bhriain,Mac Cárthaigh,Keane"),
	},
	{ // Germany, Austria
		list("Lukas,Anna,Jonas,Lena,Felix,Katharina,Maximilian,Sophie,Jürgen,Johanna,Sebastian,Annika,Tobias,Franziska,Florian,Miriam,Björn,Greta,Matthias,Theresa,Götz,Ulrike,Moritz,Käthe,Henrik,Jana"),
		list("Müller,Schmidt,Schneider,Fischer,Weber,Meyer,Wagner,Becker,Schulz,Hoffmann,Schäfer,Koch,Bauer,Richter,Klein,Wolf,Schröder,Neumann,Schwarz,Zimmermann,Braun,Krüger,Hartmann,Lange,Weiß,Köhler,Vogel,Jäger"),
	},
	{ // India, north and west
		list("Aarav,Priya,Rohan,Ananya,Vikram,Neha,Arjun,Kavya,Rahul,Pooja,Siddharth,Ishita,Amit,Shreya,Karan,Divya,Nikhil,Ritu,Manish,Sneha,Varun,Aditi,Gaurav,Meera,Harsh,Tanvi,Abhishek,Nisha"),
		list("Sharma,Patel,Gupta,Singh,Mehta,Joshi,Desai,Agarwal,Verma,Chopra,Malhotra,Kapoor,Bhatt,Shah,Kulkarni,Deshpande,Trivedi,Saxena,Bansal,Chatterjee,Banerjee,Mukherjee,Ghosh,Sen,Khanna,Pandey"),
	},
	{ // India, south
		list("Karthik,Lakshmi,Suresh,Deepa,Ramesh,Anjali,Venkatesh,Sowmya,Prakash,Vidya,Arun,Gayathri,Ganesh,Revathi,Srinivas,Bhavana,Harish,Keerthi,Naveen,Swathi,Raghav,Padma,Mohan,Indira"),
		list("Iyer,Nair,Reddy,Rao,Menon,Krishnan,Subramanian,Pillai,Hegde,Shetty,Gowda,Naidu,Raman,Murthy,Balasubramanian,Varma,Venkataraman,Kamath,Chandrasekhar,Kurian,Swaminathan,Acharya,Raghavan,Bhat"),
	},
	{ // China, Taiwan
		list("Wei,Li Na,Jun,Xiaoming,Yan,Hao,Mei,Lei,Xin,Jing,Tao,Yifan,Ming,Fang,Chen,Zihan,Bo,Hui,Yuxuan,Ling,Kai,Ying,Peng,Shu"),
		list("Wang,Li,Zhang,Liu,Chen,Yang,Huang,Zhao,Wu,Zhou,Xu,Sun,Ma,Zhu,Hu,Guo,He,Lin,Gao,Luo,Zheng,Liang,Xie,Tang,Lü,Deng"),
	},
	{ // Spain, Mexico, Argentina, Colombia
		list("José,María,Carlos,Lucía,Javier,Sofía,Alejandro,Valentina,Diego,Camila,Andrés,Paula,Fernando,Daniela,Raúl,Gabriela,Sergio,Natalia,Iván,Elena,Martín,Ximena,Ángel,Inés,Joaquín,Beatriz"),
		list("García,Martínez,Rodríguez,López,Hernández,González,Pérez,Sánchez,Ramírez,Torres,Flores,Rivera,Gómez,Díaz,Cruz,Morales,Ortiz,Gutiérrez,Chávez,Ramos,Mendoza,Vargas,Castillo,Jiménez,Núñez,Peña"),
	},
	{ // Nigeria, Ghana
		list("Chidi,Ngozi,Emeka,Adaeze,Tunde,Folake,Oluwaseun,Amara,Ifeanyi,Yetunde,Babajide,Chiamaka,Kwame,Akosua,Kofi,Ama,Segun,Zainab,Uche,Bukola,Obinna,Temitope,Yaw,Efua"),
		list("Okafor,Adeyemi,Okonkwo,Balogun,Eze,Nwosu,Adebayo,Ogunleye,Mensah,Boateng,Owusu,Asante,Chukwu,Ibrahim,Olawale,Nnamdi,Afolabi,Osei,Danjuma,Obi,Agyeman,Akintola,Uzoma,Bello"),
	},
	{ // Egypt, Levant, Gulf
		list("Omar,Layla,Hassan,Fatima,Khalid,Noor,Yusuf,Mariam,Tariq,Salma,Karim,Hana,Ziad,Rania,Samir,Dina,Nabil,Yasmin,Walid,Amal,Faris,Nadia,Rami,Leila"),
		list("Haddad,Mansour,Khoury,Nasser,Farouk,Saleh,Rahman,Aziz,Hakim,Najjar,Hamdan,Sabbagh,Fahmy,El-Sayed,Al-Masri,Qasim,Shaheen,Darwish,Bishara,Zaki,Abdallah,Issa,Barakat,Awad"),
	},
	{ // Japan
		list("Haruto,Yui,Kenji,Sakura,Takumi,Aiko,Ren,Naomi,Daichi,Emi,Sōta,Hina,Yūki,Mio,Ryō,Kaori,Shun,Rin,Makoto,Ayumi,Hiroshi,Yōko"),
		list("Satō,Suzuki,Takahashi,Tanaka,Watanabe,Itō,Yamamoto,Nakamura,Kobayashi,Katō,Yoshida,Yamada,Sasaki,Matsumoto,Inoue,Kimura,Hayashi,Shimizu,Mori,Abe,Ikeda,Hashimoto,Ōno,Fujita"),
	},
	{ // Korea
		list("Min-jun,Seo-yeon,Ji-ho,Ha-eun,Do-yun,Soo-ah,Hyun-woo,Ji-woo,Tae-yang,Eun-ji,Sung-min,Yoo-jin,Dong-hyun,Na-ri,Joon,Hye-jin,Kyung,Mi-rae,Jae-won,So-hee"),
		list("Kim,Lee,Park,Choi,Jung,Kang,Cho,Yoon,Jang,Lim,Han,Oh,Seo,Shin,Kwon,Hwang,Ahn,Song,Ryu,Hong"),
	},
	{ // Poland, Czechia
		list("Jakub,Zofia,Kacper,Agnieszka,Mateusz,Katarzyna,Michał,Małgorzata,Paweł,Magdalena,Łukasz,Ewa,Tomáš,Tereza,Jiří,Kateřina,Ondřej,Lucie,Stanisław,Joanna,Bartosz,Hania,Vojtěch,Marta"),
		list("Nowak,Kowalski,Wiśniewska,Wójcik,Kamiński,Lewandowski,Zielińska,Szymański,Woźniak,Dąbrowski,Kozłowski,Jankowska,Mazur,Krawczyk,Novák,Svoboda,Dvořák,Černý,Procházka,Kučera,Horák,Němec,Pokorný,Marek"),
	},
	{ // Vietnam
		list("Minh,Linh,Tuấn,Hương,Đức,Thảo,Quang,Mai,Hải,Lan,Phong,Trang,Long,Ngọc,Khánh,Yến,Sơn,Vy,Huy,Thu"),
		list("Nguyễn,Trần,Lê,Phạm,Hoàng,Phan,Vũ,Đặng,Bùi,Đỗ,Hồ,Ngô,Dương,Lý,Đinh,Trịnh,Mai,Tô,Cao,Lương"),
	},
	{ // Turkey
		list("Emre,Elif,Mehmet,Zeynep,Can,Ayşe,Burak,Defne,Kerem,Selin,Oğuz,Ebru,Serkan,Gül,Tolga,Ceren,Umut,Derya,Çağlar,Özlem,Barış,İpek"),
		list("Yılmaz,Kaya,Demir,Çelik,Şahin,Yıldız,Aydın,Özdemir,Arslan,Doğan,Kılıç,Aslan,Çetin,Koç,Kurt,Özkan,Şimşek,Polat,Erdoğan,Güneş,Aksoy,Bulut"),
	},
	{ // France, Belgium
		list("Louis,Chloé,Gabriel,Léa,Hugo,Manon,Théo,Inès,Antoine,Zoé,Étienne,Élodie,Mathis,Camille,Rémi,Margaux,Guillaume,Hélène,François,Anaïs,Benoît,Céline,Luc,Noémie"),
		list("Bernard,Dubois,Moreau,Laurent,Lefèvre,Roux,Fournier,Girard,Mercier,Dupont,Lambert,Bonnet,François,Legrand,Gauthier,Perrin,Chevalier,Clément,Renault,Béranger,Peeters,Janssens,Lemaire,Faure"),
	},
	{ // Brazil, Portugal
		list("João,Ana,Pedro,Beatriz,Lucas,Mariana,Gustavo,Larissa,Rafael,Letícia,Thiago,Júlia,Caio,Renata,Vinícius,Bruna,Otávio,Débora,Luís,Cláudia,Murilo,Patrícia"),
		list("Silva,Santos,Oliveira,Souza,Pereira,Ferreira,Alves,Ribeiro,Carvalho,Gonçalves,Araújo,Barbosa,Rocha,Nascimento,Moreira,Cardoso,Teixeira,Magalhães,Simões,Conceição,Falcão,Brandão"),
	},
	{ // Ukraine, Bulgaria
		list("Oleksandr,Olena,Andriy,Iryna,Dmytro,Kateryna,Taras,Oksana,Bohdan,Natalia,Yaroslav,Sofiya,Georgi,Elitsa,Ivaylo,Desislava,Maksym,Yulia,Petar,Vesela"),
		list("Shevchenko,Kovalenko,Bondarenko,Tkachenko,Kravchenko,Melnyk,Oliynyk,Marchenko,Savchenko,Petrenko,Rudenko,Ivanova,Dimitrov,Georgiev,Petkova,Stoyanov,Lysenko,Moroz,Hrytsenko,Todorov"),
	},
	{ // Sweden, Norway, Denmark
		list("Erik,Astrid,Lars,Ingrid,Magnus,Freja,Søren,Linnéa,Anders,Sigrid,Håkon,Maja,Nils,Åsa,Gustav,Ebba,Øyvind,Solveig,Jørgen,Karin"),
		list("Andersson,Johansson,Karlsson,Nilsson,Lindqvist,Bergström,Åkesson,Sjöberg,Hansen,Olsen,Larsen,Berg,Haugen,Nygård,Jensen,Nielsen,Sørensen,Møller,Kjær,Dahl,Östberg,Lund"),
	},
	{ // Pakistan, Bangladesh
		list("Bilal,Ayesha,Hamza,Sana,Usman,Hira,Imran,Maryam,Faisal,Zara,Asif,Nadia,Tanvir,Farhana,Rashid,Nusrat,Kamal,Sadia,Adnan,Rabia"),
		list("Khan,Ahmed,Malik,Hussain,Qureshi,Siddiqui,Chaudhry,Sheikh,Mirza,Javed,Iqbal,Raza,Akhtar,Hossain,Chowdhury,Islam,Uddin,Karim,Baig,Butt"),
	},
	{ // Iran, Israel, Greece
		list("Darius,Shirin,Arash,Parisa,Kaveh,Mahsa,Noam,Tamar,Eitan,Shira,Yael,Amit,Nikos,Eleni,Giorgos,Katerina,Babak,Nasrin,Dimitris,Ioanna"),
		list("Rahimi,Hosseini,Karimi,Moradi,Tehrani,Cohen,Levi,Mizrahi,Peretz,Friedman,Katz,Papadopoulos,Georgiou,Nikolaidis,Vasilakis,Pappas,Jafari,Sadeghi,Shapiro,Makris"),
	},
}

// cultureWeights says who works where; index by office, then by culture.
var cultureWeights = [][]float64{
	{30, 2, 2, 10, 8, 14, 12, 2, 3, 4, 5, 1, 4, 1, 2, 2, 1, 1, 2, 2},
	{34, 4, 2, 7, 4, 7, 12, 4, 3, 2, 3, 3, 1, 1, 2, 2, 3, 1, 2, 4},
	{14, 45, 2, 4, 2, 2, 4, 2, 1, 0, 0, 6, 0, 1, 3, 5, 2, 1, 1, 1},
	{4, 1, 44, 3, 2, 2, 4, 1, 4, 1, 1, 9, 2, 9, 4, 2, 6, 3, 1, 3},
	{1, 0, 0, 50, 44, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0},
	{38, 5, 2, 6, 4, 14, 2, 1, 3, 3, 4, 1, 6, 1, 1, 1, 1, 1, 3, 4},
}

func drawName(r *random, office int) (given, family string) {
	c := r.weighted(cultureWeights[office])
	f := c
	if r.chance(.08) { // families from two places
		f = r.weighted(cultureWeights[office])
	}
	return pick(r, cultures[c].given), pick(r, cultures[f].family)
}

var foldings = strings.NewReplacer("ß", "ss", "ø", "o", "ł", "l", "đ", "d", "æ", "ae", "ı", "i")

// asciiSlug lower-cases s and reduces it to a-z, 0-9 and single sep between words: apostrophes vanish, other marks separate.
func asciiSlug(s string, sep byte) string {
	var b []byte
	gap := false
	for _, c := range norm.NFD.String(foldings.Replace(strings.ToLower(s))) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			if gap && len(b) > 0 {
				b = append(b, sep)
			}
			gap = false
			b = append(b, byte(c))
		case c == '\'' || unicode.Is(unicode.Mn, c):
		default:
			gap = true
		}
	}
	return string(b)
}
