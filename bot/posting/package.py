"""A finished clip and all that goes with it: the texts, what channels would refuse, the revision.

Pure but for the size of the clip's file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.draft import Draft
from bot.posting.ledger import post_of, unfit
from bot.story import Grounding, Story, fingerprint
from bot.texts import claims_of, texts_of
from publish import Publisher

__all__ = ["packed"]


def packed(
    draft: Draft,
    grounding: Grounding,
    doubts: Sequence[str],
    channels: Mapping[str, Publisher],
    names: Sequence[str],
    now: datetime,
) -> Mapping[str, Any]:
    """Answer the columns of a draft that has a clip now; `draft` holds its new board and clip.

    `names` are the channels it is meant for, `channels` those of them that are set up.
    """
    assert draft.script is not None
    story = Story(draft.story, draft.title, draft.items)
    limits = {name: channel.caps.limits for name, channel in channels.items()}
    texts = texts_of(draft.script, story, draft.board, limits, draft.texts)
    claims = (*grounding.findings, *claims_of(texts, draft.script, draft.items))
    refused = _refused(replace(draft, texts=texts), channels, now)
    warnings = [*draft.clip["warnings"], *doubts, *refused]
    return {
        "grounding": Grounding(tuple(dict.fromkeys(claims))),
        "board": draft.board,
        "clip": {**draft.clip, "warnings": warnings},
        "texts": texts,
        "rev": fingerprint(draft.script, draft.clip, names, texts),
    }


def _refused(draft: Draft, channels: Mapping[str, Publisher], now: datetime) -> list[str]:
    """Say already now what a channel would refuse when it is posted."""
    found = []
    for name, channel in channels.items():
        key = f"wirereel-{draft.id}-{name}"
        post = post_of(draft, name, key, now, channel.caps.clean)
        found += [f"{name} would refuse it: {problem}" for problem in unfit(post, channel)]
    return found
