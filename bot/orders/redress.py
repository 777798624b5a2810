"""What an editor's `correct`, `takedown`, `resolve` and `retry DRAFT CHANNEL` do to posts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.draft import WAITING, Draft, Posting, PostState
from bot.outcomes import by_hand, called
from bot.posting.sequels import post_in, worded
from bot.store import Stale, Store
from bot.texts.corrected import answered
from publish import Caps

__all__ = ["again", "correct", "parted", "resolve", "take_down", "would_go"]

_URGENT = ("takedown", "post", "correction")  # what a person's word is taken to be about, first


def parted(text: str, channels: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Part the channels that a correction names from its words; a colon alone ends the names."""
    known = {name.lower(): name for name in channels}
    named: list[str] = []
    rest = text.strip()
    while rest:
        word, _, after = rest.partition(" ")
        if word == ":":
            return tuple(named), after.strip()
        name = known.get(word.rstrip(",:").lower())
        if name is None:
            break
        named.append(name)
        rest = after.strip()
        if word.endswith(":"):
            break
    return tuple(dict.fromkeys(named)), rest


async def correct(
    store: Store,
    caps: Mapping[str, Caps],
    draft: Draft,
    channels: Sequence[str],
    words: str,
    user: str,
    now: datetime,
) -> str:
    """Wish for a correction wherever a draft is out, or may be. Raises Stale with the way out."""
    if not words:
        raise Stale(f"say what is right, as readers shall see it: correct {draft.id} TEXT")
    lanes = _lanes(await store.postings(draft.id, purpose=None))
    out = {name: lane for name, lane in lanes.items() if _is_out(lane)}
    targets = _targets(draft, channels, out, "there is nothing to correct; `edit` changes a draft")
    before = [p for lane in out.values() for p in lane if p.purpose == "correction"]
    if any(p.words == words and p.channel in targets for p in before):
        raise Stale(f"draft {draft.id} was corrected with these words already")
    ways = {name: by_hand(caps.get(name), post_in(out[name]), "correction") for name in targets}
    for name in targets:
        if not ways[name]:
            _fits(draft, name, caps[name], words, [p.words for p in before if p.channel == name])
    n = await store.correct(draft, words, ways, user, now)
    told = [f"{name}: {ways[name] or _HOW[caps[name].corrects]}" for name in targets]
    return _answer(f"Correction {n} of draft {draft.id}:", told, draft, ways)


_HOW = {"edit": "goes before what the post says", "reply": "goes below the post"}


async def would_go(
    store: Store, caps: Mapping[str, Caps], draft: Draft, channels: Sequence[str]
) -> str:
    """Say what a takedown would do, and how to have it done. Raises Stale with the way out."""
    lanes = await _live(store, draft)
    targets = _targets(draft, channels, lanes, _NOTHING)
    told = []
    for name in targets:
        post = post_in(lanes[name])
        if post.state in WAITING:
            told.append(f"{name}: is not out yet, and would not be posted")
        else:
            told.append(f"{name}: {_why_not(caps, post) or _deleted(post)}")
    named = "".join(f" {name}" for name in channels and targets)
    head = f"This would take draft {draft.id} down:"
    return "\n".join((head, *told, f"To do it, say: takedown {draft.id}{named} confirm"))


async def take_down(
    store: Store,
    caps: Mapping[str, Caps],
    draft: Draft,
    channels: Sequence[str],
    user: str,
    now: datetime,
) -> str:
    """Take a draft down. Raises Stale with the way out."""
    lanes = await _live(store, draft)
    targets = _targets(draft, channels, lanes, _NOTHING)
    ways = {name: _why_not(caps, post_in(lanes[name])) for name in targets}
    stands = await store.take_down(draft, ways, user, now)
    said = {"done": "was not out yet, and is not posted", "ready": "is being deleted"}
    told = [f"{name}: {said.get(stands[name]) or ways[name]}" for name in targets]
    asked = {name: why for name, why in ways.items() if stands[name] == "asked"}
    return _answer(f"Draft {draft.id} is taken down:", told, draft, asked)


_NOTHING = "there is nothing to take down; `reject` ends a draft"


