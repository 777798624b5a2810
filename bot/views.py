"""Stories and drafts as plain JSON-ready values, and text that is safe to show. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import PurePath
from typing import Any

from bot.curve import curve_of, told
from bot.deadline import kept
from bot.draft import WAITING, Draft, Posting, Texts
from bot.generated import others
from bot.story import Finding, Script, Story

__all__ = [
    "STAGES",
    "behind",
    "counted",
    "draft_view",
    "isolated",
    "made",
    "plain",
    "reason",
    "story_view",
    "texts_beside",
    "under_way",
    "written_by",
]

STAGES: Mapping[str, tuple[float, float]] = {
    "voice": (0.0, 0.03),
    "preview": (0.03, 0.2),
    "generate": (0.03, 0.2),
    "draw": (0.2, 0.8),
    "sound": (0.8, 0.86),
    "check": (0.86, 0.95),
    "clean": (0.95, 1.0),
}
"""From where to where each stage takes a render, of the whole: about what it takes of the time.

Shots are generated while the preview is drawn; how long that takes nobody knows before.
"""


WRITING: Mapping[str, tuple[float, float]] = {"write": (0.0, 0.75), "repair": (0.75, 1.0)}
"""The same for a script, which comes before; most are not repaired."""


def made(stage: str, part: float) -> float:
    """How much of a script or of a render is done, 0 to 1, when `part` of a stage is."""
    first, last = {**STAGES, **WRITING}.get(stage, (0.0, 0.0))
    return first + (last - first) * part


def behind(before: tuple[str, float], stage: str) -> bool:
    """Whether a stage goes on behind another that was told before it and takes longer."""
    return stage == "preview" and before[0] == "generate" and before[1] < 1


def under_way(progress: tuple[str, float] | None) -> str:
    """Say what is being made and how far it is; "" where nothing is."""
    if not progress:
        return ""
    if progress[0] == "generate":
        return f"being rendered, generating shots: {progress[1]:.0%}"
    what = "written" if progress[0] in WRITING else "rendered"
    return f"being {what}, {made(*progress):.0%}"


def plain(text: str) -> str:
    """Drop what hides or turns text: controls, zero-width and direction marks."""
    hidden = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u061c"
    turning = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    kept = (c if c.isprintable() or c == " " else " " for c in text if c not in hidden + turning)
    return " ".join("".join(kept).split())


def counted(count: int, one: str, many: str = "") -> str:
    """Say how many there are: "1 draft", "2 drafts"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def isolated(text: str) -> str:
    """Take a text that runs from right to left so that it turns nothing around it."""
    shown = plain(text)
    turns = any(unicodedata.bidirectional(c) in ("R", "AL") for c in shown)
    return f"\u2068{shown}\u2069" if turns else shown


