"""How it came to this and what it means, in up to a minute."""

from bot.formats import Format

FORMAT = Format(
    name="explainer",
    seconds=(50.0, 58.0, 60.0),
    beats=(7, 10),
    order=("hook", "context", "facts", "voice", "unknown", "next"),
    rules=(),
)
