"""The small words of six languages: what carries grammar, doubt and denial. Tables only.

Any other language is treated with care instead of knowledge: its sentences are taken whole or not
at all.
"""

from collections.abc import Iterable

from bot.prose.grammar import Tongue, fold, numbers, opposites, row, scales, word_set

__all__ = ["Tongue", "fold", "guess", "row", "tongue", "word_set"]

_EN = Tongue(
    code="en",
    stop=word_set(
        "a an the and or but of in on at to for from by with as is are was were be been being has"
        " have had will would can could may might must should do does did it its he she they them"
        " his her their him this that these those which who whom whose what when where while how"
        " than then there here into over after before about up out off not no nor so if also more"
        " most just some any all both each other another such only own same very we us our you"
        " your i my me during between against under amid upon per via s t said says say"
        " according"
    ),
    nots=word_set(
        "no not never none nobody nothing neither nor without cannot isn't aren't wasn't weren't"
        " don't doesn't didn't won't wouldn't can't couldn't hasn't haven't hadn't shouldn't"
        " denies denied deny"
    ),
    hedges=word_set(
        "may might could allegedly alleged suspected reportedly apparently possibly probably"
        " likely unlikely unconfirmed claims claimed believed appears appeared seems seemed"
        " accused would expected least nearly almost some if unless"
    ),
    says=word_set(
        "say says said told tells according report reports reported announced announces confirmed"
        " confirms warned warns added adds claims claimed believe believes show shows showed"
        " insisted insists admitted admits stated argued argues estimated estimates"
    ),
    finite=word_set(
        "is are was were has have had will would can could may might must should does did do says"
        " said told remains remain became becomes began begins went made makes took takes came"
        " comes left faces faced died killed"
    ),
    leads=word_set(
        "in on at after before during following as with despite since amid when while by for"
        " through under over earlier later speaking meanwhile"
    ),
    tails=word_set(
        "which who whose where when while as after before with amid despite following including"
        " such ending prompting leaving making raising sparking forcing causing killing sending"
        " bringing giving becoming adding marking taking putting even because since and"
    ),
    subs=word_set("after while amid following despite because before"),
    joins=word_set("and but while as"),
    leaning=word_set(
        "separately similarly additionally moreover furthermore nevertheless nonetheless elsewhere"
        " afterwards added asked he she it they his its her their him them this that these those"
        " but and so also however"
        " meanwhile here then yet or there's nor such both instead he's she's it's they're"
    ),
    places=word_set("in near at across outside around north south east west"),
    about=word_set(
        "about nearly almost around roughly over than under least approximately some most"
    ),
    percent=("%", "percent", "per cent"),
    months=row(
        "january february march april may june july august september october november december"
    ),
    weekdays=row("monday tuesday wednesday thursday friday saturday sunday"),
    today=(("today", 0), ("tonight", 0), ("yesterday", -1), ("tomorrow", 1)),
    numbers=numbers(
        "0 1 zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen",
        "20 10 twenty thirty forty fifty sixty seventy eighty ninety",
    ),
    scales={
        **scales("hundred=2 thousand/k=3 million/m/mn/mln=6 billion/bn/b=9 trillion/tn/trn=12"),
        "dozen": 12.0,
    },
    opposites=opposites(
        "rise/rises/rose/risen/rising/up|fall/falls/fell/fallen/falling/down"
        " increase/increases/increased|decrease/decreases/decreased win/wins/won|lose/loses/lost"
        " approve/approves/approved|reject/rejects/rejected open/opens/opened|close/closes/closed"
        " guilty|innocent"
        " confirm/confirms/confirmed|deny/denies/denied"
        " accept/accepts/accepted|refuse/refuses/refused alive|dead"
        " begin/begins/began/start/starts/started|end/ends/ended"
        " arrest/arrests/arrested|release/releases/released"
        " support/supports/supported|oppose/opposes/opposed gain/gains/gained|lose/loses/lost"
        " arrive/arrives/arrived|leave/leaves/left success|failure"
    ),
)

