"""The commands. Heavy imports wait until a command needs them, so that --help is quick."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app", "main"]

app = typer.Typer(
    name="wirereel",
    help="From the wire to a reel: watches feeds, drafts, lets editors approve, posts clips.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
ConfigPath = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="The config file; ./config.toml where there is one."),
]
Words = Annotated[list[str] | None, typer.Argument(help="Files, addresses, or topic words.")]


@app.command()
def run(config: ConfigPath = None, verbose: bool = False) -> None:
    """Run the daemon: watch, draft, offer, and post what editors approve."""
    from bot.terminal.run import run_daemon

    run_daemon(config, verbose)


@app.command()
def make(
    words: Words = None,
    config: ConfigPath = None,
    format: Annotated[str, typer.Option(help="news, flash, explainer, list, or your own.")] = "",
    tone: Annotated[str, typer.Option(help="urgency, tension, hope, ...; default: chosen.")] = "",
    seconds: Annotated[float, typer.Option(help="Wished length, as the format allows.")] = 0.0,
    lang: Annotated[str, typer.Option(help="Its language, such as de; default: the story's.")] = "",
    out: Annotated[Path, typer.Option(help="Where the clip goes.")] = Path("out"),
    writer: Annotated[str, typer.Option(help="extractive, openai, or your own module.")] = "",
    publish: Annotated[bool, typer.Option("--publish", help="Post it to the channels.")] = False,
    json: Annotated[bool, typer.Option("--json", help="End with one JSON object.")] = False,
    ready_in: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="By when it should be there, from now, such as 60s or 2m: what a model cannot "
            "make by then is shown in a plainer way.",
        ),
    ] = "",
    override: Annotated[
        str,
        typer.Option(
            metavar="REASON",
            help="Publish although claims are in no source, or under an embargo; this is kept.",
        ),
    ] = "",
) -> None:
    """Make one clip by hand, with or without a running daemon.

    Inputs are feeds (addresses or files), item files (.jsonl) or articles (text, Markdown, HTML).
    Bare words are the topic. Without inputs the configured feeds are asked; without a topic it is
    the hottest story.
    """
    begun = time.perf_counter()
    from bot.terminal.make import Wish, make_clip

    options = (format, tone, seconds, out, writer, publish, json)
    wish = Wish(tuple(words or ()), *options, lang=lang, override=override)
    make_clip(config, replace(wish, ready_in=ready_in, begun=begun))


@app.command()
def stories(
    words: Words = None,
    config: ConfigPath = None,
    limit: Annotated[int, typer.Option(help="How many to print.", min=1)] = 15,
    all: Annotated[
        bool, typer.Option("--all", help="Also what one outlet alone tells, at the end.")
    ] = False,
    explain: Annotated[
        str,
        typer.Option(
            metavar="NUMBER",
            help="Why this story is hot, why each report is in it, and who counts as a witness.",
        ),
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Every story, as JSON.")] = False,
) -> None:
    """Read feeds or item files once; print the stories and why they are hot."""
    from bot.terminal.stories import Wish, list_stories

    list_stories(config, Wish(tuple(words or ()), limit, all, explain, json))


@app.command()
def render(
    board: Annotated[Path, typer.Argument(metavar="BOARD", help="A storyboard (JSON).")],
    out: Annotated[
        Path | None, typer.Argument(metavar="OUT", help="The clip to write (.mp4).")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="A contact sheet to write: every picture at three moments.")
    ] = None,
    ready_in: Annotated[
        str, typer.Option(metavar="TIME", help="By when the clip should be there: 60s, 2m.")
    ] = "",
    config: ConfigPath = None,
) -> None:
    """Render a storyboard to a clip with its sidecars, to a contact sheet, or to both.

    Of the config file it takes [render]: which shots a model may make, and where.
    """
    begun = time.perf_counter()
    from bot.terminal.draw import draw

    raise typer.Exit(draw(board, out, sheet, config, ready_in, begun))


@app.command()
def chat(config: ConfigPath = None) -> None:
    """Talk to the running daemon: the same commands as in any chat."""
    from bot.terminal.talk import talk

    talk(config)


@app.command()
def check(
    config: ConfigPath = None,
    make_certificate: Annotated[
        bool, typer.Option("--make-certificate", help="Make one of your own, to sign clips with.")
    ] = False,
    into: Annotated[
        Path | None, typer.Option(help="Where the certificate goes; default: the state folder.")
    ] = None,
) -> None:
    """Look at the set-up: what works, what does not, and the way out."""
    from bot.terminal.check import run_certificate, run_checks

    raise typer.Exit(run_certificate(config, into) if make_certificate else run_checks(config))


@app.command()
def login(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="As config.toml names it.")],
    config: ConfigPath = None,
    device: Annotated[
        bool, typer.Option("--device", help="Type a code on another device (YouTube).")
    ] = False,
    paste: Annotated[
        bool, typer.Option("--paste", help="The browser is elsewhere: paste where it ended.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65_535, help="Where the browser comes back to on 127.0.0.1."),
    ] = None,
) -> None:
    """Log in at a channel, once: its tokens are kept and renewed by the daemon."""
    from bot.terminal.login import login as log_in

    log_in(config, channel, "device" if device else "paste" if paste else "browser", port)


@app.command()
def audit(
    draft: Annotated[int, typer.Argument(metavar="DRAFT", help="Only this one.")] = 0,
    config: ConfigPath = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="See that no row was changed or taken out.")
    ] = False,
    head: Annotated[
        str, typer.Option(metavar="HASH", help="See that a head you noted is still in it.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Show who did what and when, with or without a running daemon.

    Each row is bound to the one before it by a hash. The exit code is 1 where that chain is broken.
    """
    from bot.terminal.audit import Wish, run_audit

    raise typer.Exit(run_audit(config, Wish(draft, verify, head, json)))


