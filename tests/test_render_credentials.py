"""Content Credentials: signed, read back, broken by any change, and never half done."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import av
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from PIL import Image
from pydantic import BaseModel, ConfigDict, HttpUrl, TypeAdapter

from bot.config import build
from bot.plugins import ConfigError
from bot.provenance import Provenance, credentials
from bot.terminal.certificate import Issued, write_certificate
from bot.terminal.check import findings
from fakes_engine import LINES, FakeReel, board, gradient
from fakes_publish import prepared
from publish import Post
from publish.folder import Plugin, Settings
from render import Brand, Clip, Credentials, RenderError, Shot, Storyboard, Studio
from render.credentials import Seal, read, sign, try_out
from render.encode import Piece, Stock, film, join
from render.lab.orders import filled
from render.production import produce
from render.shown import labelled
from render.sidecars import pictures, provenance, source_type
from render.sound import master
from render.storyboard import Instead, Track, View, dumps

NOW = datetime.now(UTC)
UNTRUSTED = "signingCredential.untrusted"
VOICE = {"engine": "espeak-ng", "voice": "en", "timing": "engine"}


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return write_certificate(tmp_path_factory.mktemp("house") / "own", "Example Desk", NOW)


@pytest.fixture(scope="module")
def signer(issued: Issued) -> Credentials:
    return Credentials(issued.certificate.read_text(), issued.key.read_text())


@pytest.fixture(scope="module")
def unsigned(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A short clip, as it is before it is signed."""
    folder, stock = tmp_path_factory.mktemp("film"), Stock(108, 192, 30)
    piece = Piece(0, 20, folder / "piece.mp4")
    film(gradient, [piece], stock, 1, lambda stage, part: None)
    join([piece], master(gradient_hum()), stock, {"AIGC": '{"Label": "1"}'}, folder / "clip.mp4")
    return (folder / "clip.mp4").read_bytes()


def gradient_hum() -> Any:
    import numpy as np

    return (0.3 * np.sin(np.arange(32_000) / 20)).astype(np.float32)


@pytest.fixture
def clip(tmp_path: Path, unsigned: bytes) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(unsigned)
    return path


def _photographed(folder: Path) -> Storyboard:
    Image.new("RGB", (320, 480), "navy").save(folder / "night.jpg")
    rights = {
        "title": "Night", "creator": "Ann", "credit": "Ann / CC BY 4.0", "licence": "CC-BY-4.0",
        "licence_url": "https://creativecommons.org/licenses/by/4.0/", "page": "https://example.org/n",
    }  # fmt: skip
    shot = Shot("The harbour at night.", "photo", {"photo": str(folder / "night.jpg"), **rights})
    return replace(board(LINES[0]), shots=(shot,), title="A bridge closes")


def _manifest(path: Path) -> dict[str, Any]:
    import c2pa

    with c2pa.Reader(str(path)) as reader:
        told = json.loads(reader.json())
    active: dict[str, Any] = told["manifests"][told["active_manifest"]]
    return active


def test_a_signed_clip_says_who_made_it_and_from_what(
    tmp_path: Path, clip: Path, signer: Credentials
) -> None:
    story = _photographed(tmp_path)
    told = provenance(story, VOICE, "1.2")
    assert sign(clip, told, tuple(pictures(story)), signer) == ()
    assert read(clip) == Seal("Valid", "Example Desk clips", (UNTRUSTED,))
    manifest = _manifest(clip)
    assert manifest["title"] == "A bridge closes"
    assert manifest["claim_generator_info"][0]["name"] == "wirereel"
    (ingredient,) = manifest["ingredients"]
    assert ingredient["description"] == "Ann / CC BY 4.0; CC-BY-4.0"
    assert ingredient["informational_URI"] == "https://example.org/n"
    said = {one["label"]: one["data"] for one in manifest["assertions"]}
    created, placed = said["c2pa.actions.v2"]["actions"]
    assert created["digitalSourceType"].endswith("/digitalsourcetype/compositeSynthetic")
    assert placed["action"] == "c2pa.placed"
    assert said["cawg.training-mining"]["entries"]["cawg.ai_training"] == {"use": "notAllowed"}
    assert said["stds.schema-org.CreativeWork"]["author"][0]["name"] == "Wirereel"
    assert said["org.wirereel.provenance"]["voice"] == VOICE
    assert said["org.wirereel.provenance"]["sources"] == told["sources"]