_DE = Tongue(
    code="de",
    stop=word_set(
        "der die das den dem des ein eine einen einem einer eines und oder aber von vom in im am"
        " an auf zu zum zur für mit als ist sind war waren sein hat haben hatte hatten wird werden"
        " wurde wurden kann können es er sie ihr ihre sein seine sich dies diese dieser dieses das"
        " dass wer was wenn wo wie bei nach vor über unter aus durch gegen ohne um bis nicht kein"
        " keine auch nur noch mehr sehr so dann hier da schon wieder beim seit zwischen laut soll"
        " weitere weiteren seinen seinem seiner ihren ihrem ihrer"
    ),
    nots=word_set(
        "nicht kein keine keinen keinem keiner keines nie niemals niemand nichts ohne weder"
        " dementiert bestreitet"
    ),
    hedges=word_set(
        "soll sollen könnte könnten möglicherweise mutmaßlich mutmaßliche mutmaßlicher"
        " mutmaßlichen angeblich offenbar wohl vermutlich wahrscheinlich mindestens fast rund"
        " würde würden dürfte falls wenn verdacht verdächtig"
    ),
    says=word_set(
        "sagt sagte sagten sagen laut zufolge teilte berichtet berichten erklärte erklärt meldet"
        " melden mitteilte warnt warnte betonte bestätigte bestätigt heißt hieß"
    ),
    finite=word_set(
        "ist sind war waren hat haben hatte hatten wird werden wurde wurden kann können soll"
        " sollen will wollen muss müssen sagt sagte bleibt"
    ),
    tails=word_set(
        "die der das den dem deren dessen welche welcher welches nachdem während weil da wobei"
        " wodurch obwohl indem darunter um in im am bei nach seit"
    ),
    joins=word_set("und aber während"),
    leaning=word_set(
        "ja nein er sie es ihr ihre sein seine dies diese dieser dieses das aber und doch so auch"
        " allerdings jedoch dabei damit dagegen danach dort da zudem außerdem deshalb"
    ),
    places=word_set("in nahe bei im"),
    about=word_set("rund etwa fast ungefähr mehr knapp gut über mindestens circa"),
    percent=("%", "prozent"),
    months=row(
        "januar februar marz april mai juni juli august september oktober november dezember"
    ),
    weekdays=row("montag dienstag mittwoch donnerstag freitag samstag sonntag"),
    today=(("heute", 0), ("gestern", -1), ("morgen", 1)),
    numbers=numbers(
        "2 1 zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn"
        " sechzehn siebzehn achtzehn neunzehn",
        "20 10 zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    ),
    scales=scales(
        "hundert=2 tausend=3 million/millionen/mio=6 milliarde/milliarden/mrd=9"
        " billion/billionen=12"
    ),
    opposites=opposites(
        "steigt/steigen/stieg|sinkt/sinken/sank gewinnt/gewann|verliert/verlor bestatigt|dementiert"
    ),
    thousands=".",
)

_FR = Tongue(
    code="fr",
    stop=word_set(
        "le la les l un une des de du d et ou mais a à au aux en dans sur sous par pour avec sans"
        " est sont était étaient être été a ont avait avaient il elle ils elles on se s sa son ses"
        " leur leurs ce cet cette ces qui que qu quoi dont où quand comme si plus moins très ne n"
        " pas y c j je nous vous notre votre entre après avant contre depuis chez vers lors fait"
    ),
    nots=word_set("ne n pas jamais aucun aucune rien personne ni sans dément nie"),
    hedges=word_set(
        "pourrait pourraient aurait auraient serait seraient présumé présumée présumés soupçonné"
        " soupçonnée peut-être probablement environ près moins accusé accusée si devrait devraient"
        " semble"
    ),
    says=word_set(
        "dit disent selon affirme affirment annonce annoncé déclare déclaré indique indiqué"
        " rapporte rapporté estime estimé assure assuré précise précisé d'après confirme appris"
    ),
    finite=word_set(
        "est sont était étaient a ont avait avaient sera seront va vont peut doit fait dit reste"
    ),
    leads=word_set("après avant pendant lors depuis en dans malgré selon à sur au"),
    tails=word_set("qui dont où alors après avant tandis notamment avec ce lors à au aux en dans"),
    subs=word_set("après tandis"),
    joins=word_set("et mais"),
    leaning=word_set(
        "il elle ils elles ce cet cette ces celui celle mais et donc aussi ainsi cependant"
        " toutefois pourtant c'est"
    ),
    places=word_set("à en dans près"),
    about=word_set("environ près presque plus moins autour quelque"),
    percent=("%", "pour cent"),
    months=row(
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
    ),
    weekdays=row("lundi mardi mercredi jeudi vendredi samedi dimanche"),
    today=(("aujourd'hui", 0), ("hier", -1), ("demain", 1)),
    numbers=numbers(
        "2 1 deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
        "20 10 vingt trente quarante cinquante soixante",
        "80 10 quatre-vingt/quatre-vingts quatre-vingt-dix",
    ),
    scales=scales("cent/cents=2 mille=3 million/millions=6 milliard/milliards/mds=9"),
    opposites=opposites("hausse/augmente|baisse/diminue gagne|perd confirme|dement"),
    thousands=".",
)

_ES = Tongue(
    code="es",
    stop=word_set(
        "el la los las lo un una unos unas de del y o pero a al en con por para sin sobre entre"
        " es son era eran ser sido fue fueron ha han había habían se su sus que quien cuyo donde"
        " cuando como si más menos muy no ni este esta estos estas ese esa eso esto le les nos ya"
        " también tras desde hasta durante contra según está están hay"
    ),
    nots=word_set(
        "no nunca jamás ningún ninguno ninguna nada nadie ni sin tampoco niega desmiente"
    ),
    hedges=word_set(
        "podría podrían habría habrían sería serían presunto presunta presuntos supuesto supuesta"
        " quizás probablemente posible casi menos acusado acusada si parece"
    ),
    says=word_set(
        "dice dicen dijo dijeron según afirma afirmó anunció anuncia informó informa declaró"
        " aseguró asegura explicó señaló confirmó confirma"
    ),
    finite=word_set(
        "es son era eran ha han había fue fueron será serán va van puede pueden está están dice"
        " dijo hay tiene"
    ),
    leads=word_set("tras después antes durante desde en a con pese"),
    tails=word_set("que quien donde cuando mientras tras después con lo entre en durante"),
    subs=word_set("tras mientras después"),
    joins=word_set("y pero"),
    leaning=word_set(
        "ella ellos ellas este esta esto estos estas ese esa eso pero y además también sin así"
        " aunque"
    ),
    places=word_set("en cerca"),
    about=word_set("unos unas casi cerca más menos alrededor aproximadamente"),
    percent=("%", "por ciento"),
    months=row(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    ),
    weekdays=row("lunes martes miercoles jueves viernes sabado domingo"),
    today=(("hoy", 0), ("ayer", -1)),
    numbers=numbers(
        "2 1 dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince",
        "20 10 veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    ),
    scales=scales("cien/ciento=2 mil=3 millón/millones=6 billón/billones=12"),
    opposites=opposites("sube/suben|baja/bajan gana|pierde confirma|desmiente"),
    thousands=".",
)

_PT = Tongue(
    code="pt",
    stop=word_set(
        "o a os as um uma uns umas de do da dos das e ou mas em no na nos nas ao à aos às com por"
        " pelo pela pelos pelas para sem sobre entre é são era eram ser sido foi foram tem têm"
        " tinha se seu sua seus suas que quem cujo onde quando como mais menos muito não nem este"
        " esta estes estas esse essa isto isso lhe já também após desde até durante contra segundo"
        " está estão há vai"
    ),
    nots=word_set("não nunca jamais nenhum nenhuma nada ninguém nem sem nega negou desmente"),
    hedges=word_set(
        "poderá poderia poderiam teria teriam seria seriam alegado alegada suspeito suspeita"
        " talvez provavelmente possível quase menos acusado acusada se parece"
    ),
    says=word_set(
        "diz dizem disse disseram segundo afirma afirmou anunciou anuncia informou informa"
        " declarou explicou garante garantiu confirmou confirma"
    ),
    finite=word_set(
        "é são era eram tem têm tinha foi foram será serão vai vão pode podem está estão diz"
        " disse há"
    ),
    leads=word_set("após depois antes durante desde em apesar"),
    tails=word_set(
        "que quem onde quando enquanto após depois com o em no na nos nas durante sob tendo devido"
    ),
    subs=word_set("após enquanto devido depois"),
    joins=word_set("e mas"),
    leaning=word_set(
        "ele ela eles elas este esta isto estes estas esse essa isso mas e também assim ainda porém"
    ),
    places=word_set("em perto"),
    about=word_set("cerca quase mais menos aproximadamente perto"),
    percent=("%", "por cento"),
    months=row(
        "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro"
    ),
    weekdays=row("segunda-feira terca-feira quarta-feira quinta-feira sexta-feira sabado domingo"),
    today=(("hoje", 0), ("ontem", -1)),
    numbers=numbers(
        "2 1 dois/duas três quatro cinco seis sete oito nove dez onze doze treze catorze/quatorze"
        " quinze",
        "20 10 vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    ),
    scales=scales(
        "cem/cento=2 mil=3 milhão/milhões=6 bilhão/bilhões=9 bilião/biliões/trilhão/trilhões=12"
    ),
    opposites=opposites("sobe/sobem|desce/descem/cai ganha|perde confirma|desmente"),
    thousands=".",
)

_IT = Tongue(
    code="it",
    stop=word_set(
        "il lo la i gli le l un uno una di del dello della dei degli delle d e o ma a al allo"
        " alla ai agli alle in nel nello nella nei negli nelle con per da dal dalla dai su sul"
        " sulla sui sulle tra fra senza è sono era erano essere stato stata stati ha hanno aveva"
        " si suo sua suoi sue loro che chi cui dove quando come se più meno molto non né questo"
        " questa questi queste quello quella ci già anche dopo prima durante contro secondo c"
    ),
    nots=word_set("non mai nessuno nessun nessuna niente nulla né senza nega smentisce"),
    hedges=word_set(
        "potrebbe potrebbero avrebbe avrebbero sarebbe sarebbero presunto presunta forse"
        " probabilmente possibile quasi circa meno accusato accusata se sembra"
    ),
    says=word_set(
        "dice dicono detto secondo afferma ha annunciato annuncia dichiarato spiega riferisce"
        " conferma sottolinea"
    ),
    finite=word_set(
        "è sono era erano ha hanno aveva sarà saranno va vanno può possono deve dice c'è"
    ),
    leads=word_set("dopo prima durante da in nel nella nonostante"),
    tails=word_set("che cui dove quando mentre dopo con tra in nel nella nei nelle durante"),
    subs=word_set("mentre dopo"),
    joins=word_set("e ma"),
    leaning=word_set(
        "lui lei essi questo questa questi queste quello quella ma e inoltre anche così però"
    ),
    places=word_set("a in vicino"),
    about=word_set("circa quasi oltre più meno intorno"),
    percent=("%", "per cento"),
    months=row(
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
        " dicembre"
    ),
    weekdays=row("lunedi martedi mercoledi giovedi venerdi sabato domenica"),
    today=(("oggi", 0), ("ieri", -1), ("domani", 1)),
    numbers=numbers(
        "2 1 due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici"
        " quindici sedici",
        "20 10 venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    ),
    scales=scales("cento=2 mille/mila=3 milione/milioni=6 miliardo/miliardi=9 bilione/bilioni=12"),
    opposites=opposites("sale/salgono|scende/scendono vince|perde conferma|smentisce"),
    thousands=".",
)

_OTHER = Tongue(nots=word_set("не нет ни δεν μην لا ليس لم لن नहीं لا نہیں לא אין"))
_KNOWN: dict[str, Tongue] = {t.code: t for t in (_EN, _DE, _FR, _ES, _PT, _IT)}

_SCRIPTS = (  # first and last code point of a script, and the language it most likely is in news
    ("぀", "ヿ", "ja"),
    ("一", "鿿", "zh"),
    ("가", "힯", "ko"),
    ("Ѐ", "ӿ", "ru"),
    ("Ͱ", "Ͽ", "el"),
    ("֐", "׿", "he"),
    ("؀", "ۿ", "ar"),
    ("ऀ", "ॿ", "hi"),
    ("฀", "๿", "th"),
)


def tongue(lang: str) -> Tongue:
    """Find a language by its code ("pt-BR" is "pt"); an unknown one knows next to nothing."""
    return _KNOWN.get(lang.split("-")[0].lower(), _OTHER)


def guess(texts: Iterable[str]) -> str:
    """Guess the language of some texts by script, then by small words; "en" when nothing tells."""
    text = " ".join(texts)[:4000]
    for first, last, code in _SCRIPTS:
        least = 0.05 if code == "ja" else 0.2  # Japanese is mostly written in Chinese characters
        if sum(first <= c <= last for c in text) > len(text) * least:
            return code
    words = [w.strip(".,:;!?\"'()") for w in fold(text).split()]
    hits = {code: sum(w in t.stop for w in words) for code, t in _KNOWN.items()}
    best = max(hits, key=lambda code: hits[code])
    return best if hits[best] > hits["en"] else "en"