voices = typer.Typer(invoke_without_command=True, help="Who speaks: list, fetch and hear voices.")
app.add_typer(voices, name="voices")


@voices.callback()
def list_them(context: typer.Context, config: ConfigPath = None) -> None:
    """List the voices: which work here, how they sound, what they speak, their licences."""
    if context.invoked_subcommand is None:
        from bot.terminal.voices import list_voices

        list_voices(config)


@voices.command()
def fetch(
    kind: Annotated[str, typer.Argument(help="piper or kokoro.")],
    name: Annotated[str, typer.Argument(help="Such as en_US-lessac-medium, or kokoro-v1.0.")],
    config: ConfigPath = None,
    source: Annotated[str, typer.Option("--from", help="A mirror of the usual host.")] = "",
) -> None:
    """Download a voice's model into the state folder; nothing else ever does."""
    from bot.terminal.voices import fetch_voice

    fetch_voice(config, kind, name, source)


@voices.command("try")
def try_(
    kind: Annotated[str, typer.Argument(help="A voice of `wirereel voices`.")],
    text: Annotated[str, typer.Argument(help="What it is to say.")],
    config: ConfigPath = None,
    out: Annotated[Path, typer.Option(help="The WAV file to write.")] = Path("sample.wav"),
    lang: Annotated[str, typer.Option(help="The language of the text.")] = "en",
    rate: Annotated[float, typer.Option(help="Its pace.", min=0.5, max=2.0)] = 1.0,
    tone: Annotated[str, typer.Option(help="For voices that act.")] = "neutral",
) -> None:
    """Have a voice say a text as a clip would have it."""
    from bot.prose.spoken import spoken
    from bot.terminal.voices import try_voice
    from render.microphone import Order

    try_voice(config, kind, Order(text, spoken(text, lang), lang, rate, tone), out)


models = typer.Typer(
    invoke_without_command=True, help="Weights of generated shots: list, get, verify, remove."
)
app.add_typer(models, name="models")
ModelName = Annotated[
    str, typer.Argument(metavar="NAME", help="As `wirereel models` lists it, or owner/name.")
]


