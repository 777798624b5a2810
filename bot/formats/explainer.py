"""How it came to this and what it means, in up to a minute."""

from bot.formats import Format

FORMAT = Format(
    name="explainer",
    seconds=(50.0, 58.0, 60.0),
    beats=(7, 10),
    order=("hook", "where and when", "context", "facts", "voice", "unknown", "next"),
    rules=(
        "The first beat is what happened, in one sentence of at most 14 words.",
        "Then one to three beats of context: what came before, in the order in which it happened.",
        "Then what it means and for whom: the facts that several outlets carry, the strongest"
        " first, one number a sentence, each claim with who makes it, and that before the claim.",
        "At most one quotation, word for word, at most 20 words, its speaker before it.",
        "Where outlets differ, one beat says who says what. What is not known is said to be so.",
        "Close with what happens next, with its time, if a report tells it.",
        "Explain a word that not everybody knows, with words of the reports only.",
        "If the reports hold too little, write fewer beats. Never pad, never repeat.",
    ),
)
