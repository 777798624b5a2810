"""What an editor types -> a command. Pure; the same words in every chat.

`parse` forgives a leading slash, capitals, a bot's name and small slips, and answers a `Mistake`
that says what would have been understood.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from bot.commands._changes import Edit, change_of
from bot.commands._help import GROUPS, HELP
from bot.commands._spans import seconds_of, take_span
from bot.commands._times import TIMES, When, take_time
from bot.story import TAG

__all__ = [
    "HELP",
    "TIMES",
    "VERBS",
    "Command",
    "Edit",
    "Mistake",
    "When",
    "help_text",
    "parse",
    "seconds_of",
]

LONGEST = 10_000  # characters; nobody types more
LONGEST_USAGE = 40  # characters that a glance takes in

VERBS = tuple(HELP)


@dataclass(frozen=True, slots=True)
class Command:
    """One understood command; fields that its verb does not use keep their defaults."""

    verb: str
    draft: int = 0
    text: str = ""
    rev: str = ""
    channels: tuple[str, ...] = ()
    edit: Edit | None = None
    number: int = 0
    format: str = ""
    tone: str = ""
    seconds: float = 0.0
    stories: tuple[int, ...] = ()
    lang: str = ""
    embargo: bool = False
    when: When = When()
    choices: tuple[tuple[str, str], ...] = ()
    ready_in: float = 0.0


@dataclass(frozen=True, slots=True)
class Mistake:
    """What was not understood, and what would have been."""

    text: str


def parse(text: str) -> Command | Mistake:
    """Understand one line."""
    if len(text) > LONGEST:
        return Mistake(f"that is {len(text)} characters; a command has at most {LONGEST}")
    words = _clean(text).split(None, 1)
    if not words:
        return Mistake("say a command; `help` lists them")
    verb, rest = words[0].split("@")[0].lower(), words[1] if len(words) > 1 else ""
    if verb not in PARSERS:
        near = difflib.get_close_matches(_latin(verb), VERBS, 1, 0.6)
        hint = f"did you mean `{near[0]}`?" if near else "`help` lists the commands"
        return Mistake(f"unknown command {verb[:40]!r}: {_foreign(verb)}{hint}")
    return PARSERS[verb](rest.strip())


def help_text(verb: str = "") -> str:
    """Explain one command with an example, or list them all in one glance."""
    if verb in HELP:
        usage, what = HELP[verb]
        return f"{usage}\n{what.replace(' Example: ', chr(10) + 'Example: ', 1)}"
    grouped = {verb for group in GROUPS.values() for verb in group}
    rest = tuple(verb for verb in VERBS if verb not in grouped)
    lines = [
        line
        for name, verbs in {**GROUPS, "More": rest}.items()
        if (known := [verb for verb in verbs if verb in HELP])
        for line in (name, *map(_in_short, known))
    ]
    return "\n".join((*lines, "`help approve` says more of one, with an example"))


def _in_short(verb: str) -> str:
    usage, what = HELP[verb]
    if len(usage) > LONGEST_USAGE:
        usage = f"{verb} {usage.split()[1]} ..."
    return f"  {usage}: {re.split(r'[.;:] ', what, maxsplit=1)[0]}"


def _clean(text: str) -> str:
    """Drop what chats put around a command: slashes, the bot's name, invisible characters."""
    visible = "".join(c if c.isprintable() else " " for c in text)
    return re.sub(r"^\s*(?:@?wirereel\b\s*[:,]?\s*)?[/!]?\s*", "", visible, flags=re.IGNORECASE)


def _latin(verb: str) -> str:
    """Fold wide and styled letters; those of other alphabets stay what they are."""
    return unicodedata.normalize("NFKC", verb)


def _foreign(verb: str) -> str:
    """Name the first letter that only looks like one of ours: nobody can see it."""
    odd = next((c for c in verb if not c.isascii()), "")
    if not odd:
        return ""
    return f"its {odd!r} is {unicodedata.name(odd, 'no letter of ours').lower()}; "


def _usage(verb: str, problem: str) -> Mistake:
    return Mistake(f"{problem}. Say: {HELP[verb][0]}")


def _number(verb: str, rest: str) -> tuple[int, str] | Mistake:
    match = re.match(r"#?(\d{1,9})(?:\s+|$)", rest)
    if not match:
        return _usage(verb, f"`{verb}` needs the number of a draft")
    return int(match[1]), rest[match.end() :].strip()


def _bare(verb: str) -> Callable[[str], Command]:
    return lambda rest: Command(verb, text=rest.lower())


def _topics(rest: str) -> Command | Mistake:
    if rest and not rest.isdecimal():
        return _usage("topics", f"{rest[:40]!r} is not a number")
    return Command("topics", number=min(int(rest or 10), 50))


def _merge(rest: str) -> Command | Mistake:
    pair = re.fullmatch(r"(?i)#?(\d{1,9})(?:\s*[,+&]\s*|\s+and\s+|\s+)#?(\d{1,9})", rest)
    if not pair:
        return _usage("merge", "`merge` needs the numbers of two stories")
    return Command("merge", stories=(int(pair[1]), int(pair[2])))


_OPTION = re.compile(r"\s--(format|tone|seconds|lang|ready-in)[ =](\S+)", re.IGNORECASE)