@models.callback()
def list_weights(
    context: typer.Context,
    config: ConfigPath = None,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """List the models that presets ask: which are here and whole, their sizes and licences."""
    if context.invoked_subcommand is None:
        from bot.terminal.weights import list_models

        list_models(config, json)


@models.command("get")
def get_weights(
    name: ModelName,
    config: ConfigPath = None,
    revision: Annotated[
        str, typer.Option(help="A commit, branch or tag; default: what was pinned, else main.")
    ] = "",
    source: Annotated[str, typer.Option("--from", help="A mirror of the usual hub.")] = "",
) -> None:
    """Download a model; broken off, it goes on at the same commit. Nothing else ever does."""
    from bot.terminal.weights import get_model

    get_model(config, name, revision, source)


@models.command("verify")
def verify_weights(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Only this one.")] = "",
    config: ConfigPath = None,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Read every file again and compare it with what was published; the exit code is 1 if not."""
    from bot.terminal.weights import verify_models

    raise typer.Exit(verify_models(config, name, json))


@models.command("remove")
def remove_weights(
    name: ModelName,
    config: ConfigPath = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a model that was downloaded; other files in its folder stay."""
    from bot.terminal.weights import remove_model

    remove_model(config, name, yes)


feeds = typer.Typer(
    invoke_without_command=True,
    help="""Show how each source is, the worst first, also while the daemon runs.

    States: off (gone for good), down (failing; asked again at `next`), held (its host asked to be
    left alone), new (not read yet), slow (read once an hour or less), ok. `304` tells whether an
    unchanged feed costs nothing, `24 h` how many items it brought, `push` whether a hub tells its
    news at once (WebSub).
    """,
)
app.add_typer(feeds, name="feeds")
OnlyJson = Annotated[bool, typer.Option("--json", help="As one JSON object.")]


@feeds.callback()
def list_sources(context: typer.Context, config: ConfigPath = None, json: OnlyJson = False) -> None:
    """Show how each source is."""
    if context.invoked_subcommand is None:
        from bot.terminal.feeds import list_feeds

        list_feeds(config, json)


@feeds.command("try")
def try_feed(
    url: Annotated[str, typer.Argument(metavar="ADDRESS", help="A feed, or a page that has one.")],
    config: ConfigPath = None,
) -> None:
    """Look once at an address: what it is, how often to come, and the lines that would add it."""
    from bot.terminal.feeds import try_feed as look

    look(config, url)


@feeds.command("retry")
def retry_feed(
    name: Annotated[str, typer.Argument(help="As `wirereel feeds` lists it.")],
    config: ConfigPath = None,
) -> None:
    """Look again at a source that is down, or was gone for good."""
    from bot.terminal.feeds import retry_feed as again

    again(config, name)


@feeds.command("import")
def import_feeds(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="From any feed reader.")],
    config: ConfigPath = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print the tables.")] = False,
) -> None:
    """Add the feeds of an OPML file to the config file; what is there stays as it is."""
    from bot.terminal.outlines import import_feeds as add

    add(config, file, dry_run)


@feeds.command("export")
def export_feeds(
    file: Annotated[Path | None, typer.Argument(help="Where to; default: the terminal.")] = None,
    config: ConfigPath = None,
) -> None:
    """Write the feeds of the config file as OPML, for any feed reader."""
    from bot.terminal.outlines import export_feeds as export

    export(config, file)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Where the clip goes.")] = Path("out"),
) -> None:
    """Make a first clip from nothing: a sample wire, the real daemon, your approval."""
    from bot.demo.show import run_demo

    raise typer.Exit(run_demo(out))


def main() -> None:
    """Run a command; a wrong set-up ends with its message and code 2, without a traceback."""
    from bot.plugins import ConfigError

    _stand_in()
    try:
        app()
    except ConfigError as error:
        sys.stderr.write(f"config: {error}\n")
        sys.exit(2)


def _stand_in() -> None:
    """Put /dev/null where a standard stream is closed, so that no other file gets its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115, PTH123 - open to the end


if __name__ == "__main__":
    main()
