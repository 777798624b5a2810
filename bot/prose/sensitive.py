"""What a text is about, where people could be hurt by a picture: death, crime, illness. Pure.

Only a few words a language, of which a "*" at the end stands for any ending. A false alarm costs a
picture, a miss may show somebody in a bad light: words that are often harmless are in here too.
"""

import re
from collections.abc import Iterable, Mapping

from bot.prose.sentences import words
from bot.prose.tongues import Tongue, fold

__all__ = ["SENSITIVE", "compiled", "found", "sensitive"]

_WORDS: Mapping[str, str] = {
    "en": "kill* dead deadly death* dying die dies died murder* manslaughter homicide* fatal* shot"
    " shooting* gunman gunmen gunfire stab* attack* terror* bomb* explo* blast* crash*"
    " collision* collid* derail* accident* drown* injur* wound* victim* casualt* surviv* rape*"
    " rapist* sexual* abus* assault* harass* suicid* arrest* charged accus*"
    " suspect* alleg* fraud* corrupt* crime* criminal* guilty convict* prison* jail* kidnap*"
    " abduct* hostage* missing police raid* robbe* theft* thief smuggl* traffick* drug*"
    " overdos* child* minor minors teen* girl girls boy boys baby babies pupil* hospital*"
    " patient* disease* cancer* virus* outbreak* infect* epidemic* pandemic* vaccin* illness*"
    " sick* hiv aids mental* war wars airstrike* strike* missile* troops massacre* genocid*"
    " refugee* asylum deport* evacuat* rescu* flood* earthquake* wildfire* fire fires"
    " hurricane* tornado* collaps* disaster* famine* starv*",
    "de": "tot tote* tod* töt* getötet* starb* sterben stirbt gestorben mord* ermord* leiche*"
    " schuss schüsse schoss erschoss* erschossen messer* angriff* angegriffen anschlag*"
    " terror* bombe* explosion* explodier* unfall* unglück* absturz* abgestürzt kollision*"
    " kollidier* entgleis* ertrunken* verletz* opfer* überleb* vergewalt* missbrauch* sexuell*"
    " suizid* selbstmord* festgenommen* festnahme* verhaft* angeklag* anklage* beschuldig*"
    " verdacht* verdächt* betrug* korrupt* verbrechen* kriminell* schuldig* verurteil*"
    " gefängnis* haft entführ* geisel* vermisst* polizei razzia* raub* diebstahl* drogen* kind"
    " kinder* minderjähr* jugendlich* mädchen junge jungen baby* schüler* krankenhaus* klinik*"
    " patient* krank* krebs* virus* infiz* infektion* epidemie* pandemie* seuche* impf* krieg*"
    " luftangriff* rakete* flüchtling* asyl* abschieb* evakuier* gerettet* rettung*"
    " hochwasser* überschwemm* erdbeben* waldbrand* brand brände feuer sturm* einsturz*"
    " eingestürzt katastroph* hunger*",
    "fr": "tue tué* tuer meurtr* assassin* mort morts morte* mour* décès décéd* fusillade* tir tirs"
    " coup coups poignard* attaque* attentat* terror* bombe* explos* accident* collision*"
    " déraill* noyé* noyade* bless* victime* surviv* viol viols violé* violence* agress* abus*"
    " suicid* arrêté* arrest* interpell* accus* inculp* soupçon* suspect* fraude* corrupt*"
    " crime* criminel* coupable* condamn* prison* enlev* otage* disparu* police gendarm* vol"
    " vols drogue* enfant* mineur* adolesc* fille* garçon* bébé* élève* hôpit* patient* malad*"
    " cancer* virus* épidém* pandém* infect* vaccin* guerre* frappe* missile* réfugié* asile"
    " expuls* évacu* sauvet* secours inondation* séisme* incendie* feu feux tempête* effondr*"
    " catastroph* famine*",
    "es": "muer* muri* mata* asesin* homicid* cadáver* tiro* disparo* tirote* apuñal* ataque*"
    " atenta* terror* bomba* explos* accident* choque* colisi* descarril* ahog* herid*"
    " víctima* superviv* viola* violencia* abus* agresi* suicid* deten* arrest* acus* imputa*"
    " sospech* fraude* corrup* crimen* crímen* criminal* culpable* conden* cárcel* prisi*"
    " secuestr* rehen* desaparec* policía* robo* droga* narco* niñ* menor* adolesc* bebé*"
    " alumn* hospital* pacient* enferm* cáncer* virus* epidem* pandem* infec* vacun* guerra*"
    " bombarde* misil* refugiad* asilo deport* evacua* rescat* inunda* terremot* sismo*"
    " incendi* fuego* huracán* derrumb* desastre* catástrof* hambr*",
    "pt": "mort* morr* mata* assassin* homicíd* cadáver* tiro* tirote* disparo* esfaque* ataque*"
    " atenta* terror* bomba* explos* acident* colis* descarril* afog* ferid* vítima* sobreviv*"
    " viola* estupr* violênc* abus* agress* suicíd* detid* deten* preso* presa* acus* suspeit*"
    " fraude* corrup* crime* criminos* culpad* conden* prisão sequestr* rapt* refém* refén*"
    " desaparec*"
    " polícia* roub* furt* droga* tráfic* criança* menor* adolesc* bebé* bebê* alun* hospita*"
    " pacient* doen* cancro* câncer* vírus* epidem* pandem* infec* vacin* guerra* bombarde*"
    " míssi* refugiad* asilo deport* evacua* resgat* inunda* cheia* terremot* sismo* incêndi*"
    " fogo* furacão* desab* desastre* catástrof* fome",
    "it": "mort* muor* mori* ucci* omicid* assassin* cadaver* spar* accoltell* attacc* attentat*"
    " terror* bomb* esplo* incident* collision* scontr* deragli* anneg* ferit* vittim*"
    " sopravviss* stupr* violenz* abus* aggress* suicid* arrest* accus* indaga* sospett* frod*"
    " corruz* crimin* reat* colpevol* condann* carcer* prigion* rapi* sequestr* ostagg*"
    " scompars* polizia carabinier* furt* drog* bambin* minor* adolescent* ragazz* neonat*"
    " alunn* ospedal* pazient* malatt* malat* cancro virus* epidemi* pandemi* infett*"
    " infezion* vaccin* guerr* bombard* missil* rifugiat* asilo espuls* evacua* soccors*"
    " alluvion* terremot* incendi* fuoco uragan* croll* disastr* catastrof* fame",
}


def compiled(code: str, listed: str) -> re.Pattern[str]:
    """Make one expression of a list. German compounds end in the word that says what they are."""
    each = []
    for word in listed.split():
        stem = fold(word.rstrip("*"))
        before = r"\w*" if code == "de" and len(stem) > 4 else ""
        each.append(before + re.escape(stem) + r"\w*" * word.endswith("*"))
    return re.compile("|".join(each))


SENSITIVE = {code: compiled(code, listed) for code, listed in _WORDS.items()}
"""By language."""


def sensitive(texts: Iterable[str], speech: Tongue) -> bool:
    """Tell whether a text is about death, crime, illness or children.

    What is in a language that we do not know counts as sensitive.
    """
    known = SENSITIVE.get(speech.code)
    return known is None or bool(found(texts, known))


def found(texts: Iterable[str], pattern: re.Pattern[str]) -> str:
    """Give the first word of some texts that an expression of `compiled` knows, "" for none."""
    said = ((word, part) for text in texts for word in words(text) for part in _parts(word))
    return next((word for word, part in said if pattern.fullmatch(part)), "")


def _parts(word: str) -> list[str]:
    """Part a compound with a dash, and an article with its apostrophe: "l'incendie"."""
    return re.split("[-'’]", fold(word))
