"""What a model is asked for one draft, and how its answer is read.

The reports stand between tags that nobody can guess; an answer that repeats the canary of the
rules is thrown away.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from string import Template

from pydantic import ValidationError

from bot.ground import ground
from bot.prose.tongues import guess
from bot.story import Script, Story
from bot.writers import Brief
from bot.writers._answer import Answer, faults, script
from bot.writers._blurb import told
from sources import Item

__all__ = ["PROMPT", "Message", "Order"]

Message = dict[str, str]

PROMPT = "openai.v2.md"
_REPORTS = 12
_REPORT_LETTERS = 1800
_WORDS_A_SECOND = 2.5
_BEATS = {"flash": "2 or 3", "news": "5 to 8", "explainer": "7 to 10", "list": "5 to 10"}
_REPAIR = """Your script has these faults:
$faults
Write the whole script again without them, in the same form. Drop a line that no report carries."""


@dataclass(frozen=True, slots=True)
class Order:
    """One draft to be written: the reports as numbered, and the words that no answer may hold."""

    story: Story
    brief: Brief
    items: tuple[Item, ...]
    lang: str
    tag: str
    canary: str

    @classmethod
    def of(cls, story: Story, brief: Brief, rng: random.Random) -> "Order":
        firsts = {item.outlet: item for item in story.items}  # each outlet's newest
        rest = [item for item in story.items if item not in firsts.values()]
        items = (*firsts.values(), *rest)[:_REPORTS]
        lang = brief.lang or story.lang or guess(told(story))
        tag, canary = f"report-{rng.getrandbits(48):012x}", f"{rng.getrandbits(64):016x}"
        return cls(story, brief, items, lang, tag, canary)

    def messages(self) -> list[Message]:
        """Write the request: our rules, then the reports as data."""
        prompt = resources.files("bot.writers").joinpath(PROMPT).read_text(encoding="utf-8")
        rules = Template(prompt).substitute(
            tag=self.tag,
            canary=self.canary,
            lang=self.lang,
            format=self.brief.format,
            words=round((self.brief.seconds or 38.0) * _WORDS_A_SECOND * 0.92),
            beats=_BEATS.get(self.brief.format, "5 to 8"),
            tone=self.brief.tone or "choose the one that fits",
        )
        wish = f"The editor asks: {self.brief.note}\n\n" if self.brief.note else ""
        reports = "\n\n".join(self._fenced(n, item) for n, item in enumerate(self.items, 1))
        return [
            {"role": "system", "content": rules},
            {"role": "user", "content": f"{wish}{reports}"},
        ]

    def _fenced(self, number: int, item: Item) -> str:
        at = (item.published or item.seen).strftime("%A, %d %B %Y, %H:%M UTC")
        told_here = "\n".join(t for t in (item.title, item.summary, item.text) if t)
        return (
            f"<{self.tag}>\nReport {number}, {_harmless(item.outlet)}, {at}\n"
            f"{_harmless(told_here)[:_REPORT_LETTERS]}\n</{self.tag}>"
        )

    def repair(self, text: str, wrong: Sequence[str]) -> list[Message]:
        """Write the second request: the answer that was given, and what is wrong with it."""
        listed = "\n".join(f"- {fault}" for fault in wrong[:12])
        return [
            {"role": "assistant", "content": text},
            {"role": "user", "content": Template(_REPAIR).substitute(faults=listed)},
        ]

    def read(self, text: str, writer: str) -> tuple[Script | None, list[str]]:
        """Read an answer: our script, None where it cannot be used, and what is wrong with it."""
        if self.canary in text:
            return None, ["it repeats the instructions"]
        try:
            answer = Answer.model_validate_json(_unfenced(text))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the whole"
            return None, [f"{place}: {first['msg']}; answer with the JSON of the schema only"]
        if wrong := faults(answer, self.items):
            return None, wrong
        made = script(answer, self.story, self.items, self.brief, self.lang, writer)
        problems = ground(made, self.items).problems
        return made, [f"{p.kind} {p.claim!r} is {p.verdict} in the reports" for p in problems]


def _harmless(text: str) -> str:
    """Take out what could pass for one of our fences or for a model's own control tokens."""
    return re.sub(r"</?\s*report-[^>]*>?|<\|[^|>]*\|>", " ", text)


def _unfenced(text: str) -> str:
    """Take the JSON out of a code fence, where a server has no JSON mode."""
    match = re.fullmatch(r"\s*```(?:json)?\s*(.*?)\s*```\s*", text, re.DOTALL)
    return match[1] if match else text
