"""Where a sentence may end, in every script that we meet in feeds. Pure.

Latin letters, Cyrillic and Greek end one with a mark and a space before a capital. Chinese and
Japanese need no space, Hindi and Urdu often have none, and Thai has no mark at all: there a space
between two long runs ends it. What stands in a quotation or in brackets ends nothing, where the
script tells an opening mark from a closing one and no Latin letter is there to be read otherwise.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Break", "breaks"]

_WIDE = "。！？｡．؟۔।॥"
_CLOSERS = "\"'”’»)\\]』」）》〉】"
_BREAK = re.compile(
    rf"(?P<stop>[.!?{_WIDE}]+)(?P<closers>[{_CLOSERS}]*(?:[ \u00a0\u202f]»(?!\w))?)"
    r"(?P<gap>[^\S\n]*)|(?P<lines>\n+)"
)
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HANGUL = "\uac00-\ud7a3"
_THAI = "\u0e00-\u0e7f"
_DENSE = re.compile(f"[{_CJK}]")
_NON_LATIN = re.compile(f"[{_CJK}{_HANGUL}{_THAI}\u0590-\u06ff\u0900-\u0dff]")
_PAIRS = {"「": "」", "『": "』", "（": "）", "《": "》", "【": "】", "“": "”", "«": "»", "(": ")"}
_FAR = 400  # characters: a quotation that does not close by then is a mark too many
_ABBREVIATED = re.compile(
    rf"[{_THAI}]\.$"  # Thai has stops for nothing else
    r"|(?:^|[\s(«“])[\u0621-\u064a]\.$"  # Arabic titles are one letter: د. أ. م.
    r"|(?:^|[\s(“.])(?:डॉ|श्री|प्रो|मि|पं|रु|कि|मी|सं|नं|स्व|कु|सु|ई|पू|ए|बी|सी|डी|एफ|जी|एच|आई|जे|के|एल|एम"
    r"|एन|ओ|पी|क्यू|आर|एस|टी|यू|वी|डब्ल्यू|एक्स|वाई|जेड)\.$"
)
_SENTENCE_END = re.compile(r"(?:다|요|까|죠|음|함)[.!?]+$")  # of Korean, where no space follows
_GOES_ON = re.compile(  # behind a closing mark: it was only quoted
    r"[ \u3000]*(?:と|って|など|、|，|,|；|は|が|を|に|も|の|で|や|な)"
    r"|\s*(?:이?라(?:고|며|면서|는)|고도?[\s,]|며[\s,]|면서|는\s)"
)
_SAID = re.compile(
    "[^。！？，、“]{0,8}(?:说|說|问|問|喊|道|称|稱|表示|告诉|告訴|回忆|回憶|补充|補充|指出|强调|強調)"
)
_THAI_RUN = 25  # letters on both sides of a space that may part two Thai sentences
_THAI_LINK = re.compile(
    "และ|หรือ|แต่|ที่|ซึ่ง|อัน|โดย|เพื่อ|ว่า|ของ|ใน|จาก|กับ|เพราะ|ถ้า|หาก|เมื่อ|จน|ให้|จึง|ทำให้|รวม|ตาม|ถึง|ด้วย"
)


class Break(NamedTuple):
    """A sentence may end before `end`, and the next begin at `start`.

    `sure` where nothing but an end can be meant: an abbreviation never looks so.
    """

    end: int
    start: int
    sure: bool


def breaks(text: str) -> Iterator[Break]:
    """Find the ends of sentences inside a text, from its beginning to its end."""
    last = 0
    for match in _BREAK.finditer(text):
        sure = bool(match["lines"]) or any(c in _WIDE for c in match["stop"])
        if not match["lines"] and not _is_end(text, match):
            continue
        end = match.start() if match["lines"] else match.end("closers")
        yield from _thai(text, last, end)
        yield Break(end, match.end(), sure)
        last = match.end()
    yield from _thai(text, last, len(text))


def _is_end(text: str, match: re.Match[str]) -> bool:
    stop, after = match["stop"], text[match.end() : match.end() + 1]
    before = text[max(0, match.start() - 8) : match.end("stop")]
    if not after or after == "\n":
        return False  # it ends with its line
    ends = not "a" <= after <= "z" if match["gap"] else _ends_closely(before, stop[-1], after)
    if not ends or (stop[-1] == "." and _ABBREVIATED.search(before)):
        return False
    return not (_is_inside(text, match) or _goes_on(text, match))


def _ends_closely(before: str, stop: str, after: str) -> bool:
    """Tell whether a mark that no space follows ends a sentence."""
    if after in _WIDE + "…，、；：,;:":
        return False
    if stop == "．":
        return not after.isdigit()
    if stop in _WIDE:
        return stop in "。！？｡" or after.isalnum() or after in "“«‘\"'("
    if _SENTENCE_END.search(before):
        return bool(re.match(f'[{_HANGUL}“‘"]', after))
    dense = len(before) > 1 and _DENSE.match(before[-2])
    return stop in "!?" and bool(dense) and bool(_DENSE.match(after))


def _is_inside(text: str, match: re.Match[str]) -> bool:
    """Tell whether a quotation or a bracket is open behind a mark, and closes soon."""
    end = match.end("closers")
    begin = max(text.rfind("\n", 0, end) + 1, end - _FAR)
    if not _NON_LATIN.search(text, begin, end):
        return False
    line = text[begin:end]
    ahead = text[end : end + _FAR].partition("\n")[0]
    return any(line.count(a) > line.count(b) and b in ahead for a, b in _PAIRS.items())


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Tell whether a sentence goes on behind the quotation that ends here."""
    closers, end = match["closers"], match.end("closers")
    if not closers or not _NON_LATIN.search(text, max(0, match.start() - 8), match.start()):
        return False
    if _GOES_ON.match(text, end) or (closers[-1] in "）)》】〉" and not match["gap"]):
        return True
    opens = text.rfind("“", 0, end)
    first = opens == 0 or text[opens - 1 : opens] in ("", "\n", *"。！？”")
    return (first or match["stop"][-1] in "！？!?") and _SAID.match(text, end) is not None


def _thai(text: str, begin: int, end: int) -> Iterator[Break]:
    """Part Thai at a space between two long runs, of which the second is no clause of the first."""
    last = begin
    for match in re.finditer(rf"(?<=[{_THAI}])[ \u00a0]+(?=[{_THAI}“])", text[begin:end]):
        here, after = begin + match.start(), begin + match.end()
        rest = text[after:end]
        long = here - last >= _THAI_RUN and len(rest.split(" ", 1)[0]) >= _THAI_RUN
        opened = text[last:here].count("“") > text[last:here].count("”")
        if long and not opened and not _THAI_LINK.match(rest):
            yield Break(here, after, True)
            last = after
