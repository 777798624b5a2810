"""Three ways from a story to lines: our writer, the first sentences, and LexRank over all of them.

The rivals are what summarizers do: they choose whole sentences, and fill the same time.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from bot.draft import Brief
from bot.formats import format_of
from bot.prose.sentences import length, sentences, speaking_s, stems, truncated
from bot.prose.tongues import tongue
from bot.story import Beat, Cite, Script, Story
from bot.writers.extractive import compose
from sources import Item

Way = Callable[[Story, str], Script]
Sentence = tuple[Item, str]


def ours(story: Story, form: str) -> Script:
    return compose(story, Brief(format=form))


def lead(story: Story, form: str) -> Script:
    """The newest headline, then the first sentence of each report, the second, and so on."""
    told = [sentences_of(item) for item in reversed(story.items)]
    deepest = max(map(len, told), default=0)
    turns = [s[n] for n in range(deepest) for s in told if n < len(s)]
    return filled(story, form, [(story.items[-1], story.items[-1].title), *turns])


def lexrank(story: Story, form: str) -> Script:
    """Rank all sentences by how central they are (tf-idf cosine, PageRank), as LexRank does."""
    pool = [(item, item.title) for item in story.items]
    pool += [s for item in story.items for s in sentences_of(item)]
    speech = tongue(story.lang or "en")
    contents = [stems(text, speech) for _, text in pool]
    seen = Counter(s for content in contents for s in content)
    idf = {stem: math.log(1 + len(pool) / n) for stem, n in seen.items()}
    columns = {stem: n for n, stem in enumerate(idf)}
    vectors = np.zeros((len(pool), max(1, len(columns))))
    for row, content in enumerate(contents):
        for stem in content:
            vectors[row, columns[stem]] = idf[stem]
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    alike = vectors @ vectors.T
    alike[alike < 0.1] = 0
    steps = alike / np.maximum(alike.sum(axis=1, keepdims=True), 1e-9)
    rank = np.full(len(pool), 1 / len(pool))
    for _ in range(30):
        rank = 0.15 / len(pool) + 0.85 * steps.T @ rank
    return filled(story, form, [pool[n] for n in np.argsort(-rank)])


def sentences_of(item: Item) -> list[Sentence]:
    """The whole sentences of a report, as many as our writer reads."""
    told = (*sentences(item.summary), *sentences(item.text)[:14])
    return [(item, s) for s in dict.fromkeys(told) if length(s) >= 5 and not truncated(s)]


def filled(story: Story, form: str, ranked: Sequence[Sentence]) -> Script:
    """Take sentences from the best on until the time or the beats are full; none twice."""
    found = format_of(form)
    left = found.seconds[1] - found.end_s
    taken: dict[str, Beat] = {}
    for item, text in ranked:
        takes = speaking_s(text) + 0.2
        if text not in taken and takes <= left and len(taken) < found.beats[1]:
            taken[text] = Beat(text, (Cite(item.id, item.outlet, item.url, text),))
            left -= takes
    lang = story.lang or "en"
    return Script(form, story.title, lang, "neutral", tuple(taken.values()))


WAYS: dict[str, Way] = {"ours": ours, "lead": lead, "lexrank": lexrank}
