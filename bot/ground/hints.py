"""Small words that turn a claim: bounds, units, directions, accusations. Tables only.

A language without a row has none of these checks.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.prose.grammar import opposites, word_set

__all__ = ["Hints", "hints", "unit_of"]

Pairs = tuple[tuple[frozenset[str], frozenset[str]], ...]


def phrases(text: str) -> tuple[tuple[str, ...], ...]:
    """Read "more than, over" as folded words; the longest first."""
    found = [tuple(p.split()) for p in (q.strip() for q in text.split(","))]
    return tuple(sorted(found, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Hints:
    """One language. `above` and `below` stand before a figure and bound it; `by` before who did it.

    `toward` are pairs of words that stand before where something begins and where it ends;
    `compares` are pairs that turn a comparison round when exchanged. `harm` are beginnings of words
    that accuse; `spans` are phrases for a week, a month or a year beside this one;
    `soft` are hedges that weigh only here, where they get lost; `turns` are opposites as well.
    """

    above: tuple[tuple[str, ...], ...] = ()
    below: tuple[tuple[str, ...], ...] = ()
    by: frozenset[str] = frozenset()
    toward: Pairs = ()
    compares: Pairs = ()
    harm: tuple[str, ...] = ()
    spans: tuple[tuple[str, str, int], ...] = ()
    soft: frozenset[str] = frozenset()
    turns: Pairs = ()


def _spans(text: str) -> tuple[tuple[str, str, int], ...]:
    """Read "last week=week-1": the phrase, its unit, and how many units from now."""
    pairs = (p.strip().split("=") for p in text.split(","))
    return tuple((phrase, span[:-2], int(span[-2:])) for phrase, span in pairs)


_HINTS: Mapping[str, Hints] = {
    "en": Hints(
        phrases("more than, over, at least, above, upwards of, exceeding, no fewer than"),
        phrases("less than, fewer than, under, below, up to, at most, no more than, as many as,"
                " as much as"),
        word_set("by"),
        opposites("from|to/into/toward/towards"),
        opposites(
            "more|fewer/less higher|lower most|least before|after first|last highest|lowest"
            " biggest|smallest largest|smallest bigger|smaller larger|smaller better|worse"
            " best|worst above|below over|under earlier|later older|younger oldest|youngest"
            " faster|slower longer|shorter double/doubled|half/halved stronger|weaker"
        ),
        ("kill", "murder", "shot", "shoot", "stab", "rape", "abus", "assault", "attack", "fraud",
         "steal", "stole", "theft", "brib", "corrupt", "smuggl", "traffick", "harass", "attempt",
         "launder", "lied", "crime", "kidnap", "abduct", "poison", "bomb", "set fire", "arson"),
        _spans("last week=week-1, next week=week+1, this week=week+0, last month=month-1,"
               " next month=month+1, this month=month+0, last year=year-1, next year=year+1,"
               " this year=year+0"),
        word_set("possible potential apparent unclear"),
        opposites(
            "allow/allows/allowed/permit/permits/permitted|ban/bans/banned/bar/bars/barred/forbid/forbids"
            " join/joins/joined/enter/enters/entered|quit/quits/leave/leaves/left"
            " buy/buys/bought|sell/sells/sold"
            " raise/raises/raised|cut/cuts/lower/lowers/lowered/slash/slashes"
            " impose/imposes/imposed|lift/lifts/lifted/scrap/scraps/scrapped"
            " reopen/reopens/reopened|close/closes/closed/shut/shuts safe|dangerous/unsafe"
            " strong/stronger|weak/weaker success/succeeds/succeeded|failure/fails/failed"
            " agree/agrees/agreed|disagree/disagrees/refuse/refuses/refused"
            " grow/grows/grew|shrink/shrinks/shrank found|lost/missing"
            " friend/friends/ally/allies|enemy/enemies/rival/rivals rich|poor"
            " convicted/jailed|acquitted/cleared/freed survive/survives/survived|die/dies/died"
            " back/backs/backed|oppose/opposes/opposed/reject/rejects"
            " begin/begins/began/start/starts|stop/stops/stopped/end/ends"
            " launch/launches/launched|halt/halts/halted"
            " improve/improves/improved|worsen/worsens/worsened"
            " attack/attacks/attacked|defend/defends/defended"
            " praise/praises/praised|criticise/criticises/criticised/condemn/condemns/condemned"
            " praises/praised|criticize/criticizes/criticized"
            " hire/hires/hired|fire/fires/fired/sack/sacks/sacked"
            " expand/expands/expanded|reduce/reduces/reduced push/pushes|pull/pulls"
            " north/northern|south/southern east/eastern|west/western"
            " arrive/arrives/arrived|depart/departs/departed borrow/borrowed|lend/lent"
            " ahead|behind inside|outside with|without always|never public|private"
            " surplus|deficit profit/profits|loss/losses victory|defeat demand|supply"
            " import/imports|export/exports"
        ),
    ),
    "de": Hints(
        phrases("mehr als, uber, mindestens, gut"),
        phrases("weniger als, unter, bis zu, hochstens, knapp, maximal"),
        word_set("von durch"),
        opposites("von/vom|auf/nach/bis/zu/zum"),
        opposites(
            "mehr|weniger hoher/hohere/hoheren|niedriger/niedrigere/geringer meisten|wenigsten"
            " vor|nach erste/ersten/erster|letzte/letzten/letzter hochste/hochsten|niedrigste"
            " grosste/grossten|kleinste/kleinsten grosser|kleiner besser|schlechter"
            " beste|schlechteste alter|junger fruher|spater schneller|langsamer langer|kurzer"
            " starker|schwacher"
        ),
        ("tot", "getot", "mord", "ermord", "schoss", "erschoss", "erstoch", "vergewalt",
         "missbrauch", "angriff", "angegriff", "betrug", "betrog", "gestohl", "stahl", "bestech",
         "korrupt", "schmuggel", "geschmuggel", "belastig", "entfuhr", "uberfall", "uberfiel"),
        _spans("letzte woche=week-1, vergangene woche=week-1, vergangenen woche=week-1, nachste"
               " woche=week+1, diese woche=week+0, kommende woche=week+1, letzten monat=month-1,"
               " nachsten monat=month+1, diesen monat=month+0, letztes jahr=year-1, nachstes"
               " jahr=year+1, dieses jahr=year+0, vergangenen jahr=year-1, diesem jahr=year+0,"
               " diesem monat=month+0, dieser woche=week+0, vergangener woche=week-1"),
        word_set("mag konnte konnten durfte durften eventuell"),
        opposites(
            "erlaubt/erlauben|verbietet/verbieten/verboten"
            " beginnt/beginnen/begann/startet|endet/enden/endete/stoppt/beendet"
            " offnet/offnen|schliesst/schliessen"
            " festgenommen/verhaftet|freigelassen/freigesprochen lebt/lebend|tot/gestorben"
            " zugestimmt/stimmt|abgelehnt/lehnt stark/starker|schwach/schwacher"
            " kauft/kaufen|verkauft/verkaufen hoch|niedrig gewinn/gewinne|verlust/verluste"
            " sieg|niederlage fur|gegen mit|ohne links|rechts offentlich|privat"
            " sicher|unsicher legal|illegal erhoht/erhohen|senkt/senken gelingt|scheitert"
            " gewinnen|verlieren steigen|sinken/fallen wachst/wachsen|schrumpft/schrumpfen"
            " nord|sud immer|nie"
        ),
    ),
    "fr": Hints(
        phrases("plus de, plus d', au moins, au-dela de"),
        phrases("moins de, moins d', jusqu'a, au plus, pres de"),
        word_set("par"),
        opposites("de/du|a/au/vers"),
        opposites(
            "plus|moins avant|apres premier/premiere|dernier/derniere superieur|inferieur"
            " superieure|inferieure meilleur/meilleure|pire grand/grande|petit/petite"
        ),
        ("tue", "meurtr", "assassin", "tir", "poignard", "viol", "agress", "attaqu", "fraud",
         "vole", "corromp", "corrupt", "trafi", "harcel", "enlev"),
        _spans("semaine derniere=week-1, semaine prochaine=week+1, cette semaine=week+0, mois"
               " dernier=month-1, mois prochain=month+1, ce mois=month+0, annee derniere=year-1,"
               " an dernier=year-1, annee prochaine=year+1, cette annee=year+0"),
        word_set("peut peuvent potentiel potentielle possible eventuel"),
        opposites(
            "autorise/autorises|interdit/interdits ouvre/ouvrir|ferme/fermer"
            " commence/debute|finit/termine/cesse gagne/gagnent/remporte|perd/perdent"
            " arrete/interpelle|libere/relache approuve/accepte|rejette/refuse"
            " augmente/augmentent|diminue/diminuent monte|descend/chute achete|vend"
            " victoire|defaite avec|sans pour|contre vivant|mort nord|sud est|ouest"
            " gauche|droite benefice|perte entre|quitte toujours|jamais"
        ),
    ),
    "es": Hints(
        phrases("mas de, al menos, por lo menos, por encima de"),
        phrases("menos de, hasta, como maximo, por debajo de"),
        word_set("por"),
        opposites("de/del/desde|a/al/hasta/hacia"),
        opposites(
            "mas|menos antes|despues primero/primera/primer|ultimo/ultima mayor|menor mejor|peor"
            " superior|inferior"
        ),
        ("mat", "asesin", "dispar", "apunal", "viol", "agred", "agresi", "atac", "fraud", "estaf",
         "rob", "sobor", "corrup", "trafic", "acos", "secuestr"),
        _spans("semana pasada=week-1, proxima semana=week+1, esta semana=week+0, mes"
               " pasado=month-1, proximo mes=month+1, este mes=month+0, ano pasado=year-1, proximo"
               " ano=year+1, este ano=year+0"),
        word_set("puede pueden posible posibles presuntamente supuestamente habria podria"),
        opposites(
            "permite/permiten/autoriza|prohibe/prohiben abre/abren/abrio|cierra/cierran/cerro"
            " empieza/comienza/comenzo|termina/acaba/termino"
            " gana/ganan/gano|pierde/pierden/perdio detenido/detenida|liberado/liberada"
            " aprueba/aprobo/acepta|rechaza/rechazo aumenta/aumento/crece|disminuye/cae/reduce"
            " compra/compro|vende/vendio victoria|derrota con|sin favor|contra"
            " vivo/viva|muerto/muerta norte|sur izquierda|derecha beneficio|perdida entra|sale"
            " siempre|nunca culpable|inocente"
        ),
    ),
    "pt": Hints(
        phrases("mais de, pelo menos, ao menos, acima de, mais do que"),
        phrases("menos de, ate, no maximo, abaixo de, menos do que"),
        word_set("por pelo pela pelos pelas"),
        opposites("de/do/da/desde|para/a/ao/ate"),
        opposites(
            "mais|menos antes|depois primeiro/primeira|ultimo/ultima maior|menor melhor|pior"
            " superior|inferior acima|abaixo"
        ),
        ("mat", "assassin", "dispar", "esfaq", "viol", "estupr", "agred", "agress", "atac", "fraud",
         "burl", "roub", "subor", "corrup", "trafic", "assedi", "sequestr", "rapt", "abus"),
        _spans("semana passada=week-1, proxima semana=week+1, esta semana=week+0, mes"
               " passado=month-1, proximo mes=month+1, este mes=month+0, ano passado=year-1,"
               " proximo ano=year+1, este ano=year+0"),
        word_set("pode podem podera poderao tera terao possivel possiveis alegadamente"
            " alegados alegadas suspeitos presumivel"),
        opposites(
            "permite/permitem/autoriza|proibe/proibem abre/abrem/abriu|fecha/fecham/fechou"
            " comeca/comecou/inicia/iniciou|termina/terminou/acaba/acabou"
            " ganha/ganhou/vence/venceu/vencem|perde/perdeu/perdem"
            " detido/detida/detidos|libertado/libertada/libertados"
            " aprova/aprovou/aceita|rejeita/rejeitou/chumba"
            " aumenta/aumentou/cresce/sobe/subiu|diminui/diminuiu/cai/caiu/desce/desceu"
            " compra/comprou|vende/vendeu vitoria|derrota com|sem favor|contra"
            " vivo/viva|morto/morta norte|sul esquerda|direita lucro/lucros|prejuizo/prejuizos"
            " entra/entrou|sai/saiu sempre|nunca culpado|inocente"
        ),
    ),
    "it": Hints(
        phrases("piu di, oltre, almeno, piu del"),
        phrases("meno di, fino a, al massimo, sotto"),
        word_set("da dal dalla dai dalle"),
        opposites("da/dal/dalla|a/al/alla/verso"),
        opposites(
            "piu|meno prima|dopo primo/prima|ultimo/ultima maggiore|minore migliore|peggiore"
            " superiore|inferiore"
        ),
        ("ucci", "omicid", "assassin", "spar", "accoltel", "viol", "stupr", "aggred", "attacc",
         "frod", "truff", "rub", "corruz", "corrot", "traffic", "molest", "rapi"),
        _spans("settimana scorsa=week-1, scorsa settimana=week-1, prossima settimana=week+1, questa"
               " settimana=week+0, mese scorso=month-1, prossimo mese=month+1, questo mese=month+0,"
               " anno scorso=year-1, prossimo anno=year+1, quest'anno=year+0"),
        word_set("puo possono possibile presunti presumibilmente"),
        opposites(
            "permette/autorizza|vieta/proibisce apre/aprono|chiude/chiudono"
            " inizia/comincia|finisce/termina vince/vincono/vinto|perde/perdono/perso"
            " arrestato/arrestata|liberato/liberata approva/accetta|respinge/rifiuta"
            " aumenta/cresce/sale|diminuisce/cala/scende compra|vende vittoria|sconfitta"
            " con|senza favore|contro vivo|morto nord|sud sinistra|destra utile|perdita"
            " entra|esce sempre|mai colpevole|innocente"
        ),
    ),
}  # fmt: skip
_NONE = Hints()


def hints(code: str) -> Hints:
    """Find the hints of a language by the code of its tongue."""
    return _HINTS.get(code, _NONE)


_UNITS: Mapping[str, tuple[str, float]] = {
    word: (kind, size)
    for kind, size, told in (
        ("length", 1000.0, "km kilometre kilometres kilometer kilometers kilometern kilometre"
         " kilometros quilometro quilometros chilometro chilometri"),
        ("length", 1609.344, "mile miles meile meilen milla millas milha milhas miglio miglia"),
        ("length", 1.0, "m metre metres meter meters metern metro metros metri"),
        ("length", 0.3048, "foot feet ft"),
        ("length", 0.01, "cm centimetre centimetres centimeter centimetros zentimeter"),
        ("weight", 1000.0, "tonne tonnes ton tons tonnen toneladas tonelada tonnellate"),
        ("weight", 1.0, "kg kilo kilos kilogram kilograms kilogramm kilogrammes quilos"),
        ("weight", 0.4536, "lb lbs"),
        ("time", 1.0, "second seconds sekunde sekunden seconde secondes segundos secondi"),
        ("time", 60.0, "minute minutes minuten minutos minuti"),
        ("time", 3600.0, "hour hours hr hrs stunde stunden heure heures hora horas ora ore"),
        ("time", 86400.0, "day days tag tage tagen jour jours dia dias giorno giorni"),
        ("time", 604800.0, "week weeks woche wochen semaine semaines semana semanas settimane"),
        ("month", 1.0, "month months monat monate monaten mois mes meses mese mesi"),
        ("month", 12.0, "year years jahr jahre jahren ans annees ano anos anni"),
        ("speed", 1.0, "mph"), ("speed", 0.621371, "kph kmh km/h"),
        ("area", 1.0, "hectare hectares hektar hectareas ettari"), ("area", 0.4047, "acre acres"),
        ("warmth", 1.0, "degree degrees grad degre degres grado grados graus gradi c"),
        ("volume", 1.0, "litre litres liter liters litros litri"),
        ("volume", 159.0, "barrel barrels"), ("watt", 1.0, "mw megawatt megawatts"),
        ("watt", 1000.0, "gw gigawatt gigawatts"),
    )
    for word in told.split()
}  # fmt: skip


def unit_of(word: str) -> tuple[str, float] | None:
    """Read a folded word as a unit: what it measures, and its size in that measure."""
    return _UNITS.get(word)
