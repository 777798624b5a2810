"""How an article of WordPress is laid out, in blocks: the clip, then the text. Pure.

No markup of ours or of a headline gets through: all is escaped, shortcodes too.
"""

import html
import json
import re

from publish import Post, State

__all__ = ["LINK", "article"]

LINK = re.compile(r"https?://[!#-;=?-~]*[A-Za-z0-9/_~=#+-]")  # without quotes and brackets


def article(post: Post, state: State) -> str:
    """Write the content of an article; `state` says where the clip, cover and captions lie."""
    pieces = [_video(post, state)]
    for paragraph in re.split(r"\n\s*\n", post.text.strip()):
        lines = "<br>".join(_marked(line) for line in paragraph.splitlines())
        pieces.append(f"<!-- wp:paragraph -->\n<p>{lines}</p>\n<!-- /wp:paragraph -->")
    return "\n\n".join(pieces)


def _video(post: Post, state: State) -> str:
    said = {"src": state.get("clip_url", ""), "poster": state.get("cover_url", "")}
    said["aria-label"] = post.alt
    inner = "".join(f' {k}="{_plain(v)}"' for k, v in said.items() if v)
    track = ""
    if url := state.get("captions_url"):
        lang = _plain(post.lang)
        track = f'<track src="{_plain(url)}" kind="captions" srclang="{lang}" default>'
    block = json.dumps({"id": int(state["clip"])}) if "clip" in state else "{}"
    video = f'<figure class="wp-block-video"><video controls{inner}>{track}</video></figure>'
    return f"<!-- wp:video {block} -->\n{video}\n<!-- /wp:video -->"


def _marked(line: str) -> str:
    """Escape a line and make its links such; nothing else in it is markup or a shortcode."""
    out, at = [], 0
    for link in LINK.finditer(line):
        url = _plain(link[0])
        out += [_plain(line[at : link.start()]), f'<a href="{url}" rel="nofollow">{url}</a>']
        at = link.end()
    return "".join([*out, _plain(line[at:])])


def _plain(text: str) -> str:
    return html.escape(text).replace("[", "&#91;").replace("]", "&#93;")
