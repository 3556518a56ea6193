/// What a full stop means behind the words of a language.
struct SentenceAbbreviations: Sendable {
  /// A name follows: the sentence goes on.
  let titles: Set<String>
  /// The sentence goes on where a number follows.
  let beforeNumbers: Set<String>
  /// A sentence may end with them; it does where one of `starters` follows.
  let others: Set<String>
  /// Words that begin sentences and are no names, as they are spelt there.
  let starters: Set<String>
  /// Whether a full stop makes a number an ordinal, as in German.
  let hasDottedOrdinals: Bool
  /// A word of one letter that is no initial: English `I`.
  let pronoun: String?

  private init(
    titles: String, beforeNumbers: String, others: String, starters: String, hasDottedOrdinals: Bool = false,
    pronoun: String? = nil
  ) {
    let words = { (text: String) in Set(text.split(whereSeparator: \.isWhitespace).map(String.init)) }
    self.titles = words(titles)
    self.beforeNumbers = words(beforeNumbers)
    self.others = words(others)
    self.starters = words(starters)
    self.hasDottedOrdinals = hasDottedOrdinals
    self.pronoun = pronoun
  }

  /// Those of a language, by its code: `en`, `en-GB`; a cautious mixture for one that we know nothing of.
  static func of(_ language: String) -> SentenceAbbreviations {
    switch language.lowercased().prefix(while: { $0 != "-" && $0 != "_" }) {
    case "en": english
    case "fr": french
    case "de": german
    case "es": spanish
    case "it": italian
    case "pt": portuguese
    default: neutral
    }
  }

  private static let english = SentenceAbbreviations(
    titles: """
      mr mrs ms messrs mx dr drs prof rev fr sr ste gen col maj capt cpt cmdr lt sgt cpl pvt adm gov sen rep pres \
      hon amb supt det insp mt vs v.s e.g i.e cf viz
      """,
    beforeNumbers: """
      no nos nº n° p pp vol vols fig figs eq ch chap sec art op ver pt approx ca c jan feb mar apr jun jul aug sep sept oct nov \
      dec tel ext
      """,
    others: """
      etc st inc ltd co corp llc jr esq ave blvd rd bldg dept a.m p.m pm u.s u.k u.n e.u d.c ph.d m.d b.a m.a \
      b.sc m.sc calif conn assn bros a.d b.c b.c.e c.e
      """,
    starters: """
      The A An This That These Those He She It We You They There Here I I'm I've I'll I'd He's She's It's We're They're \
      You're That's There's His Her Its Our Your Their My But And Or So Then If When While Where Why How What Who Which \
      In On At After Before As For From To With Not Do Does Did Is Are Was Were Has Have Can Could Will Would Please Let \
      Let's However Although Because Since Now Today Yesterday Tomorrow Some Many Most All Both Each Every
      """, pronoun: "I")

  private static let french = SentenceAbbreviations(
    titles: "m mm mme mmes mlle mlles mgr dr drs pr st ste sts cf p.ex env av apr c.-à-d bd",
    beforeNumbers: "n no nos nº n° p pp vol fig art ch chap éd ed t tél tel janv févr avr juil sept oct nov déc",
    others: "etc ex p.m a.m s.a j.-c s.v.p r.s.v.p cie éds l.l.c u.s.a u.e o.n.u",
    starters: """
      Le La Les L'on Un Une Des Ce Cet Cette Ces C'est Ça Cela Il Elle Ils Elles On Nous Vous Je J'ai Tu Mon Ma Mes Son Sa Ses \
      Notre Votre Leur Leurs Mais Et Ou Donc Car Or Puis Alors Si Quand Comme Où Pourquoi Comment Qui Que Quel Quelle Dans \
      En Au Aux Sur Pour Par Avec Sans Après Avant Depuis Y Est-ce N'est-ce Ne Pas Tout Tous Maintenant Aujourd'hui Hier \
      Demain Cependant Lorsque L' D' C' J' Qu' S' N' M' T'
      """)

