"""What happened, who says so, what comes next, in 30 to 45 seconds."""

from bot.formats import Format

FORMAT = Format(
    name="news",
    seconds=(30.0, 38.0, 45.0),
    beats=(5, 8),
    order=("hook", "where and when", "facts", "voice", "context", "unknown", "next"),
    rules=(
        "The first beat is the newest, most concrete fact that the reports agree on: who or what,"
        " what happened, and the one number that makes it matter. At most 14 words.",
        "The second beat says where and when, unless the first one did.",
        "Then the facts that several outlets carry, the strongest first, each claim with who"
        " makes it, and that before the claim.",
        "At most one quotation, word for word, at most 20 words, its speaker before it.",
        "One sentence of context: what came before, or how this compares.",
        "Where outlets differ, one beat says who says what. What is not known is said to be so.",
        "Close with what happens next, with its time, if a report tells it. No call to follow.",
        "If the reports hold too little, write fewer beats. Never pad, never repeat.",
    ),
)
