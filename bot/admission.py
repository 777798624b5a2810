"""What is heard of what people say where the desk listens. Pure: the time is an argument.

A desk sits in rooms where people also talk to each other. What is heard there must surely be
meant for it; what was forwarded, edited, or said long ago is never acted on.
"""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat import Incoming
from bot.commands import VERBS, Command, Mistake, parse

__all__ = ["HEARD", "LATEST", "SILENCE", "Admission", "admit", "surely"]

LATEST = timedelta(minutes=5)  # what was said before is not replayed after a restart
HINTED = 60  # characters of a command that a hint repeats

ADDRESS = re.compile(r"\s*(?:@wirereel\b|wirereel\s*[:,])\s*\S", re.IGNORECASE)
SIGN = re.compile(r"\s*(?:[/!]|wirereel\s+)([a-z]+)(?:@\w+)?(?=\s|$)", re.IGNORECASE)
NUMBER = r"\#?\d{1,9}"
BARE = re.compile(
    rf"""(?ix) \s* (?:
        (?: drafts | status | pause | resume | schedule | help | topics (?:\s+\d{{1,3}})? )
      | help \s+ (?P<verb>[a-z]+)
      | (?: pause | resume ) \s+ (?P<channel>\S+)
      | (?: show | retry | audit | takedown ) \s+ {NUMBER}
      | retry \s+ {NUMBER} \s+ (?P<again>\S+)
      | takedown \s+ {NUMBER} (?: \s+ \S+ )* \s+ confirm
      | make \s+ {NUMBER} (?: \s+ --[a-z-]+ [\ =] \S+ | \s+ in \s+ \d+ \s? [ms] \w* )*
      | merge \s+ {NUMBER} (?: \s*[,+&]\s* | \s+and\s+ | \s+ ) {NUMBER}
      | approve \s+ {NUMBER} (?: \s+ [0-9a-f]{{6,64}} (?: \s+ \S+ )* )?
      | resolve \s+ {NUMBER} \s+ \S+ \s+ (?: done | again )
      | edit \s+ {NUMBER} \s+ (?: l(?:ine)?\s*\#?\d+\s*[:=] .* | drop\s+l(?:ine)?\s*\#?\d+
          | (?: headline | caption | tone | title | alt ) \s* (?: @\s*\S+\s* )? [:=] .* )
    ) \s* """
)
"""What surely is a command although nobody is addressed: numbers, revisions, fixed forms."""
FREE = re.compile(
    r"\s*(reject|edit|override|schedule|correct|takedown)\s+#?(\d{1,9})\s+\S", re.IGNORECASE
)
"""What may be one, and may as well be talk: "reject 3 headlines of these"."""
OF_OPEN = (
    "reject",
    "edit",
    "override",
    "schedule",
)  # meant where their draft waits for somebody's word


@dataclass(frozen=True, slots=True)
class Admission:
    """`heard`: it is carried out. Else `answer` is all there is to say, "" for silence.

    `hint`: the answer is given once for a message, however often it comes again.
    """

    heard: bool = False
    answer: str = ""
    hint: bool = False


HEARD, SILENCE = Admission(heard=True), Admission()


def surely(text: str, channels: Collection[str] = ()) -> bool:
    """Whether a text surely is a command, also in a room where nobody was addressed."""
    if sign := SIGN.match(text):
        return bool(difflib.get_close_matches(sign[1].lower(), VERBS, 1, 0.75))
    if ADDRESS.match(text):
        return True
    bare = BARE.fullmatch(text)
    if not bare or text.split()[0].lower() not in VERBS:
        return False
    verb, channel = (bare["verb"] or "").lower(), (bare["channel"] or bare["again"] or "").lower()
    return (not verb or verb in VERBS) and (not channel or channel in map(str.lower, channels))


def admit(
    message: Incoming,
    now: datetime,
    editors: Collection[str],
    channels: Collection[str] = (),
    waiting: Collection[int] = (),
) -> Admission:
    """Decide what is heard of a message; `editors` and `channels` are those of the desk.

    `waiting` are the drafts that wait for somebody's word.
    """
    text, known = message.text, message.user in editors
    if message.bot or not (message.addressed or known):
        return SILENCE
    command = parse(text)
    meant = message.addressed or surely(text, channels) or _of_open(command, waiting)
    if not meant:
        unclear = FREE.match(text) and not isinstance(command, Mistake)
        if not unclear or message.forwarded or message.edited:
            return SILENCE
        return _hint(f"if that is meant for the desk, say: !{_short(text)}")
    if message.forwarded or message.edited:
        what = "forwarded" if message.forwarded else "edited"
        if isinstance(command, Mistake):
            return SILENCE
        return _hint(f"what is {what} is not carried out; say it anew: {_short(text)}")
    return _late(message, command, now) if now - message.at > LATEST else HEARD


def _of_open(command: Command | Mistake, waiting: Collection[int]) -> bool:
    """Whether it is about a draft that waits, so that it is said as the offer tells to say it."""
    if isinstance(command, Mistake) or command.verb not in OF_OPEN:
        return False
    return command.draft in waiting


def _late(message: Incoming, command: Command | Mistake, now: datetime) -> Admission:
    """An approval names the revision it is for, and offers expire: it counts whenever it comes."""
    if isinstance(command, Mistake):
        return SILENCE
    if command.verb == "approve" and command.rev:
        return HEARD
    return _hint(
        f"that was said {_ago(now - message.at)} ago; say it again: {_short(message.text)}"
    )


def _hint(answer: str) -> Admission:
    return Admission(answer=answer, hint=True)


def _short(text: str) -> str:
    """Repeat a command in a hint, on one line."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return shown if len(shown) <= HINTED else f"{shown[:HINTED].rstrip()} …"


def _ago(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 2880 else f"{minutes // 1440} days"