  private static let german = SentenceAbbreviations(
    titles: """
      hr hrn fr frl dr prof dipl ing med phil jur rer nat hl st sr jr z.b bzw d.h u.a v.a i.d.r i.a evtl ggf vgl inkl \
      exkl sog zzgl bspw insb o.ä str
      """,
    beforeNumbers: "nr nrn n° s abb bd abs art kap ca tel jan feb mär apr jun jul aug sep sept okt nov dez jh",
    others: "usw etc u.s.w co ltd inc u.v.m uvm usf n.chr v.chr chr gmbh a.d o.g s.o s.u u.ä jh mio mrd tsd min std",
    starters: """
      Der Die Das Den Dem Des Ein Eine Einen Einem Einer Dies Diese Dieser Dieses Er Sie Es Wir Ihr Ich Du Man Mein Dein \
      Sein Unser Euer Aber Und Oder Doch Denn Dann Da Dort Hier Wenn Als Wie Wo Warum Was Wer Wann Welche Im In Am An Auf \
      Aus Bei Mit Nach Nicht Von Vor Zu Zum Zur Für Ohne Um Unter Über Ist Sind War Waren Hat Haben Kann Können Bitte \
      Jetzt Heute Gestern Morgen Alle Auch So Seit Weil Obwohl
      """, hasDottedOrdinals: true)

  private static let spanish = SentenceAbbreviations(
    titles:
      "sr sra sres sras srta d dª dña dr dra dres prof profa lic ing arq gral cnel sto sta fr mons ej p.ej av avda cf",
    beforeNumbers:
      "n nº n° núm num p pp pág págs pag vol fig art cap t tel tlf ene feb mar abr jun jul ago sept oct nov dic aprox",
    others: "etc ud uds vd vds s.a s.l cía ee.uu a.c d.c a.m p.m c.v u.e jr",
    starters: """
      El La Los Las Lo Un Una Unos Unas Este Esta Esto Estos Estas Ese Esa Eso Aquel Él Ella Ellos Ellas Yo Tú Nosotros \
      Usted Ustedes Mi Mis Tu Tus Su Sus Nuestro Pero Y O Entonces Luego Si Cuando Como Donde Por Para Con Sin En De Del \
      Al A Después Antes Desde No Sí Es Son Fue Era Hay Hoy Ayer Mañana Ahora Qué Quién Cómo Cuándo Dónde Todo Todos \
      También Porque Aunque Se Me Te Le Nos
      """)

  private static let italian = SentenceAbbreviations(
    titles:
      "sig sigg sig.ra sig.na dott dott.ssa dr prof prof.ssa avv ing arch geom rag on sen gen col cap s ss mons es p.es cfr",
    beforeNumbers: "n nº n° nn p pp pag pagg vol fig art cap tel gen feb mar apr giu lug ago sett ott nov dic ca",
    others: "ecc etc s.p.a s.r.l a.c d.c u.s.a u.e jr",
    starters: """
      Il Lo La I Gli Le Un Uno Una Questo Questa Questi Queste Quello Quella Lui Lei Loro Io Tu Noi Voi Egli Ella Mio Mia \
      Suo Sua Nostro Ma E O Però Quindi Poi Se Quando Come Dove Perché Chi Che Cosa In Nel Nella Da Dal Di Del Della A Al \
      Con Su Per Senza Dopo Prima Non Sì No È Sono Era Ha Hanno C'è Oggi Ieri Domani Ora Tutto Tutti Anche Si Mi Ti Ci Vi \
      L' C' D' Un' All' Dell' Nell' Dall' Sull' Quest' Quell'
      """)

  private static let portuguese = SentenceAbbreviations(
    titles: "sr sra srs sras srta d dr dra drs prof profa profª eng arq gen cel exmo exma sto sta fr ex p.ex av cf",
    beforeNumbers: "n nº n° núm p pp pág págs vol fig art cap tel jan fev mar abr jun jul ago set out nov dez aprox",
    others: "etc ltda s.a cia a.c d.c u.e e.u.a eua jr",
    starters: """
      O A Os As Um Uma Uns Umas Este Esta Isto Estes Estas Esse Essa Isso Aquele Ele Ela Eles Elas Eu Tu Você Vocês Nós Meu \
      Minha Seu Sua Nosso Mas E Ou Então Depois Se Quando Como Onde Porque Por Para Com Sem Em No Na Nos Nas De Do Da Ao À \
      Antes Desde Não Sim É São Foi Era Há Hoje Ontem Amanhã Agora Que Quem Qual Todo Todos Também Embora
      """)

  private static let neutral = SentenceAbbreviations(
    titles: "mr mrs ms mme mlle dr prof st sr sra dott sig hr fr vs cf",
    beforeNumbers: "no nr n nº n° p pp vol fig art cap ca tel",
    others: "etc inc ltd co jr a.m p.m",
    starters: "")
}
