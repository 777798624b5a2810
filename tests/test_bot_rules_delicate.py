"""Sensitive topics: what takes two editors, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.delicate import delicate, read
from bot.rules.imagery import real_only
from bot.story import Beat, Script, Story
from fakes import item

ACCUSED = "an accusation against a named person"


def script(lang: str, *lines: str) -> Script:
    return Script("news", "", lang, "neutral", tuple(Beat(line) for line in lines))


TOLD = [
    ("en", "Mayor Ada Quill was charged with fraud on Monday.", ACCUSED),
    ("en", "Ada Quill, accused of bribery, denies it.", ACCUSED),
    ("en", "Prosecutors say Ada Quill faces two corruption charges.", ACCUSED),
    ("en", "Senator Joss Arkwell accuses Ada Quill of lying.", ACCUSED),
    ("en", "The killing allegedly involved Ada Quill.", ACCUSED),
    ("en", "A 12-year-old was hit by a tram.", "minors"),
    ("en", "Two children were killed in the fire.", "minors"),
    ("en", "The singer took his own life.", "suicide"),
    ("en", "She died by suicide on Friday.", "suicide"),
    ("en", "Three women say they were sexually assaulted.", "victims"),
    ("en", "The victim, Ada Quill, was 34.", "victims"),
    ("de", "Ada Quill wurde am Montag festgenommen.", ACCUSED),
    ("de", "Ada Quill wurde zu drei Jahren Haft verurteilt.", ACCUSED),
    ("de", "Ein 15-Jähriger ist vermisst.", "minors"),
    ("de", "Bei dem Brand starb ein Kind.", "minors"),
    ("de", "Er nahm sich das Leben.", "suicide"),
    ("de", "Die Frau wurde vergewaltigt.", "victims"),
    ("fr", "Ada Quill a été mise en examen pour fraude.", ACCUSED),
    ("fr", "Un garçon de 12 ans a disparu.", "minors"),
    ("fr", "Le chanteur s'est suicidé.", "suicide"),
    ("fr", "Il est jugé pour viol.", "victims"),
    ("es", "Ada Quill fue acusada de fraude.", ACCUSED),
    ("es", "Una niña murió en el incendio.", "minors"),
    ("es", "Investigan el suicidio de un cantante.", "suicide"),
    ("es", "Denuncian agresiones sexuales en el club.", "victims"),
    ("pt", "Ada Quill foi detida na segunda-feira.", ACCUSED),
    ("pt", "Um menino de 12 anos foi ferido.", "minors"),
    ("pt", "A polícia investiga o suicídio.", "suicide"),
    ("pt", "O homem foi condenado por estupro.", "victims"),
    ("it", "Ada Quill è stata arrestata.", ACCUSED),
    ("it", "Un 15enne è rimasto ferito.", "minors"),
    ("it", "Il cantante si è tolto la vita.", "suicide"),
    ("it", "È accusato di violenza sessuale.", "victims"),
]
NOT_TOLD = [
    ("en", "The company charged 50 euros for parking, Ada Quill said."),
    ("en", "Senator Joss Arkwell accuses the government of waste."),
    ("en", "Police arrested two men in Port Ansel."),
    ("en", "School kitchens will cook with vegetables for the children."),
    ("en", "A suicide bomber killed nine."),
    ("en", "Earthquake victims wait for tents."),
    ("en", "A 71-year-old found the lens."),
    ("en", "The fire brigade says 14 people were hurt when a barge struck the Lantern Bridge."),
    ("de", "Ein Selbstmordattentäter tötete neun Menschen."),
    ("de", "Kanzler Joss Arkwell verurteilt den Angriff."),
    ("de", "Die Kinder singen im Rathaus."),
    ("fr", "Les enfants chantent à la mairie."),
    ("fr", "Un attentat-suicide a fait neuf morts."),
    ("es", "Denuncian una violación del alto el fuego."),
    ("es", "El puente de 12 años se cerró por obras."),
    ("pt", "A ponte de 12 anos fechou."),
    ("it", "Il ponte di 12 anni è chiuso."),
]


@pytest.mark.parametrize(("lang", "line", "topic"), TOLD)
def test_what_takes_two_editors(lang: str, line: str, topic: str) -> None:
    assert topic in {found.topic for found in delicate(script(lang, line))}


@pytest.mark.parametrize(("lang", "line"), NOT_TOLD)
def test_what_only_looks_like_it(lang: str, line: str) -> None:
    assert delicate(script(lang, line)) == ()


@pytest.mark.parametrize(
    "lines",
    [
        ("en", "Ada Quill resigned on Monday.", "She was charged with fraud."),
        ("it", "Ada Quill si è dimessa.", "È stata arrestata lunedì."),
    ],
)
def test_who_is_meant_by_a_pronoun(lines: tuple[str, ...]) -> None:
    (found,) = delicate(script(*lines))
    assert found.words.endswith("Ada Quill")


def test_others_are_not_meant_by_a_name_in_the_line_before() -> None:
    said = script("en", "Ada Quill opened the bridge.", "Two men were arrested on Monday.")
    assert delicate(said) == ()


def test_a_surname_is_known_from_the_reports() -> None:
    said = script("en", "On Tuesday Quill was arrested.")
    assert delicate(said) == ()
    report = item(0, "Mayor Ada Quill under arrest")
    assert delicate(said, [report])[0].words == "was arrested, Quill"


def test_the_words_that_made_it_so_are_told() -> None:
    (found,) = delicate(script("en", "Ada Quill was charged with fraud."))
    assert found.words == "was charged, Ada Quill"


def test_an_unknown_language_is_not_sensitive_but_nobody_claims_to_have_read_it() -> None:
    chinese = script("zh", "一名儿童死亡")
    assert delicate(chinese) == ()
    assert not read(chinese)
    assert read(script("en", "The bridge is closed."))


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4), st.sampled_from(["en", "de", "fr"]))
def test_any_text_can_be_read(lines: list[str], lang: str) -> None:
    assert all(found.words for found in delicate(script(lang, *lines)))


@pytest.mark.parametrize(
    ("lang", "line", "real"),
    [
        ("en", "Mayor Ada Quill said the bridge is closed.", True),  # names a person
        ("en", "Two children were killed in the fire.", True),
        ("zh", "桥梁关闭。", True),  # nobody can tell
        ("en", "The harbour bridge is closed.", False),
    ],
)
def test_where_no_picture_may_be_made_up(lang: str, line: str, real: bool) -> None:
    story = Story(1, line, (item(0, line, summary=line),))
    assert real_only(script(lang, line), story) == real