async def resolve(
    store: Store, draft: Draft, channel: str, user: str, now: datetime, *, done: bool
) -> str:
    """Take a person's word on what nobody else could tell or do. Raises Stale."""
    lane = await store.postings(draft.id, channel, None)
    asked = [p for p in lane if p.state == "asked"]
    first = min(asked, key=lambda p: (_URGENT.index(p.purpose), p.n), default=None)
    if first is None:
        raise Stale(f"nothing is open between draft {draft.id} and {channel}")
    if done:
        await store.resolve(first, user, now)
        counted = {"post": "counted as posted", "takedown": "counted as taken down"}
        return f"{channel}: {counted.get(first.purpose, 'counted as corrected')}"
    to: PostState = "queued" if first.purpose == "post" else "ready"
    await store.post(first, to, now, who=user, why=f"again ({user})")
    said = {"post": "will be posted", "takedown": "will be deleted"}
    return f"{channel}: {said.get(first.purpose, 'will be corrected')}"


async def again(store: Store, draft: Draft, channel: str, user: str, now: datetime) -> str:
    """Try again what a channel refused. Raises Stale with the way out."""
    lane = await store.postings(draft.id, channel, None)
    refused = next((p for p in lane if p.purpose != "post" and p.state == "asked"), None)
    if refused:
        await store.post(refused, "ready", now, who=user, why=f"again ({user})")
        return f"{channel}: {called(refused)} is tried again"
    post = next((p for p in lane if p.purpose == "post"), None)
    if post is None:
        raise Stale(f"draft {draft.id} was never meant for {channel}: approve it for that channel")
    if post.state != "refused":
        hint = f"; say: resolve {draft.id} {channel} again" if post.state == "asked" else ""
        raise Stale(f"{channel} did not refuse draft {draft.id}: it is {post.state}{hint}")
    await store.requeue(draft, post, user, now)
    return f"{channel}: draft {draft.id} is queued again"


def _lanes(postings: Sequence[Posting]) -> dict[str, list[Posting]]:
    lanes: dict[str, list[Posting]] = {}
    for p in postings:
        lanes.setdefault(p.channel, []).append(p)
    return lanes


async def _live(store: Store, draft: Draft) -> Mapping[str, Sequence[Posting]]:
    """Find the channels on which a draft is out, may be, or waits to be."""
    lanes = _lanes(await store.postings(draft.id, purpose=None))
    return {name: lane for name, lane in lanes.items() if _is_out(lane, waiting=True)}


def _is_out(lane: Sequence[Posting], *, waiting: bool = False) -> bool:
    if any(p.purpose == "takedown" for p in lane):
        return False
    return post_in(lane).state not in ({"refused"} if waiting else {*WAITING, "refused"})


def _targets(
    draft: Draft, named: Sequence[str], found: Mapping[str, object], nothing: str
) -> tuple[str, ...]:
    if not found:
        raise Stale(f"draft {draft.id} is out nowhere: {nothing}")
    for name in named:
        if name not in found:
            raise Stale(f"draft {draft.id} is not out on {name}; it is on {', '.join(found)}")
    return tuple(named or found)


def _fits(draft: Draft, name: str, caps: Caps, words: str, before: Sequence[str]) -> None:
    """See that a correction finds room. Raises Stale."""
    assert draft.script is not None
    try:
        if caps.corrects == "reply":
            answered(words, draft.script.lang, caps.limits)
        else:
            worded(draft, name, caps.limits, [words, *reversed(before)])
    except ValueError as error:
        raise Stale(f"{name} {error}: say it shorter, or leave {name} out") from error


def _why_not(caps: Mapping[str, Caps], post: Posting) -> str:
    return by_hand(caps.get(post.channel), post, "takedown") if post.state == "done" else ""


def _deleted(post: Posting) -> str:
    if post.state == "done":
        return f"would be deleted: {post.url or post.remote_id}"
    return "would be deleted if it is out: its answer was lost"


def _answer(head: str, told: Sequence[str], draft: Draft, asked: Mapping[str, str]) -> str:
    """One answer for all channels; what a person must do comes with the word to say then."""
    hands = [f"resolve {draft.id} {name} done" for name, why in asked.items() if why]
    last = [f"Please do that there by hand, then say: {'   or   '.join(hands)}"] if hands else []
    return "\n".join((head, *told, *last))
