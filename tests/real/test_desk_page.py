"""The desk's page in a real Chromium: what an editor sees, presses and types."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

import fakes_desk
from bot.chat import Mark, Outgoing
from bot.chat.web import Plugin, Settings
from chromium import ARGS, CHROMIUM
from fakes_desk import FakeNewsroom

playwright = pytest.importorskip("playwright.async_api", reason="needs the extra `real`")
TOKEN = "a-token-for-the-editor"
EXPECT = 5_000  # ms

pytestmark = [
    pytest.mark.real,
    pytest.mark.asyncio(loop_scope="module"),  # one browser for all
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs {CHROMIUM} (apt: chromium)"),
]


@asynccontextmanager
async def serving(newsroom: FakeNewsroom, port: int = 0) -> AsyncIterator[Plugin]:
    plugin = Plugin("web", Settings(port=port, tokens={"anna": SecretStr(TOKEN)}), None)
    run = asyncio.create_task(plugin.run(newsroom))
    await plugin.ready()
    try:
        yield plugin
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    fakes_desk.film(folder)
    return folder


@pytest.fixture
def newsroom(films: Path) -> FakeNewsroom:
    newsroom = FakeNewsroom(films)
    fakes_desk.a_day(newsroom)
    return newsroom


@pytest_asyncio.fixture(loop_scope="module")
async def plugin(newsroom: FakeNewsroom) -> AsyncIterator[Plugin]:
    async with serving(newsroom) as plugin:
        yield plugin


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Any]:
    async with playwright.async_playwright() as engine:
        browser = await engine.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Any, plugin: Plugin) -> AsyncIterator[Any]:
    """A logged-in page; whatever its scripts complain of fails the test.

    A clip that is still loading while its draft goes away is a 404, which is no complaint.
    """
    page = await opened(browser, plugin)
    complaints: list[str] = []

    def listen(said: Any) -> None:
        if said.type == "error" and "404 (Not Found)" not in said.text:
            complaints.append(said.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", listen)
    yield page
    assert complaints == []
    await page.context.close()


async def opened(browser: Any, plugin: Plugin, **options: Any) -> Any:
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, **options)
    page = await context.new_page()
    page.set_default_timeout(EXPECT)
    await page.goto(f"{plugin.url}/?token={TOKEN}")
    await page.locator("#draft h3").wait_for()
    return page


def sees(page: Any, query: str) -> Any:
    return playwright.expect(page.locator(query))


async def test_an_editor_logs_in_looks_and_approves(
    browser: Any, plugin: Plugin, newsroom: FakeNewsroom
) -> None:
    page = await browser.new_page()
    await page.goto(plugin.url)
    await page.get_by_label("Token").fill("not-the-token")
    await page.get_by_role("button", name="Log in").click()
    await sees(page, ".wrong").to_have_text("that token is not known")
    await page.get_by_label("Token").fill(TOKEN)
    await page.get_by_role("button", name="Log in").click()
    await sees(page, ".story").to_have_count(4)
    await sees(page, ".story >> nth=0").to_contain_text("five times the usual pace")
    await sees(page, "#draft .beat").to_have_count(4)
    await sees(page, "#draft .beat >> nth=1").to_contain_text("The Quay")
    await page.get_by_role("button", name="Approve", exact=True).click()
    await sees(page, "#draft header .chip").to_have_text("approved")
    await sees(page, "#log").to_contain_text("Draft 7 is approved")
    assert newsroom.texts() == ["approve 7 3fa9c1"]
    assert newsroom.heard[0].user == "web:anna"


async def test_a_story_says_line_by_line_why_it_is_hot(page: Any, newsroom: FakeNewsroom) -> None:
    heard = "heard on Hacker News (412 points in 2 hours), Bluesky (rank 3 of 25)"
    newsroom.reports(fakes_desk.story(30, "Lantern Bridge closed", reason=f"3 outlets; {heard}"))
    await sees(page, ".reason li").to_have_text(["3 outlets", heard])


async def test_a_story_shows_its_rise_and_says_it(page: Any, newsroom: FakeNewsroom) -> None:
    newsroom.reports(fakes_desk.story(30, "Lantern Bridge closed"))
    await sees(page, ".story").to_have_count(1)
    rise = page.get_by_role("img", name="Rise: 3 outlets in 27 minutes")
    await playwright.expect(rise).to_be_visible()
    box = await rise.bounding_box()
    assert (box["width"] > 100, box["height"]) == (True, 30)
    under = page.locator(".rise .under")
    assert await under.evaluate("e => getComputedStyle(e).fill") != "rgb(0, 0, 0)"
    line = await page.locator(".rise .line").get_attribute("d")
    assert line.count("M") == 1
    assert line.endswith("L23 18L24 18")  # three of seven steps: 30 - 3 * 28 / 7
    await sees(page, ".rise figcaption").to_have_text("in 1 h")


async def test_rejecting_asks_for_a_reason(page: Any, newsroom: FakeNewsroom) -> None:
    await page.get_by_role("button", name="Reject …").click()
    await page.get_by_role("button", name="Reject it").click()
    assert newsroom.heard == []  # the field is required
    await page.get_by_label("Reason").fill("The cable was found on Monday")
    await page.keyboard.press("Enter")
    await sees(page, "#draft .note").to_contain_text("The cable was found on Monday")
    assert newsroom.texts() == ["reject 7 The cable was found on Monday"]


async def test_what_is_out_is_corrected_taken_down_and_resolved(
    page: Any, newsroom: FakeNewsroom, tmp_path: Path
) -> None:
    see = playwright.expect
    done = {"name": "folder", "state": "done", "url": "https://reel.example/7", "why": ""}
    told = {**done, "what": "correction 1", "words": "Nineteen people were hurt."}
    later = {"name": "podcast", "state": "queued", "url": "", "due_at": fakes_desk.ago(-90)}
    lost = {"name": "tower", "state": "asked", "url": "", "why": "the answer was lost"}
    decision = {"what": "approved", "by": "web:anna", "at": fakes_desk.ago(3), "reason": ""}
    channels = [done, told, {**later, "why": ""}, lost]
    newsroom.drafts_are(
        fakes_desk.draft(7, "A bridge", state="approved", decision=decision, channels=channels)
    )
    await page.get_by_role("button", name="It is there").click()
    await page.get_by_role("button", name="Correct …").click()
    await page.get_by_label("Correction").fill("Nineteen people were hurt, not fourteen.")
    await page.screenshot(path=tmp_path / "out.png")
    await page.get_by_role("button", name="Send the correction").click()
    await see(page.get_by_label("Correction")).to_be_hidden()
    await page.get_by_role("button", name="Take down …").click()
    await page.get_by_role("button", name="Take it down").click()
    await see(page.locator(".channels")).to_contain_text("correction 1")
    await see(page.locator(".channels")).to_contain_text("Nineteen people were hurt.")
    await see(page.locator(".channels")).to_contain_text(re.compile(r"for \d+:\d\d"))
    assert newsroom.texts() == [
        "resolve 7 tower done",
        "correct 7: Nineteen people were hurt, not fourteen.",
        "takedown 7 confirm",
    ]


async def test_a_line_is_edited_in_its_place(page: Any, newsroom: FakeNewsroom) -> None:
    await page.get_by_label("Edit line 2").click()
    field = page.get_by_role("textbox", name="Line 2")
    await field.fill("One of the bridge's\n48 cables is cracked.")
    newsroom.reports(fakes_desk.story(30, "The wire moves on while somebody types"))
    await sees(page, ".story").to_have_count(1)
    await playwright.expect(field).to_have_value("One of the bridge's\n48 cables is cracked.")
    await field.press("Enter")
    await sees(page, "#log").to_contain_text("Heard: edit 7 line 2")
    assert newsroom.texts() == ["edit 7 line 2: One of the bridge's 48 cables is cracked."]


async def test_the_texts_of_each_channel_are_there_to_be_unfolded(page: Any) -> None:
    texts = page.locator("#draft .texts")
    await playwright.expect(texts.locator("dl")).to_be_hidden()
    await texts.get_by_text("Texts on the channels").click()
    await sees(page, ".texts dt").to_have_text(
        ["Title folder", "Text folder", "Text webhook", "Alt text"]
    )
    await sees(page, ".texts dd >> nth=1").to_have_text("Shut to all. Source: The Quay")


async def test_what_became_of_generated_shots_is_there_to_be_unfolded(
    page: Any, newsroom: FakeNewsroom
) -> None:
    drafts = await newsroom.drafts()
    made = {"name": "2", "wished": "diffusers", "became": "diffusers", "preset": "rush"}
    made |= {"model": "fastwan-1.3b", "seconds": {"denoise": 2.46, "decode": 1.6}, "reasons": []}
    photo = {"name": "5", "wished": "diffusers", "became": "photo", "reasons": ["<b>no</b> GPU"]}
    said = {"generated": [made, photo], "ready": "ready in 43 s"}
    newsroom.drafts_are(*({**draft, **said} if draft["id"] == 7 else draft for draft in drafts))
    shots = page.locator("#draft .generated")
    await playwright.expect(shots.locator("summary")).to_contain_text("1 of 2 made")
    await playwright.expect(shots.locator("summary")).to_contain_text("ready in 43 s")
    await shots.get_by_text("Generated shots").click()
    await playwright.expect(shots.locator("tbody tr")).to_have_text(
        ["2a filmfastwan-1.3b (rush)denoise 2.5, decode 1.6", "5a photo<b>no</b> GPU"]
    )


async def test_a_story_becomes_a_clip_at_the_press_of_a_button(
    page: Any, newsroom: FakeNewsroom
) -> None:
    await page.get_by_role("button", name="Make a clip").first.click()
    await sees(page, "#log").to_contain_text("Draft 9 for story 15 is being written.")
    await page.get_by_role("button", name="Open draft 7").click()
    await sees(page, "#draft header").to_contain_text("Draft 7")
    assert newsroom.texts() == ["make 15"]


async def test_commands_are_typed_and_found_again(page: Any, newsroom: FakeNewsroom) -> None:
    await page.keyboard.press("/")
    for text in ("topics", "status"):
        await page.keyboard.type(text)
        await page.keyboard.press("Enter")
        await sees(page, "#log").to_contain_text(f"Heard: {text}")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await playwright.expect(page.get_by_label("Command", exact=True)).to_have_value("topics")
    assert newsroom.texts() == ["topics", "status"]


async def test_what_the_desk_says_is_shown_at_once_with_its_buttons(
    page: Any, plugin: Plugin, newsroom: FakeNewsroom
) -> None:
    await plugin.send(Outgoing("Draft 8 waits for you.", 8, (("Park it", "park 8"),)))
    await page.get_by_role("button", name="Park it").click()
    await sees(page, "#log").to_contain_text("Heard: park 8")
    await page.locator("#unfold").click()
    await page.get_by_role("button", name="Open draft 8").click()
    await sees(page, "#draft header").to_contain_text("Reservoir at Oster Vale")


async def test_marks_are_shown_and_a_later_message_takes_the_place_of_the_earlier_one(
    page: Any, plugin: Plugin
) -> None:
    said = "\U0001f6a2 <b>Ferry</b> is out"
    marks = (Mark(2, 14, "bold"), Mark(18, 21, "link", "https://square.example/7"))
    await plugin.send(Outgoing("Draft 7 waits", 7, (("Do it", "status"),), slot="posts 7"))
    await sees(page, "#log").to_contain_text("Draft 7 waits")
    await plugin.send(Outgoing(said, 7, marks=marks, slot="posts 7"))
    await sees(page, "#log").to_contain_text("Ferry</b> is out")
    await sees(page, "#log").not_to_contain_text("Draft 7 waits")
    await sees(page, "#log b").to_have_text("<b>Ferry</b>")
    await sees(page, "#log a").to_have_attribute("href", "https://square.example/7")
    await playwright.expect(page.get_by_role("button", name="Do it")).to_have_count(0)


async def test_a_clip_plays_on_while_the_desk_moves(page: Any, newsroom: FakeNewsroom) -> None:
    video = "document.querySelector('video')"
    await page.evaluate(f"{video}.muted = true; {video}.loop = true; window.playing = {video}")
    await page.evaluate(f"{video}.play()")
    await until(page, f"{video}.currentTime > 0.2")
    newsroom.drafts_are(*[{**d, "why": "new"} for d in await newsroom.drafts()])
    await sees(page, "#draft header").to_contain_text("new")
    assert await page.evaluate(f"{video} === window.playing && !{video}.paused")
    await page.evaluate(f"{video}.currentTime = 2")
    await until(page, f"{video}.currentTime >= 2 && {video}.readyState >= 2")
    await page.evaluate(f"{video}.textTracks[0].mode = 'showing'")
    await until(page, f"{video}.textTracks[0].cues?.length === 1")


async def test_a_preview_plays_until_the_clip_takes_its_place(
    page: Any, newsroom: FakeNewsroom
) -> None:
    title = "Night train to the coast returns after eleven years"
    newsroom.drafts_are(fakes_desk.in_the_works(6, title, "draw", 0.5, preview="00006-ab"))
    await sees(page, "#draft .clip video").to_have_attribute(
        "src", re.compile("/drafts/6/preview/")
    )
    playing = "v => v.currentTime || new Promise((end) => v.addEventListener('timeupdate', end))"
    await page.locator("#draft video").evaluate(playing)
    await sees(page, "#draft .progress").to_contain_text("drawing and encoding the full clip")
    await sees(page, "#draft .progress output").to_have_text("50 %")
    await page.locator("#draft video").evaluate("v => { v.mark = 1; }")
    newsroom.drafts_are(fakes_desk.in_the_works(6, title, "draw", 0.6, preview="00006-ab"))
    await sees(page, "#draft .progress output").to_have_text("60 %")
    assert await page.locator("#draft video").evaluate("v => v.mark") == 1
    assert await page.get_by_role("button", name="Approve", exact=True).count() == 0
    newsroom.drafts_are(fakes_desk.draft(6, title, preview="00006-ab"))
    await sees(page, "#draft .clip video").to_have_attribute("src", re.compile("/drafts/6/clip/"))
    await sees(page, "#draft video").to_have_count(1)


async def test_foreign_text_stays_text(page: Any, newsroom: FakeNewsroom) -> None:
    owned = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>'
    titles = [owned, "\u202eevil\u202c \x1b[31m\x07", "a" * 10_000, "</bdi></h3>'\"", "العربية 24"]
    newsroom.reports(*[fakes_desk.story(i, title) for i, title in enumerate(titles, 1)])
    draft = fakes_desk.draft(
        7,
        owned,
        warnings=titles,
        channels=[
            {"name": owned, "state": owned, "url": "javascript:window.owned=1", "why": owned},
        ],
    )
    for beat in draft["script"]["beats"]:
        beat["line"] = owned
        beat["cites"] = [{"outlet": owned, "url": "javascript:window.owned=1", "quote": titles[2]}]
    newsroom.drafts_are(draft, *[fakes_desk.draft(i, t) for i, t in enumerate(titles, 20)])
    await sees(page, ".story").to_have_count(len(titles))
    await sees(page, "#draft h3").to_have_text(owned)
    assert not re.search("[\u202a-\u202e\x1b]", await page.locator("body").inner_text())
    assert await page.locator("a[href^=javascript]").count() == 0
    assert await page.locator(".story a:not([rel='noopener noreferrer'])").count() == 0
    assert await page.evaluate("window.owned") is None
    assert await overflow(page) <= 0


async def test_a_desk_that_went_away_is_told_and_found_again(
    browser: Any, newsroom: FakeNewsroom
) -> None:
    async with serving(newsroom) as plugin:
        page = await opened(browser, plugin)
        await sees(page, "#live").to_have_text("live")
    await sees(page, "#banner").to_contain_text("The desk does not answer")
    await page.locator("#text").fill("status")
    await page.keyboard.press("Enter")
    await sees(page, "#log .fault").to_contain_text("The desk did not answer.")
    async with serving(newsroom, port=int(plugin.url.rsplit(":", 1)[1])):
        await page.get_by_role("button", name="Try now").click()
        await sees(page, "#banner").to_be_hidden()
        await page.get_by_role("button", name="Send again").click()
        await sees(page, "#log").to_contain_text("Heard: status")


async def test_an_empty_desk_says_what_to_do(page: Any, newsroom: FakeNewsroom) -> None:
    newsroom.reports()
    newsroom.drafts_are()
    await sees(page, "#stories .empty").to_contain_text("No story is on the wire yet")
    await sees(page, "#drafts .empty").to_contain_text("Make a clip")
    await sees(page, "#draft > *").to_have_count(0)


async def test_the_keyboard_reaches_the_decision(page: Any, newsroom: FakeNewsroom) -> None:
    await page.keyboard.press("Tab")
    await sees(page, ".skip").to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await playwright.expect(page.get_by_role("button", name="Approve", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await sees(page, "#draft header .chip").to_have_text("approved")


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
async def test_the_page_fits_every_screen(
    browser: Any, plugin: Plugin, tmp_path: Path, scheme: str, width: int, height: int
) -> None:
    page = await opened(browser, plugin, color_scheme=scheme)
    await page.set_viewport_size({"width": width, "height": height})
    rooms = page.locator("#rooms button")
    for room in range(await rooms.count() if width < 821 else 1):
        if width < 821:
            await rooms.nth(room).click()
        await page.screenshot(path=tmp_path / f"{scheme}-{width}-{room}.png")
        assert await overflow(page) <= 0


async def until(page: Any, condition: str) -> None:
    """Wait for a condition without `eval`, which the page's own policy forbids."""
    await page.evaluate(
        f"new Promise((done) => {{ const look = () => {condition} ? done() : setTimeout(look, 50);"
        " look(); })"
    )


async def overflow(page: Any) -> Any:
    """How many pixels the page is wider than the window."""
    return await page.evaluate("document.documentElement.scrollWidth - innerWidth")
