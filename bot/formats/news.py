"""What happened, who says so, what comes next, in 30 to 45 seconds."""

from bot.formats import Format

FORMAT = Format(
    name="news",
    seconds=(30.0, 38.0, 45.0),
    beats=(5, 8),
    order=("hook", "where and when", "facts", "voice", "context", "unknown", "next"),
    rules=(),
)
