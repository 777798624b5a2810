"""The little words of some languages: they must weigh nothing before the wire has taught so.

Only words that mean nothing in any of the languages are listed: what a headline is written in is
often not known. Other languages do without; their little words become common within a day.
"""

__all__ = ["LITTLE_WORDS"]

_BY_LANGUAGE = {
    "en": (
        "a about after again all also am an and any are as at be because been before being "
        "between both but by can could did do does for from further get had has have he her "
        "here him his how i if in into is it its just like may me more most my new no nor not "
        "now of off on once one only or other our out over own said say says she should so "
        "some such than that the their them then there these they this those through to too "
        "two under until up us very was we were what when where which while who whom why will "
        "with would year years you your "
    ),
    "de": (
        "aber als am auch auf aus bei das dass dem den der des durch ein eine einem einen "
        "einer eines er es für gegen haben hat ich ihr im ist kein keine mit nach nicht noch "
        "nur oder ohne schon sich sie sind um und unter vom von vor waren wenn werden wie wir "
        "wird wurde wurden zu zum zur über "
    ),
    "pt": (
        "ao aos as com como da das de do dos e em era está estão foi mais mas na nas no nos "
        "não o os ou para pela pelas pelo pelos por que se sem ser seu seus sob sobre sua "
        "suas são um uma umas uns à às é "
    ),
    "es": ("al con del el en es fue la las los para por que sin sobre su sus un una unas unos y "),
    "fr": (
        "au aux avec ce ces cette dans des du elle en est et il ils la le les ne ou par pas "
        "pour qui sa sans ses sont sur un une "
    ),
    "it": ("che con dei del della delle di fra gli il nel nella non per più su tra "),
    "tl": ("ang at ay din ito kay may mga mula na nang ng ni pa rin sa si sina wala "),
    "ru": ("в во для до его за и из к как на не о об от по после при с со у что это "),
}

LITTLE_WORDS = frozenset(word for words in _BY_LANGUAGE.values() for word in words.split())
