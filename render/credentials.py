"""Content Credentials (C2PA 2): says inside the clip who made it and from what, and signs that.

The signature is over the file's bytes: it is put on last, and whoever rewrites the file strips it.
The library is optional, the extra `provenance`; without it clips carry tags and sources.json only.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import av

from render import Credentials, RenderError

__all__ = ["Seal", "read", "sign", "try_out"]

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
USES = ("ai_generative_training", "ai_inference", "ai_training", "data_mining")
CONTEXT = {"builder": {"thumbnail": {"enabled": False}}}  # of ingredients: 25 kB each
STARTS = {b"\xff\xd8": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}
STEPPED_DOWN = "the time stamp of {} was not to be had ({}): signed without it"


class Seal(NamedTuple):
    """What a clip's credentials say when they are read again.

    `state` is Valid, Trusted, Invalid, or "" where a file has none; `signer` is who signed,
    `faults` are the codes of what does not hold. Valid without Trusted: the bytes are as they were
    signed, but the certificate is on no list that was asked.
    """

    state: str = ""
    signer: str = ""
    faults: tuple[str, ...] = ()


TRIAL = {
    "title": "A trial",
    "label": "",
    "publisher": "",
    "digital_source_type": "compositeSynthetic",
    "software": {"name": "wirereel", "version": ""},
    "made_by_ai": True,
    "voice": {},
    "music": {},
    "sources": [],
    "pictures": [],
    "generated": [],
    "storyboard_sha256": "",
}


class _Part(NamedTuple):
    """A picture in the clip: its name in the manifest, its file, MIME type and rights."""

    name: str
    file: Path
    form: str
    rights: Mapping[str, str]


def sign(
    path: Path, told: Mapping[str, Any], pictures: Sequence[Path], credentials: Credentials
) -> tuple[str, ...]:
    """Put signed credentials into an mp4, in place; answers what was left out, a phrase each.

    `told` is the clip's provenance, `pictures` the files of told["pictures"], in that order.
    Raises RenderError where the certificate, its key or the package is not fit for it.
    """
    with _own_words("the clip cannot be signed"):
        import c2pa

        other, parts = path.with_name(f"{path.name}.signed"), tuple(_parts(told, pictures))
        notes: tuple[str, ...] = ()
        try:
            try:
                _write(c2pa, path, other, told, parts, credentials)
            except c2pa.C2paError as error:
                if not credentials.time_stamp:
                    raise
                _write(c2pa, path, other, told, parts, replace(credentials, time_stamp=""))
                notes = (STEPPED_DOWN.format(credentials.time_stamp, error),)
            other.replace(path)
        finally:
            other.unlink(missing_ok=True)
    return notes


def read(path: Path, anchors: str = "") -> Seal:
    """Read and verify a clip's credentials; `anchors` are certificates (PEM) that are trusted.

    Raises RenderError where the package is missing or the file cannot be read.
    """
    with _own_words("the credentials cannot be read"):
        import c2pa

        context = c2pa.Context.from_dict({"trust": {"user_anchors": anchors}} if anchors else {})
        try:
            with path.open("rb") as file, c2pa.Reader("video/mp4", file, context=context) as reader:
                told = json.loads(reader.json())
        except c2pa.C2paError.ManifestNotFound:
            return Seal()
    active = told["manifests"][told["active_manifest"]]
    signature = active.get("signature_info") or {}
    failures = told.get("validation_results", {}).get("activeManifest", {}).get("failure", ())
    return Seal(
        str(told.get("validation_state", "Invalid")),
        str(signature.get("common_name") or signature.get("issuer") or "unknown"),
        tuple(dict.fromkeys(str(failure["code"]) for failure in failures)),
    )


def try_out(credentials: Credentials) -> tuple[Seal, tuple[str, ...]]:
    """Sign an empty film; answers what a reader sees, and what was left out. Raises RenderError."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "trial.mp4"
        with av.open(str(path), "w") as film:
            stream = film.add_stream("mpeg4", rate=1)
            stream.width = stream.height = 16
            film.mux(stream.encode(av.VideoFrame(16, 16, "yuv420p")))
            film.mux(stream.encode(None))
        notes = sign(path, TRIAL, (), credentials)
        return read(path), notes