def _dreamt(folder: Path) -> Storyboard:
    """A clip whose first shot a model made; its second wished for one that could not be made."""
    (folder / "harbour.mp4").write_bytes(b"a segment")
    photo = _photographed(folder).shots[0]
    made = {"scene": "a harbour", "alt": "A harbour, drawn"}
    stepped = Shot(
        "The bridge is closed.",
        "diffusers",
        {"scene": "a bridge"},
        instead=(
            Instead("stills", {"scene": "a bridge"}),
            Instead("photo", photo.picture, "rise"),
        ),
    )
    shots = (Shot("The harbour at night.", "diffusers", made), stepped)
    story = replace(board(LINES[0]), shots=shots)
    return labelled(filled(story, {"1": folder / "harbour.mp4"}))


def test_a_signed_clip_names_the_model_of_each_shot_that_is_really_shown(
    tmp_path: Path, clip: Path, signer: Credentials
) -> None:
    story = _dreamt(tmp_path)
    report = [
        {"name": "1", "model": "fastwan-1.3b", "revision": "0a1b2c", "preset": "rush", "seed": 7},
        {"name": "2", "model": "", "preset": "", "seed": 0},
    ]
    told = provenance(story, VOICE, "1.2", report)
    assert sign(clip, told, tuple(pictures(story)), signer) == ()
    assert read(clip) == Seal("Valid", "Example Desk clips", (UNTRUSTED,))
    manifest = _manifest(clip)
    said = {one["label"]: one["data"] for one in manifest["assertions"]}
    created, edited, placed = said["c2pa.actions.v2"]["actions"]
    kind = created["digitalSourceType"].rpartition("/")[2]
    assert kind == "compositeWithTrainedAlgorithmicMedia"
    assert created["description"].startswith("AI VOICE + IMAGES. ")
    assert edited["action"] == "c2pa.edited"
    assert edited["digitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert edited["softwareAgent"] == {"name": "fastwan-1.3b", "version": "0a1b2c"}
    assert edited["description"] == "Shot 1: a film that a model made."
    assert edited["parameters"]["org.wirereel.seed"] == 7
    assert placed["action"] == "c2pa.placed"
    (ingredient,) = manifest["ingredients"]
    assert ingredient["description"] == "Ann / CC BY 4.0; CC-BY-4.0"
    (shot,) = said["org.wirereel.provenance"]["generated"]
    assert (shot["shot"], shot["preset"], shot["model"]) == ("1", "rush", "fastwan-1.3b")
    assert shot["sha256"] == hashlib.sha256(b"a segment").hexdigest()


def test_a_clip_whose_shots_all_stepped_down_tells_of_no_model(
    tmp_path: Path, clip: Path, signer: Credentials
) -> None:
    story = replace(_dreamt(tmp_path), label="AI VOICE")
    story = labelled(replace(story, shots=story.shots[1:]))
    told = provenance(story, VOICE, "1.2", [{"name": "1", "model": "", "preset": "", "seed": 0}])
    assert (told["label"], told["generated"]) == ("AI VOICE", [])
    assert told["digital_source_type"] == "compositeSynthetic"
    assert [one["file"] for one in told["pictures"]] == ["night.jpg"]
    sign(clip, told, tuple(pictures(story)), signer)
    said = {one["label"]: one["data"] for one in _manifest(clip)["assertions"]}
    assert [one["action"] for one in said["c2pa.actions.v2"]["actions"]] == [
        "c2pa.created", "c2pa.placed",
    ]  # fmt: skip


def test_it_still_plays_and_keeps_its_tags(clip: Path, signer: Credentials) -> None:
    sign(clip, provenance(board(LINES[0]), VOICE, "1.2"), (), signer)
    with av.open(str(clip)) as shown:
        assert "Label" in shown.metadata["AIGC"]
        assert sum(1 for _ in shown.decode(video=0)) == 20
    data = clip.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_who_knows_the_root_trusts_it(clip: Path, signer: Credentials) -> None:
    sign(clip, provenance(board(LINES[0]), VOICE, "1.2"), (), signer)
    assert read(clip, anchors=signer.certificate) == Seal("Trusted", "Example Desk clips")


def test_one_changed_byte_is_seen(clip: Path, signer: Credentials) -> None:
    sign(clip, provenance(board(LINES[0]), VOICE, "1.2"), (), signer)
    data = bytearray(clip.read_bytes())
    data[-2000] ^= 1
    clip.write_bytes(data)
    seal = read(clip)
    assert seal.state == "Invalid"
    assert "assertion.bmffHash.mismatch" in seal.faults


def test_whoever_writes_it_anew_strips_it(tmp_path: Path, clip: Path, signer: Credentials) -> None:
    sign(clip, provenance(board(LINES[0]), VOICE, "1.2"), (), signer)
    with av.open(str(clip)) as old, av.open(str(tmp_path / "new.mp4"), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    assert read(tmp_path / "new.mp4") == Seal()


def test_a_clip_without_credentials_has_none(clip: Path) -> None:
    assert read(clip) == Seal()


@pytest.mark.parametrize("wrong", ["key", "certificate"])
def test_what_does_not_fit_together_is_refused_and_leaves_the_clip_alone(
    tmp_path: Path, clip: Path, unsigned: bytes, signer: Credentials, wrong: str
) -> None:
    other = write_certificate(tmp_path / "other", "Another", NOW)
    mixed = (
        replace(signer, key=other.key.read_text())
        if wrong == "key"
        else replace(signer, certificate="nothing")
    )
    with pytest.raises(RenderError, match=r"cannot be signed: .*; look at certificate and key"):
        sign(clip, provenance(board(LINES[0]), VOICE, "1.2"), (), mixed)
    assert clip.read_bytes() == unsigned
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "other"]


def test_a_missing_package_names_the_extra(
    clip: Path, signer: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "c2pa", None)
    with pytest.raises(RenderError, match=r"pip install 'wirereel\[provenance\]'"):
        sign(clip, provenance(board(LINES[0]), VOICE, "1.2"), (), signer)


def test_a_time_stamp_that_is_not_to_be_had_is_left_out(clip: Path, signer: Credentials) -> None:
    nobody = replace(signer, time_stamp="http://127.0.0.1:9/stamp")
    (note,) = sign(clip, provenance(board(LINES[0]), VOICE, "1.2"), (), nobody)
    assert "http://127.0.0.1:9/stamp was not to be had" in note
    assert read(clip).state == "Valid"
    assert try_out(nobody)[1]


def test_a_picture_that_is_gone_is_no_ingredient(
    tmp_path: Path, clip: Path, signer: Credentials
) -> None:
    story = _photographed(tmp_path)
    (tmp_path / "night.jpg").unlink()
    sign(clip, provenance(story, VOICE, "1.2"), tuple(pictures(story)), signer)
    assert read(clip).state == "Valid"
    assert "ingredients" not in _manifest(clip)


@pytest.fixture
def produced(tmp_path: Path, signer: Credentials) -> Clip:
    studio = Studio(tmp_path / "work", credentials=signer)
    return produce(
        _photographed(tmp_path), tmp_path / "out.mp4", studio, lambda stage, part: None, FakeReel
    )


async def test_what_is_posted_still_verifies(tmp_path: Path, produced: Clip) -> None:
    (signature,) = [one for one in produced.check["checks"] if one["name"] == "signature"]
    assert signature["ok"]
    assert signature["value"].startswith("valid, by Example Desk clips")
    post = Post(
        key="s-1", clip=produced.path, sha256=produced.sha256, seconds=produced.seconds,
        title="A bridge closes", text="", tags=(), lang="en", made_by_ai=True, at=NOW,
        cover=produced.cover, captions=(produced.srt, produced.vtt), sources=produced.sources,
    )  # fmt: skip
    channel = Plugin("out", Settings(path=tmp_path / "posted"), None)  # type: ignore[arg-type]
    state = await prepared(channel, post, {})
    await channel.commit(post, state)
    (copy,) = (tmp_path / "posted").rglob("*.mp4")
    assert read(copy).state == "Valid"
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == produced.sha256


def test_the_file_without_a_logo_is_signed_too(tmp_path: Path, signer: Credentials) -> None:
    Image.new("RGBA", (80, 80), "red").save(tmp_path / "logo.png")
    wish = board("No.", brand=Brand(logo=str(tmp_path / "logo.png")))
    studio = Studio(tmp_path / "work", voices=("silent",), credentials=signer)
    made = produce(
        wish, tmp_path / "out.mp4", studio, lambda stage, part: None, FakeReel, clean=True
    )
    assert made.clean
    assert read(made.clean.path).state == "Valid"


def test_the_render_child_signs(tmp_path: Path, signer: Credentials) -> None:
    (tmp_path / "board.json").write_text(dumps(board("No.")))
    studio = {"work": str(tmp_path / "work"), "voices": ["silent"], "credentials": asdict(signer)}
    words = [sys.executable, "-m", "render", tmp_path / "board.json", tmp_path / "out.mp4"]
    told = subprocess.run(
        [*words, "--studio", "-"], input=json.dumps(studio), capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    assert read(tmp_path / "out.mp4").state == "Valid"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Rights(Strict):
    file: str
    title: str
    creator: str
    credit: str
    licence: str
    licence_url: str
    page: str
    sha256: str


class Source(Strict):
    outlet: str
    headline: str
    url: HttpUrl | Literal[""]


class Generated(Strict):
    shot: str
    kind: Literal["film", "still"]
    model: str
    revision: str
    preset: str
    seed: int
    alt: str
    sha256: str


class Voice(Strict):
    engine: str
    voice: str
    timing: str
    rate: str


class Music(Strict):
    title: str
    credit: str
    licence: str


class Software(Strict):
    name: Literal["wirereel"]
    version: str


class Sidecar(Strict):
    """sources.json, as docs/operating.md describes it."""

    title: str
    lang: str
    publisher: str
    made_by_ai: Literal[True]
    label: str
    digital_source_type: str
    voice: Voice
    music: Music | dict[str, None]
    sources: list[Source]
    pictures: list[Rights]
    generated: list[Generated]
    software: Software
    storyboard_sha256: str
    sha256: str


def test_the_sidecar_keeps_to_its_schema_and_its_hashes_are_those_of_the_files(
    tmp_path: Path, produced: Clip
) -> None:
    told = TypeAdapter(Sidecar).validate_json(produced.sources.read_text())
    assert told.sha256 == hashlib.sha256(produced.path.read_bytes()).hexdigest()
    (picture,) = told.pictures
    assert picture.sha256 == hashlib.sha256((tmp_path / "night.jpg").read_bytes()).hexdigest()
    assert picture.page == "https://example.org/n"
    assert picture.file == "night.jpg", "no path of this machine"
    storyboard = produced.path.with_suffix(".storyboard.json").read_bytes()
    assert told.storyboard_sha256 == hashlib.sha256(storyboard).hexdigest()


def test_a_track_is_told_with_its_licence() -> None:
    track = Track("/music/dawn.mp3", "licensed", "Music: Ann", "Dawn")
    assert provenance(board("x", track=track), VOICE, "1")["music"] == {
        "title": "Dawn", "credit": "Music: Ann", "licence": "licensed"
    }  # fmt: skip
    assert provenance(board("x"), VOICE, "1")["music"] == {}
    assert provenance(board("x", music=True), VOICE, "1")["music"]["title"]


@pytest.mark.parametrize(
    ("cameras", "kind"),
    [
        (("cards", "photo"), "compositeSynthetic"),
        (("photo", "dream"), "compositeWithTrainedAlgorithmicMedia"),
        (("cards", "dream"), "trainedAlgorithmicMedia"),
    ],
)
def test_what_generates_is_told(cameras: tuple[str, str], kind: str) -> None:
    first, second = cameras
    shot = Shot("One two", first, {}, views=(View(4, second, {}),))
    assert source_type(replace(board("x"), shots=(shot,))) == kind


def test_a_certificate_of_one_s_own_is_what_c2pa_asks_for(issued: Issued) -> None:
    assert issued.key.stat().st_mode & 0o777 == 0o600
    leaf, root = x509.load_pem_x509_certificates(issued.certificate.read_bytes())
    assert leaf.issuer == root.subject == root.issuer
    leaf.verify_directly_issued_by(root)
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    purpose = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purpose) == [ExtendedKeyUsageOID.EMAIL_PROTECTION]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    assert leaf.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)


