"""Whether a line says something with a verb, as far as that can be told without a grammar. Pure.

"Reckitt Benckiser, the maker of Lysol" says nothing. Verbs are known by tables and, where a
language lets them be, by their endings.
"""

import re
from functools import lru_cache

from bot.prose.sentences import words
from bot.prose.tongues import Tongue, fold, word_set

__all__ = ["known_verbs", "leans", "tells"]

_NO_VERB_AFTER = word_set("a an the of his her their its any no some new these those")
_SHORT = re.compile(r"(?:he|she|it|they|there|who|that|this)'(?:s|re|ll|ve|d)|\w+n't")
_PASSIVE = ("by", "for", "with", "on", "in", "over")
_VERBS = {
    "en": word_set(
        "announces arrives asks attacks backs bans beats becomes begins believes blames"
        " blocks breaks brings calls charges claims climbs closes collapses comes continues"
        " crashes cuts demands denies describes detains dies drops ends enters expects faces"
        " falls feels fights files finds fires flees follows forms gains gets gives goes grows"
        " halts helps hits holds hopes hosts includes joins jumps keeps kills lands launches"
        " leads leaves lets lies lifts likes loses makes marks means meets moves named needs"
        " offers opens opts orders pass passes pays picks plans plays plunges posts pulls puts"
        " quits raises reaches reacts recalls recommends rejects remains removes reopens"
        " resigns returns reveals rises rules runs says seeks seizes sells sends serves sets"
        " shares shows shuts signs sinks slams slips soars speaks stands starts stays steps"
        " stops strikes struggles sues supports suspends takes talks tells threatens tops"
        " turns unveils urges uses visits votes vows wants warns wins works ate beat began"
        " became bought broke brought built came caught chose cost cut drew drove fell felt"
        " fled flew forced forbade fought found gave got grew held hid hit hurt kept knew lay"
        " led left let lost made meant met paid put ran read rose said sank saw sent set shook"
        " shot shut sold spent spoke stole stood struck swept swore taught thought threw told"
        " took tore went woke won wore wrote are is was were has have had do does did will"
        " would can could may might must should aims agrees allows appears applies argues"
        " attends avoids bears boosts confirms considers contains covers defends delays earns"
        " exists extends fails features gathers grants happens hears hunts insists intends"
        " investigates issues knows lacks lasts lives looks notes occurs opposes owns owes"
        " pleads praises prepares presents prevents produces promises proposes protects proves"
        " provides pushes receives reduces refuses regards relies repeats replaces reports"
        " represents requires resumes rushes saves scores sees seems slows sparks spends"
        " stretches suffers suggests surges tests thinks tries trials undergoes withdraws"
        " writes"
    ),
    "fr": word_set(
        "fit mit prit vint fut eut obtint permit "
        "abandonne accueille accuse achète affronte ajoute alerte appelle apprend arrête"
        " arrive attaque atteint attend augmente baisse bat bloque brille cherche choisit"
        " commence compte concerne condamne confie connaît conserve continue craint critique"
        " débute décide découvre défend demande devient dénonce dépasse dirige dispute doivent"
        " domine donne dure envisage espère évoque existe explique exige ferme gagne garde"
        " illumine indique inquiète joue lance maintient manque marque menace met mettent"
        " montre naît obtient offre ouvre parle part participe passe perd permet peuvent porte"
        " pose poursuit prend prennent présente prévoit prévient profite propose publie quitte"
        " raconte rappelle reçoit réclame reconnaît refuse rejoint remet remporte rencontre"
        " rend renonce reprend représente résiste retire retourne retrouve revient réunit"
        " révèle saisit souhaite suit suscite tente tient touche tombe tourne traverse trouve"
        " veut veulent vient viennent vise vit vend voit c'est s'est n'est qu'est j'ai l'a n'a"
        " s'agit étendent"
    ),
    "es": word_set(
        "hizo hicieron dijo tuvo dio dieron vino vio puso quiso trajo estuvo hubo pudo "
        "abandona abre acaba acepta acusa advierte afecta agrede alcanza amenaza añade"
        " anuncia apoya apuesta aprueba arranca asume aumenta ayuda baja busca cae cambia"
        " celebra choca cierra comienza condena confía consigue considera contiene continúa"
        " convierte corre crece cree critica cuenta cumple da dan debe deben decide defiende"
        " deja demuestra denuncia descarta destaca detiene duda elige empieza encuentra entra"
        " espera esperan estudia evita exige existe explica falta fija firma gana gestiona"
        " gira habla hace hacen igualan incluye indica insiste intenta invita juega lanza"
        " lidera llega llegan lleva logra mantiene marca mata muestra nace necesita niega"
        " obliga ofrece ordena pasa pide piden pierde plantea pone presenta pretende propone"
        " prevé prohíbe publica publican queda quiere quieren recibe recomienda recomiendan"
        " reconoce rechaza recuerda recupera reduce regresa renuncia representa resulta reúne"
        " revela saca sabe sale sigue siguen significa sostiene sufre suma supera supone teme"
        " termina tienen toma trabaja trata ultima usa vale vence vende viaja viene visita"
        " vive vota vuelve detenido"
    ),
    "pt": word_set(
        "fez fizeram disse teve tiveram deu deram veio viu pôs quis trouxe esteve houve "
        "abandona abre abrem acaba aceita acontece acusa acusam afasta afeta alerta ameaça"
        " anuncia aponta apoia apresenta aprova aposta assume assinala assina aumenta avança"
        " avisa baixa busca cai cancela celebra chega chegam começa condena confia consegue"
        " considera contém continua continuam convida corre cresce critica cria decide"
        " decorre defende defendem deixa denuncia descarta desvaloriza deve devem domina"
        " elogia empata empatam encerra entra entrega enfrenta espera esperam estreia evita"
        " exclui exige existe explica fala falam falta fecha fica ficam fixa ganha garante"
        " goleia inclui indica inicia insiste integra investe joga joga-se lança lamenta"
        " lembra leva lidera liberta marca mantém mantém-se mata mobiliza morre morrem mostra"
        " nasce nega obriga oferece ordena passa pede pedem perde permite pondera preocupa"
        " prepara pretende prevê procura promete propõe publica quer querem reage realiza"
        " recebe reclama reconhece recorda recupera recusa reduz reforça regressa rejeita"
        " renova representa resulta retoma revela sabe sai segue significa sobe sofre soma"
        " surge tenta termina toma traça trabalha trata-se trava vale vence vende viaja vive"
        " volta vota faz fazem despede-se inaugura libera viram"
    ),
    "it": word_set(
        "fece disse fu ebbe diede venne vide mise prese chiuse decise scrisse vinse perse "
        "abbandona accoglie accusa affronta aggiunge annuncia apre appare arriva arrivano"
        " aspetta assistono attacca attende aumenta avverte batte blocca cade cambia cerca"
        " chiede chiedono chiude colpisce comincia conclude condanna considera continua corre"
        " costa crede cresce critica crolla decide denuncia deve devono difende diventa dura"
        " entra esce esiste esordisce evita ferma finisce firma gioca guida ha hanno inizia"
        " interviene invita lancia lascia lavora legge manca mantiene mette minaccia mostra"
        " muore nasce nega offre ordina ottiene pareggia parla parte passa perde permette"
        " porta prende prepara presenta prevede produce promette propone pubblica punta resta"
        " resiste riapre riceve ricorda riduce rifiuta rimane rinuncia ritira ritorna risponde"
        " riunisce rivela sale salta scatta sceglie scende scrive segna segue sembra sfida"
        " smette sogna sostiene spera spiega sta stanno subisce supera svela tenta termina"
        " tiene torna trova uccide vale vede vende viene vengono vince vive vola vota vuole"
    ),
    "de": word_set(
        "ähnele gehe sei habe werde könne müsse solle wolle liege stehe komme ruft hält"
    ),
}
# Endings of finite verbs that other words hardly have; of words written small
_ENDINGS = {
    "de": re.compile(r"\w{2,}(?:t|te|ten|en|ln|rn)$"),
    "es": re.compile(r"\w{2,}(?:ó|aron|ieron|ará|erá|irá|arán|erán|irán|aba|aban|ía|ían)$"),
    "pt": re.compile(r"\w{2,}(?:ou|aram|eram|iram|eu|iu|ará|erá|irá|arão|erão|irão|ava|avam)$"),
    "it": re.compile(r"\w{2,}(?:ò|arono|erono|irono|erà|irà|eranno|iranno|ava|avano|iva|evano)$"),
    "fr": re.compile(r"\w{2,}(?:era|eront|ira|iront|ait|aient|èrent|irent|ent)$"),
}
_BASE = word_set(
    "add attend avoid back begin believe call come continue demand differ expect face fear"
    " get give go hope keep live make need pledge promise reject plan play remain reveal say"
    " see seek show stand take talk tell think urge vow want warn work"
)  # as "documents reveal"
_SUBJECTLESS = word_set(
    "foi foram era eram fue fueron trata-se regressa regresa choca vuelve será serão serán"
)
_LONG = 11  # words
_IMPERATIVE = word_set("know see read find get watch meet roll try learn take join come wear")
_TALK = word_set("reports claims fears concerns news calls word")  # "Reports that ..."
_RELATIVE = re.compile(r",\s(?:who|which|whose|where)\s[^,]*(?:,|\.?$)")