def story_view(
    story: Story, draft: int | None, now: datetime, told: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """One story with its items, why it is hot, and how it rose until now.

    `told` are its newest drafts by language, where channels speak several.
    """
    return {
        "id": story.id,
        "title": plain(story.title),
        "outlets": list(story.outlets),
        "items": [
            {
                "outlet": item.outlet,
                "title": plain(item.title),
                "url": item.url,
                "seen": item.seen.isoformat(),
                "published": item.published.isoformat() if item.published else None,
            }
            for item in story.items
        ],
        "heat": asdict(story.heat) | {"parts": dict(story.heat.parts), "reason": reason(story)},
        "curve": _curve(story, now),
        "first_seen": story.first_seen.isoformat(),
        "last_seen": story.last_seen.isoformat(),
        "draft": draft,
        "drafts": dict(told or {}),
    }


def _curve(story: Story, now: datetime) -> Mapping[str, Any]:
    curve = curve_of(story, now)
    moments = {"since": curve.since.isoformat(), "until": curve.until.isoformat()}
    return moments | {"outlets": list(curve.outlets), "told": told(curve)}


def draft_view(
    draft: Draft,
    postings: Sequence[Posting],
    progress: tuple[str, float] | None,
    remarks: Sequence[str] = (),
    lang: str = "",
) -> dict[str, Any]:
    """One draft with everything an editor decides on; `remarks` are what the rules say of it.

    `lang` is its language, "" where all channels speak the same.
    """
    return {
        "id": draft.id,
        "story": draft.story,
        "state": draft.state,
        "title": plain(draft.script.headline if draft.script else draft.title),
        "rev": draft.tag,
        "lang": lang,
        "why": draft.why,
        "held": plain(draft.held),
        "wish": draft.wish,
        "asked_by": draft.asked_by,
        "made_at": draft.made_at.isoformat(),
        "offered_at": _iso(draft.offered_at),
        "decision": _decision(draft),
        "script": _script(draft),
        "texts": texts_beside(draft.texts),
        "clip": _clip(draft.clip) if draft.clip else None,
        "preview": PurePath(draft.preview).parent.name if draft.preview else None,
        "check": draft.clip.get("check") or None,
        "warnings": [*map(plain, remarks), *others(draft.clip)],
        "generated": [dict(one) for one in draft.clip.get("generated") or ()],
        "ready": kept(draft.clip),
        "progress": _progress(*progress) if progress else None,
        "channels": [_posting(p) for p in sorted(postings, key=_place)],
        "grounding": {
            "claims": len(draft.grounding.findings),
            "problems": len(draft.grounding.problems),
            "disputes": len(draft.grounding.disputes),
            "foreign": len(draft.grounding.foreign),
        },
    }


def _posting(p: Posting) -> Mapping[str, Any]:
    """How a draft stands on a channel; `what` is "" for the clip itself."""
    what = f"correction {p.n}" if p.purpose == "correction" else p.purpose
    due = p.due_at if p.state in WAITING else None
    fields = {"name": p.channel, "state": p.state, "url": p.url, "why": p.why}
    more = {"what": "" if p.purpose == "post" else what, "words": p.words, "due_at": _iso(due)}
    return {**fields, **more, "choices": dict(p.choices)}


def _place(p: Posting) -> tuple[str, bool, int]:
    """Order postings by channel: the clip, then what became of it."""
    return (p.channel, p.purpose != "post", p.n)


def _clip(clip: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"seconds": clip["seconds"], "clean": bool(clip.get("clean"))}


def _progress(stage: str, part: float) -> Mapping[str, Any]:
    return {"stage": stage, "part": part, "whole": round(made(stage, part), 3)}


def _decision(draft: Draft) -> Mapping[str, Any] | None:
    if not draft.decided_by:
        return None
    what = "rejected" if draft.state == "rejected" else "approved"
    at = _iso(draft.decided_at)
    return {"what": what, "by": draft.decided_by, "at": at, "reason": draft.reason}


def _script(draft: Draft) -> Mapping[str, Any] | None:
    script = draft.script
    if script is None:
        return None
    beats = [
        {
            "line": beat.line,
            "cites": [{"outlet": c.outlet, "url": c.url, "quote": c.quote} for c in beat.cites],
            "findings": [_finding(f) for f in draft.grounding.findings if f.beat == n],
        }
        for n, beat in enumerate(script.beats)
    ]
    beside = [_finding(f) for f in draft.grounding.findings if f.beat < 0]
    fields = ("headline", "lang", "tone", "format", "chip", "caption", "writer")
    return {name: getattr(script, name) for name in fields} | {
        "hashtags": list(script.hashtags),
        "bill": asdict(script.bill) if script.bill else None,
        "written": written_by(script),
        "notes": list(script.notes),
        "beats": beats,
        "beside": beside,  # the claims of headline and caption
    }


def texts_beside(texts: Mapping[str, Texts]) -> list[Mapping[str, Any]]:
    """What stands beside the clip, each text once; `channels` are whose it is, [] for all."""
    found: dict[tuple[str, str], list[str]] = {}
    for field in ("title", "caption", "tags", "alt"):
        for name, words in texts.items():
            said = getattr(words, field)
            said = " ".join(f"#{tag}" for tag in said) if field == "tags" else said
            if said:
                found.setdefault((field, said), []).append(name)
    return [
        {"field": field, "words": said, "channels": [] if len(names) == len(texts) else names}
        for (field, said), names in found.items()
    ]


def _finding(finding: Finding) -> Mapping[str, Any]:
    return {k: v for k, v in asdict(finding).items() if k != "beat"}


def reason(story: Story) -> str:
    """Why a story is hot; what a sense said is in it, in the words of strangers."""
    return plain(story.heat.reason)


def written_by(script: Script) -> str:
    """Say who wrote a script, and what it took: "written by openai:m:v3 in 2 calls, ..."."""
    bill = script.bill
    if not bill:
        return f"written by {script.writer}"
    tokens = f"{'about ' * bill.guessed}{bill.tokens_in + bill.tokens_out:,} tokens"
    calls = f"{bill.calls} call{'s' * (bill.calls != 1)}"
    cost = "" if bill.cost is None else f", {bill.currency}{_money(bill.cost)}"
    if not script.writer.startswith("extractive"):
        return f"written by {script.writer} in {calls}, {tokens}{cost}"
    return f"written by {script.writer} after {calls} to a model, {tokens}{cost}"


def _money(cost: float) -> str:
    """Write a sum with as many places as it takes to see it."""
    return f"{cost:.2f}" if cost >= 1 else f"{cost:.3f}" if cost >= 0.001 else f"{cost:.5f}"


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
