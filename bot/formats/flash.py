"""Breaking: the one thing that is known, in 10 to 15 seconds."""

from bot.formats import Format

FORMAT = Format(
    name="flash",
    seconds=(10.0, 13.0, 15.0),
    beats=(2, 3),
    order=("hook", "where and when", "unknown"),
    rules=(),
)
