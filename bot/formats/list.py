"""Several things of one kind, one after the other, in 30 to 60 seconds."""

from bot.formats import Format

FORMAT = Format(
    name="list",
    seconds=(30.0, 45.0, 60.0),
    beats=(4, 10),
    order=("hook", "entries", "next"),
    rules=(),
)
