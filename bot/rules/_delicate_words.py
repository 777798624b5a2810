"""The words of sensitive topics in six languages. Tables only; all of it is folded.

Written for precision: a word that is mostly harmless ("charged", "violation", "victim" alone) is in
here only together with what makes it serious.
"""

import re
from collections.abc import Mapping

from bot.prose.tongues import word_set

__all__ = [
    "ACCUSED", "ACCUSING", "AGED", "ATTACKERS", "BODIES", "HARM", "MINORS", "PRONOUNS", "SUICIDE",
    "TITLES", "VICTIMS", "VIOLATED",
]  # fmt: skip


def _table(**rows: str) -> Mapping[str, re.Pattern[str]]:
    """Read alternatives by language; each begins and ends at the edge of a word."""
    return {code: re.compile(rf"\b(?:{' '.join(row.split())})\b") for code, row in rows.items()}


def _listed(**rows: str) -> Mapping[str, re.Pattern[str]]:
    """Read lists of words by language; "*" at the end stands for any ending."""
    return _table(
        **{
            code: "|".join(w.replace("*", r"\w*") for w in row.split())
            for code, row in rows.items()
        }
    )


SUICIDE = _table(
    en=r"suicid\w+|(?:took|take|takes|taking|taken) (?:his|her|their) own li(?:fe|ves)"
    r"|(?:killed|kills|killing) (?:himself|herself|themselves)|self-harm\w*|self-inflicted",
    de=r"suizid\w*|selbstmord\w*|selbsttotung\w*|freitod\w*|das leben genommen"
    r"|nahm(?:en)? sich das leben|selbstverletz\w*",
    fr=r"suicid\w+|mis fin a ses jours|s'est donne la mort|s'est tuee?|automutil\w+",
    es=r"suicid\w+|se quito la vida|quitarse la vida|se mato a si mism[oa]|autolesion\w*",
    pt=r"suicid\w+|tirou a propria vida|pos fim a (?:propria )?vida|automutil\w+",
    it=r"suicid\w+|si e tolt[oa] la vita|togliersi la vita|autolesion\w*",
)
ATTACKERS = _table(
    en=r"suicide[ -](?:bomb\w*|attack\w*|drone\w*|vest\w*|squad\w*|mission\w*|blast\w*|car\w*)",
    de=r"selbstmord(?:attent|anschl|bomb|drohn|kommando|terror)\w*",
    fr=r"(?:attentats?|attaques?|drones?|gilets?|voitures?|commandos?)[ -]suicides?|kamikaze\w*",
    es=r"(?:atentad\w+|ataqu\w+|terrorist\w+|dron\w*|coche\w*|bomb\w+|comando\w*) suicidas?",
    pt=r"(?:atentad\w+|ataqu\w+|terrorist\w+|drone\w*|carro\w*|bomb\w+|homens?-bomba) suicidas?",
    it=r"(?:attentat\w+|attacc\w+|terrorist\w+|dron\w+|auto\w*|bomb\w+) suicid\w|kamikaze",
)
VIOLATED = _table(
    en=r"rap(?:e|ed|es|ist|ists|ing)|gang-rap\w+"
    r"|sexual(?:ly)? (?:\w+ )?(?:assault\w*|abus\w+|violence|harass\w+|exploit\w+|misconduct)"
    r"|molest\w+|child abuse|domestic (?:abuse|violence)|revenge porn|sex traffick\w+",
    de=r"vergewaltig\w+|sexuell\w* (?:\w+ )?(?:missbrauch\w*|ubergriff\w*|gewalt|belastig\w+"
    r"|notig\w+)"
    r"|sexualisiert\w* gewalt|kindesmissbrauch\w*|missbrauchsopfer\w*|hausliche\w* gewalt",
    fr=r"viols?|violeu?r?e?s?|(?:agressions?|violences?|abus|harcelement) sexuel\w*"
    r"|agresse\w* sexuellement|violences? conjugales?|inceste\w*|pedo(?:criminal|phil"
    r"|pornograph)\w+",
    es=r"violad[oa]s?|violador\w*|violacion(?:es)? (?:sexual\w*|en grupo|grupal\w*|de una? \w+)"
    r"|(?:agresion|agresiones|abusos?|violencia|acoso|explotacion) sexual\w*"
    r"|violencia (?:machista|de genero|domestica)|pederast\w+",
    pt=r"estupr\w+|violad[oa]s?|violador\w*"
    r"|(?:agressao|agressoes|abusos?|violencia|assedio|importunacao|exploracao) sexua\w+"
    r"|violencia domestica|pedofil\w+",
    it=r"stupr\w+|violentat\w+|(?:violenz\w|abus\w|molesti\w|aggression\w) sessual\w+"
    r"|violenza (?:domestica|di genere)|pedofil\w+|pedopornograf\w+",
)  # fmt: skip
MINORS = _listed(
    en="child children boy boys girl girls baby babies infant* toddler* teen* schoolboy*"
    " schoolgirl*"
    " schoolchild* pupil pupils minor minors juvenile* youngster*",
    de="kind kinder kindern kindes schulkind* kleinkind* jugendlich* madchen junge jungen baby"
    " babys"
    " saugling* schuler* minderjahrig* teenager*",
    fr="enfant* mineur* mineure* adolescent* fillette* garcon garcons bebe* nourrisson* ecolier*"
    " lyceen* collegien*",
    es="nino* nina* menor menores adolescente* bebe bebes escolar* alumno* alumna*",
    pt="crianca* menino* menina* menor menores adolescente* bebe bebes aluno* aluna*",
    it="bambin* minore minori minorenn* adolescent* ragazzin* neonat* alunn* studentess* scolar*",
)
AGED = _table(
    en=r"(\d{1,2})[- ]year[- ]olds?|aged? (?:just |only )?(\d{1,2})",
    de=r"(\d{1,2})-?jahrig\w*|(\d{1,2}) jahre alt\w*",
    fr=r"age\w* (?:de |d')?(?:seulement )?(\d{1,2}) ans|(?:garcon|fille|fillette|enfant"
    r"|adolescent\w*)"
    r" de (\d{1,2}) ans",
    es=r"(?:nin\w+|nen\w+|menor\w*|joven\w*|adolescente\w*|chic[oa]s?|hij[oa]s?"
    r"|alumn\w+) de (\d{1,2})"
    r" anos|(\d{1,2}) anos de edad",
    pt=r"(?:crianca\w*|menin[oa]s?|menor\w*|jove[mn]\w*|adolescente\w*|rapaz\w*|rapariga\w*"
    r"|filh[oa]s?"
    r"|alun\w+) de (\d{1,2}) anos|(\d{1,2}) anos de idade",
    it=r"(\d{1,2})enn[ei]|(?:bambin\w|ragazz\w+|minore|giovane|figli[oa]"
    r"|student\w+) di (\d{1,2}) anni",
)  # fmt: skip
HARM = _listed(
    en="kill* dead death* die died dies dying murder* stab* shot shoot* injur* wound* hurt hit"
    " drown* abus* assault* attack* abduct* kidnap* missing rescued neglect* traffick* beat* burn*"
    " crash* arrest* charged accus* court* guilty convict* sentenc* custody detain* suspect*"
    " victim*"
    " overdos* bull* harass* starv* hospital*",
    de="tot tote* getotet* starb* gestorben* ermord* mord* messer* erstochen* schuss* schoss*"
    " verletz* ertrunken* ertrank* missbrauch* misshandel* angegriff* angriff* entfuhr* vermisst*"
    " verbrannt* festgenommen* angeklagt* beschuldig* gericht* schuldig* verurteil* haft* verdacht*"
    " opfer* mobbing* krankenhaus* klinik* verhunger*",
    fr="tue* mort* meurtr* assassin* poignard* bless* noye* noyade* abus* agress* enlev* disparu*"
    " maltrait* brul* accident* arret* interpell* mis accus* tribunal* coupable* condamn* garde"
    " suspect* victime* harcel* hopita* hospitalis*",
    es="muer* murio murieron mata* asesin* apunal* disparo* tiroteo* herid* ahog* abus* agred*"
    " secuestr* desaparec* maltrat* quemad* accidente* deten* acus* tribunal* juicio culpable*"
    " conden* sospech* victima* acoso hospital*",
    pt="mort* morr* mata* assassin* esfaque* baleado* tiroteio* ferid* afog* abus* agred* sequestr*"
    " rapt* desaparec* maltrat* queimad* acident* detid* acus* tribunal julgamento culpad* conden*"
    " suspeit* vitima* hospital*",
    it="mort* muor* uccis* omicid* assassin* accoltell* spar* ferit* anneg* abus* aggred* rapit*"
    " sequestr* scompars* maltratt* ustion* incident* arrest* accus* tribunal* colpevol* condann*"
    " sospett* vittim* bullismo ospedal* ricoverat*",
)  # fmt: skip
VICTIMS = _listed(
    en="victim victims", de="opfer opfern opfers mordopfer* todesopfer*", fr="victime victimes",
    es="victima victimas", pt="vitima vitimas", it="vittima vittime",
)  # fmt: skip
ACCUSED = _table(
    en=r"accused of|(?:is|are|was|were|been|being|stands?) (?:\w+ )?"
    r"(?:accused|charged|indicted|arrested|convicted|suspected|detained|prosecuted|jailed"
    r"|sentenced)"
    r"|charged (?:with|over|in connection)|(?:faces?|faced|facing|denie[sd]|deny) (?:\w+ ){0,2}"
    r"(?:charges?|allegations?|accusations?|trial|prosecution)|suspected of|convicted of"
    r"|found guilty|(?:pleads?|pleaded) (?:not )?guilty|on trial|alleged|allegedly|allegations?"
    r"|indict(?:ed|ment)|arrest(?:s|ed)|suspects?|arrest warrant|under investigation|jailed"
    r"|sentenced to",
    de=r"beschuldigt\w*|angeklagt\w*|anklage\w*|verdachtigt\w*|unter verdacht|tatverdachtig\w*"
    r"|mutmasslich\w*|angeblich|festgenommen\w*|verhaftet\w*|verurteilt worden|verurteilte[rn]?"
    r"|(?:wurde|wurden|wird|ist|sind) (?:[\w.-]+ ){0,7}verurteilt|vor gericht|haftbefehl"
    r"|ermittel\w+ gegen|vorgeworfen|vorwurf\w*|schuldig|strafanzeige\w*",
    fr=r"accusee?s?(?= d[e'])|accusees?|inculpe\w*|mise? en examen|mise? en cause"
    r"|soupconne\w*|suspecte\w*|presumee?s?"
    r"|arretee?s?|interpellee?s?|condamnee?s?|coupables?|juge[es]* pour|garde a vue|poursuivie?s?"
    r"|mandat d'arret|plainte contre",
    es=r"acusad[oa]s?|imputad[oa]s?|procesad[oa]s?|investigad[oa]s?|sospechos[oa]s?"
    r"|presunt[oa]s?|supuest[oa]s?|detenid[oa]s?|arrestad[oa]s?|condenad[oa]s?|culpables?"
    r"|orden de (?:arresto|captura)|denunciad[oa]s?",
    pt=r"acusad[oa]s?|indiciad[oa]s?|arguid[oa]s?|denunciad[oa]s?|suspeit[oa]s?"
    r"|alegad[oa]s?|supost[oa]s?|detid[oa]s?|pres[oa]s?|condenad[oa]s?|culpad[oa]s?|reus?"
    r"|mandado de (?:prisao|captura)|investigad[oa]s?",
    it=r"accusat[oaie]|indagat[oaie]|imputat[oaie]|sospettat[oaie]|presunt[oaie]"
    r"|arrestat[oaie]|fermat[oaie]|condannat[oaie]|colpevol[ei]|rinviat[oaie] a giudizio"
    r"|a processo|mandato d'arresto|denunciat[oaie]",
)
PRONOUNS = _listed(
    en="he she they", de="er sie", fr="il elle", es="el ella", pt="ele ela", it="lui lei egli",
)  # fmt: skip
ACCUSING = _table(
    en=r"accus(?:es?|ed|ing)(?! of)|alleges? (?:that )?",
    de=r"wirft|werfen|warf|beschuldigt|bezichtigt",
    fr=r"accuse(?:nt)?(?! d[e'])|met en cause", es=r"acusa(?:n|ron)?|acuso|denuncia",
    pt=r"acusa(?:m|ram)?|acusou|denuncia", it=r"accusa(?:no)?|denuncia",
)  # fmt: skip
"""Somebody accuses: whoever is named behind it is meant, not whoever stands before it."""
TITLES = word_set(
    "mr mrs ms miss dr prof sir dame lord lady herr frau monsieur madame señor señora sr sra senhor"
    " senhora dom don doña signor signora president präsident präsidentin président présidente"
    " presidente presidenta senator senador sénateur minister ministerin ministre ministro ministra"
    " mayor bürgermeister bürgermeisterin maire alcalde alcaldesa prefeito prefeita sindaco"
    " governor"
    " judge captain general colonel sergeant king queen prince princess pope bishop"
)
BODIES = word_set(
    "police court courts ministry government parliament senate congress council committee"
    " commission"
    " department office agency authority party union bank group company corp inc ltd plc university"
    " college school hospital club city town county state states kingdom republic nations"
    " league cup"
    " court house street road bridge river lake island islands park airport station north south"
    " east"
    " west new san santa los las united national international federal supreme high european world"
    " news times post press radio daily today fire brigade army navy air force guard service"
    " services"
    " church cathedral museum festival prize program programme labor labour democrats republicans"
    " conservatives coast bay beach hall centre center world affairs foundation association society"
    " negócios solidariedade ministros polizei gericht landgericht"
    " oberlandesgericht ministerium regierung bundestag bundesrat partei universität"
    " staatsanwaltschaft"
    " stadt land feuerwehr bundeswehr police tribunal cour ministère gouvernement parti assemblée"
    " nationale université ville gendarmerie état états unis policía guardia civil tribunal supremo"
    " corte ministerio gobierno partido universidad ciudad estados unidos polícia federal"
    " ministério"
    " público governo universidade cidade polizia carabinieri procura ministero governo partito"
    " università città corte stati uniti europea europäische union européenne"
)
