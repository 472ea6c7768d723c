// Invented people: family and given names, towns and streets of several cultures, with the accents, apostrophes and
// hyphens that real registers hold. Any likeness is chance.

interface Culture {
  readonly weight: number
  readonly family: readonly [string, ...string[]]
  readonly female: readonly [string, ...string[]]
  readonly male: readonly [string, ...string[]]
}

type Words = readonly [string, ...string[]]
const words = (text: string): Words => text.split(' ') as unknown as Words

export const cultures: readonly [Culture, ...Culture[]] = [
  {
    weight: 30,
    family: words("Bennett Clarke Fletcher Hughes MacDonald O'Brien O'Connor Pemberton Shaw Whitfield Ashworth Carmichael"),
    female: words('Alice Charlotte Edith Grace Harriet Imogen Lucy Margaret Olivia Rosemary'),
    male: words('Arthur Callum Edward George Henry James Malcolm Oliver Thomas William'),
  },
  {
    weight: 16,
    family: words('García-Márquez Fernández Núñez Ibáñez Muñoz Peña Rodríguez Sánchez Vázquez Zúñiga'),
    female: words('Ángela Belén Concepción Inés Lucía María Mónica Rocío Sofía Verónica'),
    male: words('Adrián Álvaro Andrés Íñigo Jesús José Julián Martín Raúl Víctor'),
  },
  {
    weight: 14,
    family: words('Müller Schröder Weiß Jäger Köhler Böhm Größmann Straußberg Vogel Zimmermann'),
    female: words('Änne Brünhild Elke Gisela Jördis Käthe Lieselotte Renate Saskia Ulrike'),
    male: words('Björn Detlef Götz Günther Jörg Jürgen Matthias Rüdiger Sönke Wolfgang'),
  },
  {
    weight: 12,
    family: words("Beauséjour Côté D'Amours Desprès Gauthier Lefèvre Maître Noël Saint-Exupère Thévenot"),
    female: words('Adèle Chloé Élodie Françoise Geneviève Hélène Joëlle Marie-Noëlle Solène Zoé'),
    male: words('André Benoît Clément Émile François Gaëtan Jérôme Loïc Noé Rémi'),
  },
  {
    weight: 9,
    family: words('Nguyễn Trần Lê Phạm Huỳnh Đặng Bùi Đỗ Vũ Ngô'),
    female: words('Ánh Diệu Hương Lan Linh Mỹ Ngọc Phượng Thảo Yến'),
    male: words('Anh Bảo Đức Dũng Hải Hùng Khánh Minh Sơn Tuấn'),
  },
  {
    weight: 8,
    family: words('Wiśniewska Łukaszewicz Dąbrowski Kowalczyk Źródłowski Novák Dvořák Černý Růžička Šimůnek'),
    female: words('Agnieszka Božena Grażyna Jiřina Małgorzata Stanisława Štěpánka Zdeňka Żaneta Zofia'),
    male: words('Bohumír Jiří Łukasz Mirosław Ondřej Paweł Přemysl Stanisław Tomáš Zbigniew'),
  },
  {
    weight: 6,
    family: words('Ødegård Sørensen Åkesson Þórsdóttir Hämäläinen Jónsson Lindström Nygård Östlund Väisänen'),
    female: words('Åse Björk Guðrún Ingrid Kristín Märta Sólveig Tyyne Þórdís Ylva'),
    male: words('Åke Bjørn Einar Gústav Håkon Jón Øyvind Pär Sigurður Väinö'),
  },
  {
    weight: 5,
    family: words('Adébáyọ̀ Chukwu Diallo Mwangi Okafor Ndiaye Traoré Abdi Kovač Yılmaz'),
    female: words('Adéọlá Aïssatou Amina Fatoumata Folákẹ́ Ngozi Wanjirũ Zeynep Gülşen Nađa'),
    male: words('Abdoulaye Chidi Kwame Mamadou Olúwaṣeun Sékou Ğurbet Ömer Şükrü Đorđe'),
  },
]

interface Town {
  readonly name: string
  readonly postalPrefix: string
}

export const towns: readonly [Town, ...Town[]] = [
  {name: 'Saint-Élisabeth', postalPrefix: '10'},
  {name: 'Neu-Mühlbach', postalPrefix: '11'},
  {name: 'Østervik', postalPrefix: '12'},
  {name: 'Kings Wharf', postalPrefix: '13'},
  {name: 'Puerto Alegría', postalPrefix: '14'},
  {name: 'Brzegów', postalPrefix: '15'},
  {name: 'Hollow Green, Upper', postalPrefix: '16'},
]

export const streets: readonly [string, ...string[]] = [
  "Rue de l'Hôpital",
  'Lindenstraße',
  'High Street',
  'Calle Mayor, 2.º izq.',
  'Chapel Lane, "The Old Mill"',
  'Strandvägen',
  'Ulica Żeromskiego',
  'Station Road, Flat 4',
  'Market Square',
]

/** Staff as the sender writes them: family name, comma, given name. */
export const staff: readonly [string, ...string[]] = [
  'Whitfield, Hedwig',
  'Müller, Zoë',
  "O'Hara, Ciarán",
  'Núñez, Inés',
  'Đặng, Thảo',
  'Łukaszewicz, Paweł',
  'Côté, Élodie',
  'Okafor, Ngozi',
  'Sørensen, Øyvind',
  'Chandra, Ruth',
  'Şimşek, Ömer',
  'Fisker, Wayne',
]