def _make(rest: str) -> Command | Mistake:
    told = {m[1].lower(): m[2] for m in _OPTION.finditer(f" {rest}")}
    try:
        left, ready_in = take_span(_OPTION.sub("", f" {rest}"))
        ready_in = seconds_of(told["ready-in"]) if "ready-in" in told else ready_in
    except ValueError as error:
        return _usage("make", str(error))
    what = left.strip()
    if not what:
        return _usage("make", "`make` needs the number of a story, or words")
    seconds = told.get("seconds", "0")
    if not re.fullmatch(r"\d{1,4}", seconds):
        return _usage("make", f"--seconds {seconds[:40]!r} is not a number")
    lang = told.get("lang", "")
    if lang and not TAG.fullmatch(lang):
        return _usage("make", f"--lang {lang[:40]} is no language code such as de or pt-BR")
    return Command(
        "make",
        text=what,
        lang=lang,
        number=int(what) if what.isdecimal() and len(what) < 10 else 0,
        format=told.get("format", ""),
        tone=told.get("tone", "").lower(),
        seconds=float(seconds),
        ready_in=ready_in,
    )


def _with_draft(verb: str) -> Callable[[str], Command | Mistake]:
    def parser(rest: str) -> Command | Mistake:
        found = _number(verb, rest)
        return found if isinstance(found, Mistake) else Command(verb, draft=found[0])

    return parser


def _retry(rest: str) -> Command | Mistake:
    found = _number("retry", rest)
    if not isinstance(found, Mistake):
        return Command("retry", draft=found[0], channels=tuple(found[1].split()[:1]))
    if not rest:
        return _usage("retry", "`retry` needs the number of a draft, or the name of a source")
    return Command("retry", text=rest)


def _approve(rest: str) -> Command | Mistake:
    found = _number("approve", rest)
    if isinstance(found, Mistake):
        return found
    draft, words = found[0], re.sub(r"\s*=\s*", "=", found[1]).split()
    if words and not re.fullmatch(r"[0-9a-fA-F]{6,64}", words[0]):
        return _usage("approve", f"{words[0][:40]!r} is not a revision such as 3fa9c1")
    rev = words[0].lower() if words else ""
    taken = take_time([word for word in words[1:] if "=" not in word])
    if isinstance(taken, str):
        return _usage("approve", taken)
    when, channels = taken
    pairs = [word.strip(",;").partition("=") for word in words[1:] if "=" in word]
    if empty := [name for name, _, value in pairs if not (name and value)]:
        return _usage("approve", f"what should {empty[0] or 'it'} be?")
    choices = tuple((name, value) for name, _, value in pairs)
    return Command(
        "approve", draft=draft, rev=rev, channels=tuple(channels), when=when, choices=choices
    )


def _schedule(rest: str) -> Command | Mistake:
    if not rest:
        return Command("schedule")
    found = _number("schedule", rest)
    if isinstance(found, Mistake):
        return found
    taken = take_time(found[1].split())
    if isinstance(taken, str):
        return _usage("schedule", taken)
    when, channels = taken
    if not when.sort:
        return _usage("schedule", f"when? There are: {TIMES}")
    return Command("schedule", draft=found[0], channels=tuple(channels), when=when)


def _audit(rest: str) -> Command | Mistake:
    found = _number("audit", rest) if rest else (0, "")
    return found if isinstance(found, Mistake) else Command("audit", draft=found[0])


def _reject(rest: str) -> Command | Mistake:
    found = _number("reject", rest)
    if isinstance(found, Mistake):
        return found
    if not found[1]:
        return _usage("reject", "say why, so that the next draft is better")
    return Command("reject", draft=found[0], text=found[1])


def _override(rest: str) -> Command | Mistake:
    found = _number("override", rest)
    if isinstance(found, Mistake):
        return found
    match = re.fullmatch(r"(?is)(embargo\b[:,]?)?\s*(.*)", found[1])
    assert match
    if not match[2]:
        return _usage("override", "say why: it is kept with your name")
    return Command("override", draft=found[0], text=match[2], embargo=bool(match[1]))


def _edit(rest: str) -> Command | Mistake:
    found = _number("edit", rest)
    if isinstance(found, Mistake):
        return found
    draft, what = found
    edit = change_of(what)
    if isinstance(edit, str):
        return _usage("edit", edit)
    return Command("edit", draft=draft, edit=edit)


def _resolve(rest: str) -> Command | Mistake:
    found = _number("resolve", rest)
    if isinstance(found, Mistake):
        return found
    words = found[1].split()
    if len(words) != 2 or words[1].lower() not in ("done", "again"):
        return _usage("resolve", "name the channel, and `done` or `again`")
    return Command("resolve", draft=found[0], channels=(words[0],), text=words[1].lower())


def _correct(rest: str) -> Command | Mistake:
    """Leave the channels in the text: only who knows them can tell them from its first words."""
    found = _number("correct", re.sub(r"^(#?\d{1,9}):\s*", r"\1 : ", rest))
    if isinstance(found, Mistake):
        return found
    if not found[1].lstrip(": "):
        return _usage("correct", "say what is right, as readers shall see it")
    return Command("correct", draft=found[0], text=found[1])


def _takedown(rest: str) -> Command | Mistake:
    found = _number("takedown", rest)
    if isinstance(found, Mistake):
        return found
    words = [word.strip(",") for word in found[1].split()]
    sure = "confirm" if words[-1:] and words[-1].lower() in ("confirm", "confirmed") else ""
    channels = tuple(words[:-1] if sure else words)
    return Command("takedown", draft=found[0], channels=channels, text=sure)


PARSERS: dict[str, Callable[[str], Command | Mistake]] = {
    "topics": _topics,
    "merge": _merge,
    "make": _make,
    "drafts": _bare("drafts"),
    "show": _with_draft("show"),
    "approve": _approve,
    "schedule": _schedule,
    "reject": _reject,
    "edit": _edit,
    "override": _override,
    "retry": _retry,
    "resolve": _resolve,
    "correct": _correct,
    "takedown": _takedown,
    "status": _bare("status"),
    "audit": _audit,
    "pause": _bare("pause"),
    "resume": _bare("resume"),
    "help": _bare("help"),
}
