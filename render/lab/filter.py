"""What a model may be asked, and how words are made ready for it. Pure.

The tables are of the languages that scripts are written in. They stop what should never be drawn,
not what a determined editor words around: who approves a clip sees every picture of it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

__all__ = ["MOST", "cleaned", "refused"]

MOST = 1200  # characters of a scene: encoders read about 512 tokens, its mood and sheets need room

_CHILDREN = (
    "child, children, kid, kids, minor, minors, teen*, preteen*, underage*, toddler*, baby, babies,"
    " infant*, boy, boys, girl, girls, schoolgirl*, schoolboy*, loli, shota,"
    " kind, kinder, kindes, kindern, mädchen*, junge, jungen, minderjährig*, säugling*, schüler*,"
    " enfant*, fillette*, garçonnet*, mineur*, bébé*, adolescent*, écolier*, écolière*,"
    " niño*, niña*, menor, menores, colegial*, bambin*, minorenn*, ragazzin*, neonat*,"
    " criança*, menino*, menina*, ребен*, дети, детей, девочк*, мальчик*, несовершеннолетн*,"
    " παιδι*, ילד*, נער*, طفل, أطفال, قاصر, बच्च, नाबालिग, เด็ก,"
    " 子供, 子ども, 児童, 少女, 少年, 幼女, 儿童, 兒童, 小孩, 未成年,"
    " 아동, 어린이, 소녀, 소년, 미성년"
)
_BARE = (  # no child is shown like this; others may stand in underwear
    "naked*, nude, nudes, nudity, undress*, topless, sex, sexy, sexual*, erotic*, seductive*,"
    " lingerie, underwear, panties, bikini*, fetish*, nackt*, sexuell*, erotisch*,"
    " unterwäsche*, entkleidet*,"
    " nu, nue, nus, nues, dénudé*, sexuel*, érotique*, desnud*, erótic*, nudo, nuda, nudi,"
    " sessual*, nua, nuas, голый, голая, голые, обнажен*, секс*, эротич*, γυμν*, עירום, عار, عارية,"
    " جنسي, नग्न, नंगा, कामुक, เปลือย, 裸, ヌード, 性的, エロ, 色情, 性感, 알몸, 누드, 섹시"
)
_NEVER: dict[str, str] = {
    "pornography": (
        "porn*, hentai, csam, blowjob*, cumshot*, gangbang*, lolicon, shotacon, having sex,"
        " sex scene, sexual intercourse, geschlechtsverkehr, sexszene*, scène de sexe, rapport*"
        " sexuel*, escena de sexo, scena di sesso, cena de sexo, порно*, πορνο*, פורנו, إباحي,"
        " पोर्न, โป๊, ポルノ, 色情片, 포르노"
    ),
    "gore": (
        "gore, gory, dismember*, decapitat*, behead*, mutilat*, disembowel*, eviscerat*, entrails,"
        " severed head*, severed limb*, severed arm*, severed leg*, severed hand*, pool of blood,"
        " blood soaked, blood-soaked, bloody bod*, corpse*, dead bod*, charred bod*, torture*,"
        " verstümmel*, enthaupt*, geköpft*, zerstückel*, blutlache*, blutüberström*, leiche,"
        " leichen, leichnam*, gefoltert*, décapit*, démembr*, mutilé*, éventr*, éviscér*,"
        " mare de sang, ensanglanté*, cadavre*, decapit*, desmembr*, mutilad*, descuartiz*,"
        " ensangrentad*, charco de sangre, cadáver*, smembrat*, sventrat*, pozza di sangue,"
        " insanguinat*, poça de sangue, esquartej*, обезглав*, расчлен*, труп, трупы, трупов,"
        " αποκεφαλ*, διαμελισ*, πτωμα*, ערוף, גופה, גופות, مقطوع الرأس, جثة, جثث, सिर कटा, लाश,"
        " ศพ, 死体, 死體, 尸体, 屍體, 斬首, 斩首, 血まみれ, 血淋淋, 시체, 참수"
    ),
    "symbols of hatred": (
        "swastika*, hakenkreuz*, croix gammée*, cruz gamada, cruces gamadas, esvástica*, svastic*,"
        " croce uncinata, suástica*, nazi*, neonazi*, sieg heil, heil hitler, hitlergruß, hitler*,"
        " ss rune*, ss-rune*, ss bolts, sonnenrad, totenkopf, ku klux klan, kkk, burning cross,"
        " white power, confederate flag*, flag of isis, isis flag*, blackface, judenstern*,"
        " свастик*, нацист*, σβαστικ*, ναζι*, צלב קרס, נאצי*, صليب معقوف, نازي, नाज़ी,"
        " สวัสติกะ, นาซี, 卐, 鉤十字, ハーケンクロイツ, ナチス, 纳粹, 納粹, 나치, 하켄크로이츠"
    ),
}
_LINK = r"(?:https?://|www\.|\b[\w-]+\.[a-z]{2,}/)[^\s()<>\[\]{}\"']*"
_MAIL_OR_HANDLE = r"[\w.+-]*@[\w.@-]*"
_EMPTY = r"\(\s*\)|\[\s*\]|\{\s*\}|<\s*>"
_STRANGE = re.compile(f"{_LINK}|{_MAIL_OR_HANDLE}|{_EMPTY}", re.IGNORECASE)
_SENTENCE = re.compile(rf".{{0,{MOST - 1}}}(?:[.!?](?=\s)|[。！？])", re.DOTALL)

_CAPITALS = "".join(filter(str.isupper, map(chr, range(0x530))))  # Latin, Greek, Cyrillic
_NAME = rf"[{_CAPITALS}][\w'’-]+"
_PICTURE = (
    r"(?i:\b(?:photo|photograph|picture|portrait|image|likeness|selfie|footage|video|close-up|face"
    r"|deepfake|foto|fotografie|bild|porträt|gesicht|photographie|visage|retrato|rostro"
    r"|fotografia|fotografía|imagen|ritratto|volto|rosto|imagem)s?"
    r"\s+(?:of|von|de|di|do|da|del|der)\s+)"
)
_OFFICE = (
    r"(?i:\b(?:president|chancellor|prime minister|minister|senator|king|queen|prince|princess"
    r"|pope|präsident|kanzler|könig|königin|papst|président|présidente|roi|reine|pape|presidente"
    r"|rey|reina|rei|rainha|regina|papa)\s+)"
)
_TITLE = r"(?:(?i:mr|mrs|ms|dr|prof|sir|dame|lord|lady|herr|frau|monsieur|madame)\.?\s+)"
_LIKE = re.compile(
    rf"{_PICTURE}(?P<one>{_TITLE}{_NAME}|{_NAME}\s+{_NAME}(?:\s+{_NAME})?)"
    rf"|{_OFFICE}(?P<two>{_NAME}(?:\s+{_NAME})?)"
)
_PLACE = re.compile(
    r"\b(?:new|san|santa|los|las|saint|north|south|east|west|lake|mount|river|port|cape|street|road"
    r"|avenue|bridge|square|city|town|harbou?r|bay|island|park|station|airport|stadium|hall|tower"
    r"|university|museum|palace|cathedral|valley|mountains?|sea|ocean|forest|school|hospital)\b",
    re.IGNORECASE,
)


def refused(prompt: str) -> str:
    """Say why a prompt may not be asked, "" if it may.

    Case, accents, line breaks and characters that nobody sees change nothing. The likeness of a
    person is known by a name in capitals behind an office, or behind such words as "photo of".
    """
    seen = unicodedata.normalize("NFKC", _visible(prompt))
    if not re.search(r"\w", seen):
        return "there is nothing in it"
    bare = _folded(seen)
    if _MINOR.search(bare) and _UNDRESSED.search(bare):
        return "no model is asked for minors and what is sexual"
    for what, pattern in _FORBIDDEN.items():
        if found := pattern.search(bare):
            return f"no model is asked for {what} ({found[0].strip()!r})"
    if name := next(_likenesses(seen), ""):
        return f"no model is asked for the likeness of a person ({name!r})"
    return ""


def cleaned(prompt: str) -> str:
    """Take out links, addresses, handles and what cannot be seen; even the spaces; cap the length.

    What is longer than `MOST` ends with a sentence, or with a word where that one is too long.
    """
    text = _visible(prompt)
    while (less := _STRANGE.sub(" ", text)) != text:  # "([link])" leaves empty brackets
        text = less
    return _capped(" ".join(text.split()))


def _capped(text: str) -> str:
    if len(text) <= MOST:
        return text
    cut = text[:MOST]
    if (sentence := _SENTENCE.match(text)) and sentence.end() > MOST // 2:
        return sentence[0].rstrip()
    word = cut if text[MOST].isspace() else cut.rpartition(" ")[0]
    return word.rstrip() if len(word) > MOST // 2 else cut.rstrip()


def _visible(text: str) -> str:
    """Put a space for a control character, nothing for what joins, steers or is no character."""
    return "".join(_kept(letter, unicodedata.category(letter)) for letter in text)


def _kept(letter: str, category: str) -> str:
    if category == "Cc":
        return " "
    return "" if category.startswith("C") else letter


def _folded(text: str) -> str:
    """Lower case, without accents, single spaces: "Schüler" as "SCHULER"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f")
    return " ".join(unicodedata.normalize("NFC", bare).split())


def _likenesses(text: str) -> Iterator[str]:
    """Name whom a prompt asks for by name; places have names too."""
    for found in _LIKE.finditer(" ".join(text.split())):
        rest = found.string[found.end() :].lstrip().partition(" ")[0]
        if not _PLACE.search(f"{found[0]} {rest}"):
            yield found["one"] or found["two"]


def _any_of(table: str) -> re.Pattern[str]:
    """Read a table: words between commas, "*" for any ending; signs of Asia stand anywhere."""
    return re.compile("|".join(_each(_folded(entry) for entry in table.split(","))))


def _each(entries: Iterable[str]) -> Iterator[str]:
    spaced = ("LATIN", "CYRILLIC", "GREEK", "DIGIT")  # scripts whose words stand alone
    for entry in entries:
        body = re.escape(entry).replace(r"\*", r"\w*")
        alone = unicodedata.name(entry[0], "").split(" ")[0] in spaced
        yield rf"\b{body}\b" if alone else body.replace(r"\w*", "")


_MINOR, _UNDRESSED = _any_of(_CHILDREN), _any_of(_BARE)
_FORBIDDEN = {what: _any_of(table) for what, table in _NEVER.items()}
