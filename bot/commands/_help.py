"""Every command: how it is said, and what it does, with an example."""

__all__ = ["GROUPS", "HELP"]

GROUPS: dict[str, tuple[str, ...]] = {
    "What there is": ("topics", "drafts", "show", "status", "audit", "help"),
    "Making clips": ("make", "merge", "edit", "override", "retry"),
    "Deciding": ("approve", "reject", "schedule", "resolve"),
    "Posting": ("pause", "resume", "correct", "takedown"),
}
"""The list of commands in one glance; what is in no group comes last."""

HELP: dict[str, tuple[str, str]] = {
    "topics": ("topics [N]", "the hottest stories now, and why. Example: topics 5"),
    "merge": (
        "merge STORY STORY",
        "two stories are one: the older takes the other's reports, and that stays so. "
        "Example: merge 12 14",
    ),
    "make": (
        "make STORY or WORDS or ADDRESS [in 60s] [--format F] [--tone T] [--seconds N] "
        "[--lang CODE]",
        "start a clip by hand: a story's number, words, or a feed's or article's address; the "
        "formats are news, flash, explainer and list. With a time, what cannot be had by then is "
        "made in a plainer way. Example: make 12 in 60s --format flash",
    ),
    "drafts": ("drafts", "every open draft and what it waits for"),
    "show": (
        "show DRAFT",
        "the script with its sources, the checks, the channels. Example: show 7",
    ),
    "approve": (
        "approve DRAFT REV [CHANNEL ...] [TIME] [CHOICE=OPTION ...]",
        "post exactly the clip that was shown. REV is in the offer. TIME is now (whatever the "
        "hours of a channel), at 18:00, at tomorrow 9:00, at 2026-11-24 09:00, in 30 min, or at "
        "next slot. A channel may want a person to choose: privacy=public comments=no. "
        "Example: approve 7 3fa9c1 bluesky at 18:00",
    ),
    "schedule": (
        "schedule [DRAFT TIME [CHANNEL ...]]",
        "alone: what is coming, by time; with a draft: move what of it still waits. "
        "Example: schedule 7 at tomorrow 9:00",
    ),
    "reject": ("reject DRAFT REASON", "drop it and say why. Example: reject 7 old news"),
    "edit": (
        "edit DRAFT line N: WORDS | drop line N | headline: WORDS | caption: WORDS | tone: T"
        " | title@CHANNEL: WORDS | caption@CHANNEL: WORDS | alt@CHANNEL: WORDS | WISH",
        "change it; the clip is made anew and must be approved anew. "
        "Example: edit 7 line 2: The bridge is closed. "
        "A wish in plain words goes to the writer: edit 7 shorter, edit 7 drop the second number, "
        "edit 7 less alarm",
    ),
    "override": (
        "override DRAFT [embargo] REASON",
        "let a draft go on although no source holds some of its claims, or end its embargo; your "
        "name and reason are kept. Example: override 7 the mayor told me so",
    ),
    "retry": (
        "retry DRAFT [CHANNEL] or SOURCE",
        "try a parked draft again, or queue again what one channel refused; or look again at a "
        "source that is down or gone, by its name. Example: retry 7 bluesky",
    ),
    "resolve": (
        "resolve DRAFT CHANNEL done|again",
        "after a lost answer: you looked, and it is there (done) or not (again); also when you did "
        "by hand what a channel cannot do by API. Example: resolve 7 tiktok done",
    ),
    "correct": (
        "correct DRAFT [CHANNEL ...] TEXT",
        "say what was wrong wherever the draft is out: in the post's own words, or in an answer "
        "below it. Example: correct 7 Nineteen people were hurt, not fourteen.",
    ),
    "takedown": (
        "takedown DRAFT [CHANNEL ...] [confirm]",
        "delete a draft wherever it is out, and post it nowhere else; shows first what would go. "
        "Example: takedown 7 confirm",
    ),
    "status": ("status", "sources, drafts, channels: what works and what does not"),
    "audit": (
        "audit [DRAFT]",
        "who did what and when, the last of all or everything of one draft. Example: audit 7",
    ),
    "pause": (
        "pause [CHANNEL]",
        "post nothing more, there or anywhere, until resume. Example: pause square",
    ),
    "resume": ("resume [CHANNEL]", "go on after pause. Example: resume square"),
    "help": ("help [COMMAND]", "this list, or one command with an example"),
}