def _write(
    c2pa: Any,
    path: Path,
    other: Path,
    told: Mapping[str, Any],
    parts: Sequence[_Part],
    credentials: Credentials,
) -> None:
    info = c2pa.C2paSignerInfo(
        alg=b"es256",
        sign_cert=credentials.certificate.encode(),
        private_key=credentials.key.encode(),
        ta_url=credentials.time_stamp.encode() or None,
    )
    context = c2pa.Context.from_dict(CONTEXT)
    with (
        c2pa.Signer.from_info(info) as signer,
        c2pa.Builder(_manifest(told, parts), context=context) as builder,
        path.open("rb") as source,
        other.open("w+b") as signed,
    ):
        for part in parts:
            with part.file.open("rb") as image:
                builder.add_ingredient(_ingredient(part), part.form, image)
        builder.sign(signer, "video/mp4", source, signed)


def _parts(told: Mapping[str, Any], pictures: Sequence[Path]) -> Iterator["_Part"]:
    """List the pictures that are there and of a kind that can be named."""
    for number, (rights, file) in enumerate(zip(told["pictures"], pictures, strict=True), 1):
        if rights["sha256"]:
            with file.open("rb") as image:
                start = image.read(4)
            form = next((form for sign, form in STARTS.items() if start.startswith(sign)), "")
            if form:
                yield _Part(f"picture-{number}", file, form, rights)


def _manifest(told: Mapping[str, Any], parts: Sequence[_Part]) -> dict[str, Any]:
    software = told["software"]
    agent = {"name": software["name"], "version": software["version"]}
    return {
        "claim_generator_info": [agent],
        "title": told["title"],
        "format": "video/mp4",
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": list(_actions(told, parts, agent))}},
            {"label": "cawg.training-mining", "data": {"entries": _entries()}},
            {"label": "stds.schema-org.CreativeWork", "data": _work(told)},
            {"label": "org.wirereel.provenance", "data": _ours(told)},
        ],
    }


def _actions(
    told: Mapping[str, Any], parts: Sequence[_Part], agent: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    yield {
        "action": "c2pa.created",
        "digitalSourceType": IPTC + told["digital_source_type"],
        "softwareAgent": agent,
        "description": f"{told['label']}. Script, voice and graphics were made by software.",
    }
    for shot in told["generated"]:  # edited: a manifest may say "created" once, of the whole
        yield {
            "action": "c2pa.edited",
            "digitalSourceType": f"{IPTC}trainedAlgorithmicMedia",
            "softwareAgent": {"name": shot["model"], "version": shot["revision"]},
            "description": f"Shot {shot['shot']}: a {shot['kind']} that a model made.",
            "parameters": {f"org.wirereel.{key}": shot[key] for key in ("preset", "seed")},
        }
    for part in parts:
        yield {
            "action": "c2pa.placed",
            "description": part.rights["credit"] or part.rights["file"],
            "parameters": {"ingredientIds": [part.name]},
        }


def _entries() -> dict[str, Any]:
    return {f"cawg.{use}": {"use": "notAllowed"} for use in USES}


def _work(told: Mapping[str, Any]) -> dict[str, Any]:
    author = {"@type": "Organization", "name": told["publisher"]}
    return {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "name": told["title"],
        "author": [author],
    }


def _ours(told: Mapping[str, Any]) -> dict[str, Any]:
    """Say of the provenance what the standard's own assertions have no place for."""
    kept = ("label", "made_by_ai", "voice", "music", "sources", "pictures", "generated")
    return {name: told[name] for name in (*kept, "storyboard_sha256")}


def _ingredient(part: _Part) -> dict[str, Any]:
    rights = part.rights
    told = {
        "title": rights["title"] or rights["file"],
        "format": part.form,
        "relationship": "componentOf",
        "label": part.name,
        "description": "; ".join(rights[of] for of in ("credit", "licence") if rights[of]),
    }
    return {**told, "informational_URI": rights["page"]} if rights["page"] else told


@contextmanager
def _own_words(what: str) -> Iterator[None]:
    """Turn what the package says into a RenderError with the way out."""
    try:
        import c2pa
    except ImportError as error:
        way_out = "pip install 'wirereel[provenance]', or take the [provenance] table out"
        raise RenderError(f"{what}: the package c2pa-python is missing: {way_out}") from error
    try:
        yield
    except c2pa.C2paError as error:
        way_out = "look at certificate and key in [provenance]; `wirereel check` tries them"
        raise RenderError(f"{what}: {error}; {way_out}") from error
