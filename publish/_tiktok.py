"""What TikTok's answers mean, and what it wants to be told of a post. Pure.

Sources, read in November 2026: developers.tiktok.com, "Direct Post", "Media Transfer Guide",
"Get Post Status".
"""

from dataclasses import dataclass
from typing import Any

from publish import ChannelDown, Post, Refused
from publish._calls import Answer, sane
from publish._pieces import Piece, parted

__all__ = ["PRIVACY", "Status", "plan", "see", "see_creator", "status_of", "words"]

PRIVACY = {
    "everyone": "PUBLIC_TO_EVERYONE",
    "friends": "MUTUAL_FOLLOW_FRIENDS",
    "followers": "FOLLOWER_OF_CREATOR",
    "only-me": "SELF_ONLY",
}
NOT_TODAY = ("spam_risk_too_many_posts", "reached_active_user_cap")
HOURS_S = 6 * 3600.0
PIECE = 8 * 1024 * 1024  # 5 MB at least, 64 MB at most


@dataclass(frozen=True, slots=True)
class Status:
    """How far TikTok is with a post; `got` is how many bytes it has, -1 where it does not say."""

    state: str
    got: int = -1
    reason: str = ""
    video: str = ""

    def begun(self, total: int) -> bool:
        """Whether the upload is surely not whole: nothing is posted before it is."""
        return self.state == "PROCESSING_UPLOAD" and 0 <= self.got < total


def plan(total: int) -> tuple[int, tuple[Piece, ...]]:
    """Part a clip as TikTok counts: what is left over goes with the last piece."""
    count = max(1, total // PIECE)
    if count == 1:
        return total, (Piece(0, total),)
    *early, last = parted(count * PIECE, PIECE)
    return PIECE, (*early, Piece(last.start, total - last.start))


def words(post: Post) -> dict[str, Any]:
    """Lay out what a person chose, the caption, and that it is made with AI."""
    chosen = post.choices
    return {
        "title": post.text,
        "privacy_level": PRIVACY[chosen["privacy"]],
        "disable_comment": chosen["comment"] != "yes",
        "disable_duet": chosen["duet"] != "yes",
        "disable_stitch": chosen["stitch"] != "yes",
        "brand_content_toggle": False,
        "brand_organic_toggle": False,
        "is_aigc": post.made_by_ai,
    }


def see(answer: Answer, name: str) -> None:
    """See that all is well: TikTok also says 200 with an error inside. Raises as ever."""
    code = answer.word("error", "code")
    if answer.status < 400 and code == "ok":
        return
    said = f"{name} answered {code or answer}"
    if code in NOT_TODAY:
        raise ChannelDown(said, HOURS_S)
    if answer.status < 400 or code in ("internal_error", "rate_limit_exceeded"):
        raise ChannelDown(said, answer.wait_s)
    if code == "unaudited_client_can_only_post_to_private_accounts":
        said = f"{said}: before its audit an app posts to private accounts only (docs/plugins.md)"
    raise Refused(said)


def see_creator(answer: Answer, post: Post, name: str) -> str:
    """See that the account may do what was chosen; answers its name. Raises as ever."""
    data = answer.told().get("data")
    creator = answer.word("data", "creator_username")
    data = data if isinstance(data, dict) else {}
    options = data.get("privacy_level_options")
    if not creator or not isinstance(options, list):
        raise ChannelDown(f"{name} does not say what the account may do: {answer}")
    missing = [c for c in ("privacy", "comment", "duet", "stitch") if c not in post.choices]
    if missing:
        raise Refused(f"{name} wants a person to choose {', '.join(missing)}: approve it with them")
    wish = post.choices["privacy"]
    if PRIVACY.get(wish) not in options:
        able = [word for word, level in PRIVACY.items() if level in options]
        raise Refused(f"{name} does not offer {wish} to this account, but {', '.join(able)}")
    for what in ("comment", "duet", "stitch"):
        if post.choices[what] == "yes" and data.get(f"{what}_disabled") is True:
            raise Refused(f"{name} allows this account no {what}: approve it with {what}=no")
    most = data.get("max_video_post_duration_sec")
    if isinstance(most, int) and post.seconds > most:
        raise Refused(f"{name} takes {most} s at most of this account, it has {post.seconds:.0f}")
    return creator


def status_of(answer: Answer, name: str) -> Status:
    """Read how far a post is. Raises ChannelDown."""
    data = answer.told().get("data")
    if not isinstance(data, dict) or not (state := answer.word("data", "status")):
        raise ChannelDown(f"{name}: no yes and no no: {answer}")
    got, public = data.get("uploaded_bytes"), data.get("publicaly_available_post_id")
    video = str(public[0]) if isinstance(public, list) and public else ""
    reason = sane(data.get("fail_reason")) or "it does not say why"
    return Status(state, got if isinstance(got, int) else -1, reason, sane(video))