def test_a_certificate_is_never_written_over_another(issued: Issued) -> None:
    before = issued.key.read_bytes()
    with pytest.raises(ConfigError, match="is there already"):
        write_certificate(issued.key.parent, "Example Desk", NOW)
    assert issued.key.read_bytes() == before


def test_the_command_prints_what_goes_into_the_config(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[brand]\nname = "Example Desk"\n')
    wirereel = [sys.executable, "-m", "bot", "check"]
    run = subprocess.run(
        [*wirereel, "--make-certificate"], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "untrusted" in run.stdout
    lines = run.stdout.split("\n\n")[1]
    assert lines.splitlines()[0] == "[provenance]"
    wish = Provenance(
        certificate=Path("var/provenance/certificate.pem"), key="file:var/provenance/key.pem"
    )
    assert f'certificate = "{wish.certificate}"' in lines
    own = credentials(wish, tmp_path)
    assert own
    assert try_out(own) == (Seal("Valid", "Example Desk clips", (UNTRUSTED,)), ())


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"certificate": "none.pem", "key": "env:HOME"}, "provenance.certificate: cannot read"),
        ({"certificate": "c.pem"}, "certificate and key belong together"),
        ({"key": "env:HOME"}, "certificate and key belong together"),
        ({"certificate": "c.pem", "key": "env:HOME"}, "provenance.key: env:HOME holds no PEM"),
        ({"certificate": "c.pem", "key": "env:NO_SUCH_NAME"}, "has no NO_SUCH_NAME"),
        ({"certificate": "c.pem", "key": "file:none"}, "provenance.key: cannot read"),
        ({"certificate": "night.jpg", "key": "env:HOME"}, "night.jpg is not a PEM file"),
        ({"certificate": "empty.pem", "key": "env:HOME"}, "holds no PEM certificate"),
    ],
)
def test_a_wrong_set_up_is_named(
    tmp_path: Path, issued: Issued, wish: dict[str, str], words: str
) -> None:
    (tmp_path / "c.pem").write_bytes(issued.certificate.read_bytes())
    (tmp_path / "empty.pem").touch()
    (tmp_path / "night.jpg").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(ConfigError, match=words):
        credentials(Provenance.model_validate(wish), tmp_path)


def test_the_key_is_not_shown(signer: Credentials) -> None:
    assert "PRIVATE" not in repr(Studio(Path("work"), credentials=signer))


def test_nothing_configured_signs_nothing(tmp_path: Path) -> None:
    assert credentials(Provenance(), tmp_path) is None


def _said(provenance: dict[str, str], base: Path) -> tuple[str, str]:
    config = build({"provenance": provenance}, base)
    finding = next(one for one in findings(config) if one.what == "signature")
    return finding.state, finding.said


def test_the_set_up_is_tried(tmp_path: Path, issued: Issued) -> None:
    own = {"certificate": str(issued.certificate), "key": f"file:{issued.key}"}
    state, said = _said(own, tmp_path)
    assert state == "note"
    assert "signed by Example Desk clips; readers will say that it is on no trust list" in said
    other = write_certificate(tmp_path / "other", "Another", NOW)
    state, said = _said({**own, "key": f"file:{other.key}"}, tmp_path)
    assert state == "bad"
    assert "look at certificate and key in [provenance]" in said
    state, said = _said({}, tmp_path)
    assert state == "note"
    assert "--make-certificate" in said