def leans(line: str, tongue: Tongue) -> bool:
    """Tell whether a line cannot stand alone: it begins with "she", an order, or a verb alone.

    "Saudou os agentes" has its subject in the sentence before, in languages that may leave it out.
    """
    first = (words(line) or ("",))[0]
    if fold(first) in tongue.leaning or (tongue.code == "en" and fold(first) in _IMPERATIVE):
        return True
    if tongue.code not in ("es", "pt", "it"):
        return False
    alone = fold(first) in _SUBJECTLESS | _VERBS[tongue.code]
    return alone or bool(_ENDINGS[tongue.code].match(first.lower()))


@lru_cache(maxsize=32)
def known_verbs(tongue: Tongue) -> frozenset[str]:
    """List the verb forms that our tables hold (folded)."""
    base = _BASE if tongue.code == "en" else frozenset()
    return tongue.finite | tongue.says | _VERBS.get(tongue.code, frozenset()) | base


def tells(line: str, tongue: Tongue, *, headline: bool = False) -> bool:
    """Tell whether a line has a verb that says what happened or is.

    "Shoes auctioned for a record" and "Bridge hit by barge" leave the verb to the reader, and so
    does "The maker of pumps, which was sold". In a `headline` more participles stand alone. Our
    tables of other languages are short: there only a short line needs a verb that we know, and a
    language without tables always tells.
    """
    if tongue.code == "en":
        return _tells_in_english(line, tongue, headline)
    ends = _ENDINGS.get(tongue.code)
    known = known_verbs(tongue)
    told = tuple(w for w in words(line) if len(w) > 1 or w.isascii() == (tongue.code == "fr"))
    return (
        ends is None
        or len(told) >= _LONG
        or not {fold(w) for w in told}.isdisjoint(known)
        or any(w[:1].islower() and ends.match(w.lower()) for w in told)
    )


def _tells_in_english(line: str, tongue: Tongue, headline: bool) -> bool:
    told = [fold(w) for w in words(_RELATIVE.sub(" ", line))]
    known = known_verbs(tongue)
    if told[1:2] == ["that"] and told[0] in _TALK:
        return False
    passive = _PASSIVE if headline else ("by",)
    for before, word, after in zip(["", *told], told, [*told[1:], ""], strict=False):
        past = word.endswith("ed") and word.isalpha() and bool(before) and after not in passive
        if headline and word in _BASE and not before.endswith("s"):
            continue  # "face masks", but "ministers face"
        sure = word in known and (
            after not in passive or word.endswith("s") or word in tongue.finite
        )
        if past or (sure and before not in _NO_VERB_AFTER):
            return True
    return any(_SHORT.fullmatch(w) for w in told)
