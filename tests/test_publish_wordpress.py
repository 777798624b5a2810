"""WordPress as a channel: how an article looks, and that there is one of it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from fakes_publish import prepared
from platforms import a_post
from platforms._server import says
from platforms.wordpress import Fake
from publish import OutcomeUnknown, Post, Refused
from publish._wordpress_article import article
from publish.wordpress import Plugin, Settings

SLUG = "7-wordpress-3f9a12-b086a149cf"


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def there() -> AsyncIterator[Fake]:
    async with Fake() as server:
        yield server


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return a_post(tmp_path, "wordpress")


async def test_an_article_has_the_clip_on_top(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    receipt = await channel.commit(post, state)
    [article] = there.things["posts"].values()
    assert article["slug"] == SLUG
    assert receipt.url == f"https://news.example/{SLUG}/"
    assert article["title"] == "Лодка hits a bridge"
    assert (article["categories"], str(article["featured_media"])) == ([4], state["cover"])
    media = [(m["slug"], m["mime_type"]) for m in there.things["media"].values()]
    assert media == [
        (f"{SLUG}-clip", "video/mp4"),
        (f"{SLUG}-cover", "image/jpeg"),
        (f"{SLUG}-captions", "text/vtt"),
    ]
    up = f"https://news.example/wp-content/uploads/2026/11/{SLUG}"
    link = "https://wire.example/boat"
    assert article["content"]["raw"] == (
        f'<!-- wp:video {{"id": {state["clip"]}}} -->\n'
        f'<figure class="wp-block-video"><video controls src="{up}-clip.mp4"'
        f' poster="{up}-cover.jpg" aria-label="Upright video: a barge under a bridge.">'
        f'<track src="{up}-captions.vtt" kind="captions" srclang="en" default>'
        "</video></figure>\n<!-- /wp:video -->\n\n"
        "<!-- wp:paragraph -->\n<p>Sixty-three people are safe. "
        f'<a href="{link}" rel="nofollow">{link}</a> #bridge</p>\n<!-- /wp:paragraph -->'
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a <b>\n& c", "<p>a &lt;b&gt;<br>&amp; c</p>"),
        ("[video src=x]", "<p>&#91;video src=x&#93;</p>"),
        ("<!-- /wp:paragraph -->", "<p>&lt;!-- /wp:paragraph --&gt;</p>"),
        ('https://a.example/"><script>', '<p><a href="https://a.example/" rel="nofollow">'),
        ("one\n\ntwo", "<p>one</p>"),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
    ],
)
def test_no_markup_gets_through(post: Post, text: str, html: str) -> None:
    found = article(replace(post, text=text, alt='"><script>'), {"clip": "1"})
    assert html in found
    assert "<script>" not in found


async def test_a_try_that_was_forgotten_is_gone_on_with(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    """A crash between a call and its note: what is there is found by its slug."""
    await prepared(there.channel(http), post, {})
    state = await prepared(there.channel(http), post, {})
    await there.channel(http).commit(post, state)
    assert there.uploads == 1
    assert len(there.things["posts"]) == 1
    assert len(there.things["media"]) == 3


async def test_an_article_that_is_out_is_not_made_twice(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    await channel.commit(post, await prepared(channel, post, {}))
    with pytest.raises(Refused, match="already"):
        await prepared(there.channel(http), post, {})
    assert len(there.posts) == 1


async def test_who_may_not_publish_does_not_seem_to_have(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    """A plug-in of the site turns "publish" into "pending": 200, and nobody sees it."""
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    told = f'{{"id": {state["post"]}, "status": "pending"}}'
    there._next.append(says(200, told, "application/json"))
    with pytest.raises(OutcomeUnknown, match="does not say"):
        await channel.commit(post, state)
    assert await channel.find(post, state) is None


async def test_a_takedown_takes_the_media_too(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    receipt = await channel.commit(post, state)
    await channel.delete(receipt, state)
    assert there.things == {"media": {}, "posts": {}}
    with pytest.raises(Refused, match="not there any more"):
        await channel.edit(post, receipt, state)


async def test_an_article_needs_a_title(http: aiohttp.ClientSession, post: Post) -> None:
    settings = Settings.model_validate({"url": "https://a.example", "user": "a", "password": "b"})
    channel = Plugin("wordpress", settings, http)
    assert channel.check(replace(post, title=" ")) == ("the title is empty: an article needs one",)
