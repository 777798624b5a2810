"""What a model is asked for one draft, and how its answer is read.

The reports stand between tags that nobody can guess; an answer that repeats the canary of the
rules, or anything else of them, is thrown away.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from bot.formats import Format, format_of
from bot.ground import ground
from bot.prose.sentences import length, speaking_s, words
from bot.prose.tongues import fold, guess, tongue
from bot.story import Script, Story
from bot.writers import Brief
from bot.writers._answer import Answer, faults, fished, script, spoken, told_by
from bot.writers._blurb import told
from bot.writers._ear import Reply
from bot.writers._leaks import leaked, recites
from bot.writers._prompts import filled
from bot.writers._server import Message
from sources import Item

__all__ = ["Order", "asked_words"]

_REPORTS = 12
_REPORT_LETTERS = 1800
_ANSWER_LETTERS = 20_000  # of a faulty answer that is sent back
_MOST_FAULTS = 12
_WORDS_A_SECOND = 2.5
_END_CARD_S, _PAUSE_S = 2.5, 0.2  # no words there: behind the last line, and between two
_SLACK = 1.1  # a script may be longer than was asked for by so much
_KNOWN = ("en", "de", "fr", "es", "pt", "it", "ja", "zh", "ko", "ru", "el", "he", "ar", "hi", "th")
_ENOUGH = 12  # words that tell a language
_BROKEN = {
    "length": "it was cut off, for it is too long: fewer beats, shorter cites",
    "cut": "it broke off in the middle",
    "flood": "it had no end",
    "tool": "it calls a tool; there are none",
}


def asked_words(brief: Brief) -> int:
    """Count how many words may be spoken: what the end card and the pauses leave."""
    kind = format_of(brief.format)
    seconds = brief.seconds or kind.seconds[1]
    silent = _END_CARD_S + _PAUSE_S * sum(kind.beats) / 2
    return max(12, round((seconds - silent) * _WORDS_A_SECOND))


@dataclass(frozen=True, slots=True)
class Order:
    """One draft to be written: the reports as numbered, and the words that no answer may hold."""

    story: Story
    brief: Brief
    kind: Format
    items: tuple[Item, ...]
    lang: str
    tag: str
    canary: str
    secrets: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, story: Story, brief: Brief, rng: random.Random, secrets: tuple[str, ...] = ()
    ) -> "Order":
        """Choose the reports, each outlet's newest first, and make the tags."""
        firsts = {item.outlet: item for item in story.items}  # each outlet's newest
        rest = [item for item in story.items if item not in firsts.values()]
        items = (*firsts.values(), *rest)[:_REPORTS]
        lang = brief.lang or story.lang or guess(told(story))
        tag, canary = f"report-{rng.getrandbits(48):012x}", f"{rng.getrandbits(64):016x}"
        return cls(story, brief, format_of(brief.format), items, lang, tag, canary, secrets)

    def rules(self) -> str:
        """Write our rules for this draft."""
        fewest, most = self.kind.beats
        return filled(
            "rules",
            tag=self.tag,
            canary=self.canary,
            lang=self.lang,
            format=self.brief.format,
            seconds=f"{self.brief.seconds or self.kind.seconds[1]:.0f}",
            words=asked_words(self.brief),
            beats=f"{fewest} to {most}",
            order=", ".join(self.kind.order),
            rules="\n".join(f"- {rule}" for rule in self.kind.rules),
            tone=self.brief.tone or "choose the one that fits",
        )

    def messages(self) -> list[Message]:
        """Write the request: our rules, then the reports as data."""
        wish = f"The editor asks: {self.brief.note}\n\n" if self.brief.note else ""
        return [
            {"role": "system", "content": self.rules()},
            {"role": "user", "content": f"{wish}{self._reports()}"},
        ]

    def revision(self, old: Script, wish: str) -> list[Message]:
        """Write the request for a change: the editor's words, then script and reports as data."""
        asked = filled("revise", wish=_harmless(wish), tag=self.tag)
        lines = (
            "\n".join([f"{n}. {beat.line}", *(f"   {c.outlet}: {c.quote}" for c in beat.cites)])
            for n, beat in enumerate(old.beats, 1)
        )
        told_now = "\n".join([f"Headline: {old.headline}", f"Tone: {old.tone}", *lines])
        data = f"<{self.tag}>\nThe script\n{_harmless(told_now)}\n</{self.tag}>"
        return [
            {"role": "system", "content": self.rules()},
            {"role": "user", "content": f"{asked}\n\n{data}\n\n{self._reports()}"},
        ]

    def _reports(self) -> str:
        return "\n\n".join(self._fenced(n, item) for n, item in enumerate(self.items, 1))

    def _fenced(self, number: int, item: Item) -> str:
        at = (item.published or item.seen).strftime("%A, %d %B %Y, %H:%M UTC")
        told_here = "\n".join(t for t in (item.title, item.summary, item.text) if t)
        return (
            f"<{self.tag}>\nReport {number}, {_harmless(item.outlet)}, {at}\n"
            f"{_harmless(told_here)[:_REPORT_LETTERS]}\n</{self.tag}>"
        )

    def repair(self, reply: Reply, wrong: Sequence[str]) -> list[Message]:
        """Write the second request: the answer that was given, and what is wrong with it."""
        listed = "\n".join(f"- {fault}" for fault in wrong[:_MOST_FAULTS])
        whole = reply.text if reply.ended == "stop" and reply.text else "(no whole answer)"
        return [
            {"role": "assistant", "content": whole[:_ANSWER_LETTERS]},
            {"role": "user", "content": filled("repair", faults=listed)},
        ]

    def read(self, reply: Reply) -> tuple[Script | None, list[str]]:
        """Read an answer: our script, None where it cannot be used, and what is wrong with it."""
        if reply.ended in _BROKEN:
            return None, [_BROKEN[reply.ended]]
        if self.canary in reply.text or leaked(reply.text, self.secrets):
            return None, ["it repeats the instructions, or says what is secret"]
        try:
            answer = Answer.model_validate(fished(reply.text))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the whole"
            return None, [f"{place}: {first['msg']}; answer with the JSON of the schema only"]
        if wrong := [*faults(answer, self.items), *self._foreign(answer)]:
            return None, wrong
        made = script(answer, self.story, self.items, self.brief, self.lang, "openai")
        return made, [*self._unfounded(made), *self._misspoken(made)]

    def _foreign(self, answer: Answer) -> Iterator[str]:
        """Say what an answer has of our words, or that it is in another language than asked."""
        said = spoken(answer)
        secret = (*self.secrets, self.canary)
        if leaked(said, secret) or recites(said, self.rules(), map(told_by, self.items)):
            yield "it repeats the instructions, or says what is secret"
        lines = [beat.line for beat in answer.beats]
        wanted = self.lang.split("-")[0].lower()
        if wanted in _KNOWN and sum(map(length, lines)) >= _ENOUGH and guess(lines) != wanted:
            yield f"it is not in the language that was asked for ({self.lang})"

    def _unfounded(self, made: Script) -> list[str]:
        """Say which claims no report holds; of a translation only what has no language."""
        problems = ground(made, self.items).problems
        if not {self.lang.split("-")[0], ""} & {i.lang.split("-")[0] for i in self.items}:
            problems = tuple(p for p in problems if p.kind in ("number", "date"))
        return [f"{p.kind} {p.claim!r} is {p.verdict} in the reports" for p in problems]

    def _misspoken(self, made: Script) -> Iterator[str]:
        """Say what an ear would stumble over: too long, or a day that will be past."""
        seconds = sum(speaking_s(beat.line) + _PAUSE_S for beat in made.beats) + _END_CARD_S
        asked = self.brief.seconds or self.kind.seconds[1]
        if seconds > asked * _SLACK:
            less = round((seconds - asked) * _WORDS_A_SECOND)
            yield f"it takes {seconds:.0f} s to say, {asked:.0f} s are asked: say {less} words less"
        past = {word for word, _ in tongue(self.lang).today}
        for number, beat in enumerate(made.beats, 1):
            if said := past & {fold(word) for word in words(_unquoted(beat.line))}:
                yield f"line {number} says {min(said)!r}: name the weekday"


def _unquoted(line: str) -> str:
    return re.sub(r"[“„«\"][^”“»\"]*[”“»\"]", " ", line)


def _harmless(text: str) -> str:
    """Take out what could pass for one of our fences or for a model's own control tokens."""
    return re.sub(r"</?\s*report-[^>]*>?|<\|[^|>]*\|>|\[/?INST\]|</?s>", " ", text)
