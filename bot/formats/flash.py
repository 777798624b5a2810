"""Breaking: the one thing that is known, in 10 to 15 seconds."""

from bot.formats import Format

FORMAT = Format(
    name="flash",
    seconds=(10.0, 13.0, 15.0),
    beats=(2, 3),
    order=("hook", "where and when", "facts", "unknown", "next"),
    rules=(
        "The first beat is the newest fact that the reports agree on, in the present or perfect"
        " tense, with the one number that makes it matter. At most 12 words.",
        "The second beat says where and when, and who says so.",
        "A third beat, if there is time: what is disputed, not yet known, or comes next.",
        "No quotation, no background. Every sentence is short.",
    ),
    end_s=1.6,
)
