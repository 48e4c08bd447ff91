"""Lists of images: lines with digests, and what container programs print as JSON."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGEST = re.compile(r"sha256:[0-9a-fA-F]{64}")
_REFERENCE = re.compile(
    r"(?:(?P<name>[^\s@]+)@)?(?P<digest>sha256:[0-9a-fA-F]{64})(?:\s+(?P<more>.+))?"
)
_SHA256SUM = re.compile(r"(?P<hexes>[0-9a-fA-F]{64})[ *]{1,2}(?P<name>.+)")
_JSON_NAMES = ("Name", "name", "image", "Repository", "repository")
_JSON_DIGESTS = ("Digest", "digest", "imageID", "image_digest")


@dataclass(frozen=True)
class Listed:
    """One image of a list: `sha256:HEX` and how it is called, or neither for what is none."""

    digest: str | None
    name: str = ""


def line_images(line: str) -> Iterator[Listed]:
    """Yield what one line says: nothing for blank ones and comments.

    Forms: `NAME@sha256:HEX`, `sha256:HEX [NAME]`, `HEX  NAME` as sha256sum writes it of image
    files, and a JSON object as `json_images` takes them.
    """
    line = line.strip()
    if not line or line.startswith("#"):
        return
    if line.startswith("{"):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield Listed(None)
            return
        yield from json_images(value)
    elif match := _REFERENCE.fullmatch(line):
        name = " ".join(part for part in (match["name"], match["more"]) if part)
        yield Listed(match["digest"].lower(), name)
    elif match := _SHA256SUM.fullmatch(line):
        yield Listed(f"sha256:{match['hexes'].lower()}", match["name"])
    else:
        yield Listed(None)


def json_images(value: object) -> Iterator[Listed]:
    """Yield the images of a JSON value: one object, or a list of objects or references.

    `skopeo inspect` (`Name`, `Digest`), `podman images --format json` (`Digest`, `RepoDigests`,
    `Names`), `docker image inspect` (`RepoDigests`), Kubernetes' container status (`image`,
    `imageID`). The `Id` of a local image is of its configuration, and no image is called by it.
    """
    if isinstance(value, str):
        yield from line_images(value) if not value.startswith("{") else [Listed(None)]
    elif isinstance(value, list):
        for one in value:
            yield from json_images(one) if isinstance(one, dict | str) else [Listed(None)]
    elif isinstance(value, dict):
        found = dict(_of_object(value))
        yield from (Listed(digest, name) for digest, name in found.items())
        if not found:
            yield Listed(None)


def _of_object(value: dict[str, object]) -> Iterator[tuple[str, str]]:
    names = value.get("Names") or value.get("RepoTags")
    first = names[0] if isinstance(names, list) and names and isinstance(names[0], str) else ""
    name = next((str(value[key]) for key in _JSON_NAMES if isinstance(value.get(key), str)), first)
    references = value.get("RepoDigests")
    texts = [value.get(key) for key in _JSON_DIGESTS]
    for text in [*texts, *(references if isinstance(references, list) else [])]:
        if isinstance(text, str) and (match := _DIGEST.search(text)) and match.end() == len(text):
            own = text[: match.start()].removesuffix("@").rpartition("://")[2]
            yield match.group().lower(), own or name
