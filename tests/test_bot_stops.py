"""Where sentences end in scripts that are not Latin. The texts are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.draft import Brief
from bot.ground import ground
from bot.prose.sentences import length, sentences, speaking_s
from bot.prose.wording import wording
from bot.writers.extractive import compose
from fakes_sentences import SENTENCES
from fakes_tongues import story


@pytest.mark.parametrize(
    ("lang", "expected"), [(lang, texts) for lang, rows in SENTENCES.items() for texts in rows]
)
def test_a_text_falls_into_its_sentences(lang: str, expected: tuple[str, ...]) -> None:
    joint = "" if lang in ("zh", "ja") else " "
    assert sentences(joint.join(expected)) == expected


CLOSE = [  # no space where there might be one
    ("पुल बंद है।लोग नाव से जाते हैं।", ["पुल बंद है।", "लोग नाव से जाते हैं।"]),
    ("پل بند ہے۔لوگ کشتی سے جاتے ہیں۔", ["پل بند ہے۔", "لوگ کشتی سے جاتے ہیں۔"]),
    ("다리가 끊겼다.다친 사람은 없다.", ["다리가 끊겼다.", "다친 사람은 없다."]),
    ("桥关了!明天再来。", ["桥关了!", "明天再来。"]),
    ("水位は3.5メートル。最大は1．2倍です。", ["水位は3.5メートル。", "最大は1．2倍です。"]),
    ("详情见example.org。桥已关闭。", ["详情见example.org。", "桥已关闭。"]),
]


@pytest.mark.parametrize(("text", "expected"), CLOSE)
def test_no_space_is_needed_where_the_mark_says_it_all(text: str, expected: list[str]) -> None:
    assert list(sentences(text)) == expected


def test_a_quotation_that_never_closes_holds_nothing_together() -> None:
    assert len(sentences("他说：“桥断了。没有人受伤。明天再来。")) == 3


@given(st.lists(st.sampled_from(list('桥は“”「」。！？ .กข।ا؟\n다"')), max_size=60))
def test_nothing_is_lost_whatever_stands_there(letters: list[str]) -> None:
    text = "".join(letters)
    found = sentences(text)
    assert "".join("".join(found).split()) == "".join(text.split())


PACE = [
    ("大桥关闭三周，渡轮每十分钟一班。", 14 * 0.2),
    ("항구 다리가 닫혔다.", 8 * 0.16),
    ("أُغلق الجسر يوم الثلاثاء", 4 * 0.48),
    ("پل منگل کو بند ہے", 5 * 0.4),
    ("The bridge is closed", 4 * 0.4),
]


@pytest.mark.parametrize(("text", "seconds"), PACE)
def test_every_script_takes_the_time_of_its_speech(text: str, seconds: float) -> None:
    assert speaking_s(text) == pytest.approx(seconds, rel=0.01)


def test_thai_is_not_one_word_a_line() -> None:
    assert 6 < length("ทางการปิดสะพานท่าเรือไม่ให้รถทุกชนิดผ่าน") < 12


ENDS = {"zh": "。", "ja": "。", "ar": ".", "hi": "।"}


@pytest.mark.parametrize("lang", ENDS)
def test_a_script_without_a_model_holds_whole_sentences_of_its_language(lang: str) -> None:
    tale = story(lang)
    script = compose(tale, Brief(seconds=30))
    told = "\n".join(f"{i.title}\n{i.summary}" for i in tale.items)
    assert script.lang == lang
    assert len(script.beats) >= 5
    for beat in script.beats:
        assert sentences(beat.line) == (beat.line,)
        bare = beat.line.rstrip("」”»")
        assert bare.endswith(ENDS[lang])
        assert beat.line.rstrip("。.।」”»") in told
        assert 1.5 < speaking_s(beat.line) < 8
    assert 20 < sum(speaking_s(beat.line) for beat in script.beats) < 30
    assert len({cite.outlet for beat in script.beats for cite in beat.cites}) >= 2
    assert wording(lang).sources in script.caption
    assert wording(lang).tag in (script.chip, *script.hashtags)
    assert not ground(script, tale.items).problems
