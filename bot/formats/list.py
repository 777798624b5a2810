"""Several things of one kind, one after the other, in 30 to 60 seconds."""

from bot.formats import Format

FORMAT = Format(
    name="list",
    seconds=(30.0, 45.0, 60.0),
    beats=(4, 10),
    order=("hook", "entries", "unknown", "next"),
    rules=(
        "The first beat says what this is a list of: what happened, in at most 14 words. It does"
        " not count the entries.",
        "Then three to eight entries, a beat each, the strongest first. Each stands on its own,"
        " says one thing, and repeats no other.",
        "All entries are built alike: subject, verb, object, at most 14 words, one number at most.",
        "No entry begins with a number of its own, with 'also' or with 'finally': the card counts.",
        "Where outlets differ, the entry says who says what.",
        "Close with what happens next, if a report tells it. If the reports hold too little, write"
        " fewer entries.",
    ),
    numbered=True,
)
