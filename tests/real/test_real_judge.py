"""The judge with a real model: tiny, of random weights, built here and loaded like any other."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from bot.judges import JudgeDown
from bot.judges.nli import Plugin, Settings

torch: Any = pytest.importorskip("torch", reason="needs the extra `real`")
library: Any = pytest.importorskip("transformers", reason="needs the extra `real`")
pytestmark = pytest.mark.real

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    *["the", "bridge", "is", "shut", "open", "not", "a", "ferry"],
]
PAIRS = [("The bridge is shut", "The bridge is open"), ("A ferry", "The bridge is not a ferry")]


def model(folder: Path, *labels: str, leans: str = "", weights: bool = True) -> Path:
    """Build a model with these labels; one that `leans` to a label thinks it of every pair."""
    (folder / "vocab.txt").parent.mkdir(exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    tokens = library.BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=32)
    tokens.save_pretrained(folder)
    torch.manual_seed(1)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = library.BertConfig(
        **shape, vocab_size=len(WORDS), intermediate_size=64, id2label=dict(enumerate(labels))
    )
    made = library.BertForSequenceClassification(config)
    if leans:
        with torch.no_grad():
            made.classifier.weight.zero_()
            made.classifier.bias.copy_(torch.tensor([6.0 * (name == leans) for name in labels]))
    if weights:
        made.save_pretrained(folder)
    else:
        config.save_pretrained(folder)
        torch.save(made.state_dict(), folder / "pytorch_model.bin")
    return folder


async def opinions(folder: Path) -> list[tuple[float, float]]:
    plugin = Plugin(Settings(folder=folder, timeout_s=60))
    try:
        return [(o.entails, o.contradicts) for o in await plugin.judge(PAIRS * 20)]
    finally:
        await plugin.close()


async def test_labels_are_read_by_name_in_whatever_order(tmp_path: Path) -> None:
    found = await opinions(
        model(tmp_path / "m", "CONTRADICTION", "ENTAILMENT", "NEUTRAL", leans="ENTAILMENT")
    )
    assert len(found) == 40
    assert all(e > 0.95 > 0.05 > c for e, c in found)


async def test_random_weights_give_probabilities_that_a_pairs_own_words_make(
    tmp_path: Path,
) -> None:
    found = await opinions(model(tmp_path / "m", "contradiction", "neutral", "entailment"))
    assert all(0 < e < 1 and 0 < c < 1 and e + c < 1 for e, c in found)
    assert found[0] != found[1]
    assert found[0] == pytest.approx(found[-2], abs=1e-5)  # whatever stands beside it in the batch


async def test_weights_that_could_run_code_are_not_opened(tmp_path: Path) -> None:
    pickled = model(tmp_path / "m", "entailment", "neutral", "contradiction", weights=False)
    with pytest.raises(JudgeDown, match="safetensors"):
        await opinions(pickled)


async def test_a_model_that_was_never_trained_to_judge_is_refused(tmp_path: Path) -> None:
    folder = model(tmp_path / "m", "entailment", "neutral", "contradiction")
    weights: Any = importlib.import_module("safetensors.torch")
    file = folder / "model.safetensors"
    kept = {k: v for k, v in weights.load_file(file).items() if not k.startswith("classifier")}
    weights.save_file(kept, file, metadata={"format": "pt"})
    with pytest.raises(JudgeDown, match=r"lacks classifier\.bias, classifier\.weight"):
        await opinions(folder)


async def test_code_that_comes_with_a_model_is_not_run(tmp_path: Path) -> None:
    folder = model(tmp_path / "m", "entailment", "neutral", "contradiction")
    proof = tmp_path / "ran"
    (folder / "evil.py").write_text(f"open({str(proof)!r}, 'w').close()\nclass Evil: pass\n")
    config = json.loads((folder / "config.json").read_text())
    names = ("AutoConfig", "AutoModelForSequenceClassification")
    config |= {"model_type": "evil", "auto_map": dict.fromkeys(names, "evil.Evil")}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(JudgeDown, match="cannot be loaded"):
        await opinions(folder)
    assert not proof.exists()
