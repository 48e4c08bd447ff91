"""A second opinion on claims and notes: who needs what, what runs were, what can be made again.

As `oracle`: written from the description, in plain Python, text by text, no code shared.
"""

import math
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]
"""A row of a listing or of a source, or a part of a policy, as plain values."""

SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800, "y": 366 * 86400}
ANSWERS = {
    "mlflow.alias": "mlflow",
    "mlflow.version": "mlflow",
    "mlflow.model": "mlflow",
    "mlflow.run": "mlflow",
    "mlflow.inputs": "mlflow",
    "dvc.ref": "dvc",
    "serving.active": "serving",
    "job.active": "jobs",
    "trainer.latest": "store",
    "trainer.best": "store",
    "track.record": "store",
    "base.model": "store",
    "lineage.link": "links",
    "doi": "links",
    "read.within": "reads",
}
"""Which source says what a root names."""
WITHOUT_BEING_NAMED = (
    "mlflow.alias",
    "serving.active",
    "job.active",
    "dvc.ref",
    "base.model",
    "lineage.link",
    "doi",
)
NAMES_ABOVE = 4
"""How far names are followed from an artifact to what is called so, and back."""


def span(text: str) -> timedelta:
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    return timedelta(seconds=int(number) * SECONDS[text[len(number) :]])


def fits(glob: str, text: str) -> bool:
    pattern = ""
    for char in glob:
        pattern += ".*" if char == "*" else "." if char == "?" else re.escape(char)
    return re.fullmatch(pattern, text, re.DOTALL) is not None


def bare(text: str) -> str:
    return text.removesuffix("/")


def above(text: str) -> Iterator[str]:
    """Every folder around a place, the nearest first."""
    while True:
        text = text.rpartition("/")[0]
        if not text.partition("://")[2]:
            return
        yield text


def lies_at_or_in(uri: str, place: str) -> bool:
    return bare(uri) == bare(place) or uri.startswith(bare(place) + "/")


class Needs:
    """Claims of all sources, and the places that they are about."""

    def __init__(self, artifacts: list[Row], objects: list[tuple[Row, Row]], world: Any) -> None:
        """`objects` are (artifact, row of its listing)."""
        self.artifacts = artifacts
        self.claims: list[Row] = world.claims
        self.notes: list[Row] = world.notes
        self.trusted = {source["key"]: source["trusted"] for source in world.sources}
        self.servers = [source["name"] for source in world.sources if source["kind"] == "mlflow"]
        self.bases = {bare(artifact["uri"]) for artifact in artifacts}
        self.files = {a["uri"] for a in artifacts if not a["uri"].endswith("/")}
        self.folders = {folder for base in self.bases for folder in above(base)}
        self.edges = [c for c in self.claims if c["relation"] in ("names", "needs", "made")]
        self.digests = [note for note in self.notes if note["key"] == "digest"]
        texts = {bare(c[end]) for c in self.edges for end in ("holder", "target")}
        texts |= {bare(note["node"]) for note in self.digests}
        self.loose = {text for text in texts if text not in self.bases | self.folders}
        speaking = {bare(c["target" if c["relation"] == "made" else "holder"]) for c in self.edges}
        parts = {text for text in self.loose if "://" in text}
        parts |= (speaking & self.folders) - self.bases
        self.around = {text: self._around(text) for text in parts}
        self.parts: dict[str, list[str]] = {}
        for text, around in self.around.items():
            if around:
                self.parts.setdefault(max(around, key=len), []).append(text)
        self.etags = [(row["etag"], bare(artifact["uri"])) for artifact, row in objects]

    def believed(self, said: Row) -> bool:
        return bool(self.trusted[said["by"]])

    def _around(self, text: str) -> set[str]:
        """The artifacts that a place is a part of."""
        found = {folder for folder in above(text) if folder in self.bases}
        folder, _, own = text.rpartition("/")
        for end in range(len(own)):
            stem = f"{folder}/{own[:end]}"
            if own[end] in ".-_=" and stem in self.files:
                found.add(stem)
        return found

    # -- one step

    def meant(self, text: str) -> tuple[str, str]:
        """What somebody needs who names this: a folder with all in it, or the thing itself."""
        return ("all of" if text in self.folders else "only", text)

    def steps(self, what: str, text: str, ancestors: bool) -> Iterator[tuple[str, str]]:
        if what == "all of":
            yield "only", text
            for other in self.bases | self.folders:
                if other.startswith(text + "/"):
                    yield "only", other
            return
        for claim in self.edges:
            holder, target = bare(claim["holder"]), bare(claim["target"])
            if claim["relation"] == "made" and target == text and ancestors:
                yield self.meant(holder)
            followed = claim["relation"] == "names" or (claim["relation"] == "needs" and ancestors)
            if followed and holder == text:
                yield self.meant(target)
        if text in self.bases | self.folders:
            for folder in above(text):
                yield "only", folder
        for other in [*self.around.get(text, ()), *self.parts.get(text, ())]:
            yield "only", other
        for note in self.digests:
            if bare(note["node"]) == text and note["text"] in self.loose:
                yield self.meant(note["text"])
        if text in self.loose:
            yield from self.other_words(text)

    def other_words(self, text: str) -> Iterator[tuple[str, str]]:
        scheme, _, rest = text.partition(":")
        if scheme == "hub":
            name = rest.lower()
            flat = name.replace("/", "--")
            called = {name.rpartition("/")[2], f"models--{flat}", f"datasets--{flat}"}
            for place in self.bases | self.folders:
                if place.rpartition("/")[2].lower() in called:
                    yield self.meant(place)
        if scheme in ("md5", "sha256"):
            for note in self.digests:
                if note["text"] == text:
                    yield self.meant(bare(note["node"]))
            for artifact in self.artifacts:
                first, second = ["", *str(artifact["uri"]).removesuffix(".dir").split("/")][-2:]
                if (
                    artifact["kind"] == "blob"
                    and len(first) == 2
                    and f"md5:{first}{second}" == text
                ):
                    yield "only", bare(artifact["uri"])
            for etag, base in self.etags:
                if f"md5:{etag}" == text and len(etag) == 32:
                    yield "only", base
        for server in self.servers:
            if scheme == "mlflow-run":
                yield "only", f"mlflow:{server}/run/{rest}"
            if scheme == "models" and rest.startswith("/"):
                if "@" in rest:
                    yield "only", f"mlflow:{server}/alias/{rest[1:]}"
                elif "/" in rest[1:]:
                    yield "only", f"mlflow:{server}/version/{rest[1:]}"
                if rest.startswith("/m-"):
                    yield "only", f"mlflow:{server}/model/{rest[1:]}"

    # -- what is reached

    def reached(self, roots: list[Row], ancestors: bool) -> set[str]:
        """Texts that these claims need; an artifact whose address is one of them is needed."""
        waiting = []
        for root in roots:
            if root in self.edges:
                waiting.append(self.meant(bare(root["target"])))
                if root["relation"] == "made":
                    waiting.append(self.meant(bare(root["holder"])))
        seen = set(waiting)
        while waiting:
            for step in self.steps(*waiting.pop(), ancestors):
                if step not in seen:
                    seen.add(step)
                    waiting.append(step)
        return {text for what, text in seen if what == "only"}

    def newer(self, artifact: Row) -> bool:
        return any(
            claim["relation"] == "newer"
            and claim["step"] is not None
            and lies_at_or_in(artifact["uri"], claim["target"])
            and (
                artifact["kind"] == "checkpoint"
                if artifact["step"] is None
                else artifact["step"] > claim["step"]
            )
            for claim in self.claims
        )

    def covered(self, artifact: Row) -> bool:
        return any(
            claim["relation"] == "covers"
            and self.believed(claim)
            and lies_at_or_in(artifact["uri"], claim["target"])
            for claim in self.claims
        )

    # -- what registered sources say of runs

    def runs(self, artifact: Row) -> set[str]:
        return {
            bare(claim["holder"])
            for claim in self.claims
            if claim["relation"] == "made"
            and self.believed(claim)
            and lies_at_or_in(artifact["uri"], claim["target"])
        }

    def subjects(self, artifact: Row) -> set[str]:
        """Its runs, and what names it: logged models, versions, aliases."""
        found: set[str] = set()
        level = {bare(artifact["uri"])}
        for _ in range(NAMES_ABOVE):
            level = {
                bare(claim["holder"])
                for claim in self.claims
                if claim["relation"] == "names"
                and self.believed(claim)
                and "://" not in claim["holder"]
                and bare(claim["target"]) in level
            }
            found |= level
        return found | self.runs(artifact)

    def said(self, node: str, key: str) -> list[Row]:
        return [
            note
            for note in self.notes
            if bare(note["node"]) == node and note["key"] == key and self.believed(note)
        ]

    def agreed(self, artifact: Row, key: str) -> str | None:
        """What all of its runs say, if they all say the same."""
        runs = self.runs(artifact)
        told = [{note["text"] for note in self.said(run, key)} - {None} for run in runs]
        texts = set().union(*told)
        return texts.pop() if runs and all(told) and len(texts) == 1 else None

    def tag(self, artifact: Row, name: str) -> tuple[bool, str | None]:
        """Whether it is known, and what it is."""
        subjects = self.subjects(artifact)
        texts = {
            note["text"] for subject in subjects for note in self.said(subject, f"tag:{name}")
        } - {None}
        if not subjects or len(texts) > 1:
            return False, None
        return True, texts.pop() if texts else None

    def metric(self, artifact: Row, name: str) -> float | None:
        numbers = [
            note["number"]
            for subject in self.subjects(artifact)
            for note in self.said(subject, f"metric:{name}")
            if note["step"] is not None and note["step"] == artifact["step"]
        ]
        if any(number is None or math.isnan(number) for number in numbers):
            return None
        return numbers[0] if len(set(numbers)) == 1 else None

    # -- what can be made again

    def stored(self, text: str) -> list[Row]:
        """The artifacts that lie at a place or in it, else the one that it is a part of."""
        found = [a for a in self.artifacts if lies_at_or_in(a["uri"], text)]
        around = self.around.get(bare(text), set())
        if found or not around:
            return found
        return [a for a in self.artifacts if bare(a["uri"]) == max(around, key=len)]

    def inputs(self, run: str) -> list[set[str]]:
        """For each input of a run, all names for it."""
        found = []
        for claim in self.claims:
            if claim["relation"] != "needs" or not self.believed(claim):
                continue
            if bare(claim["holder"]) != run or claim["target"].startswith(("commit:", "image:")):
                continue
            words, level = {claim["target"]}, {bare(claim["target"])}
            for _ in range(NAMES_ABOVE):
                level = {
                    other["target"]
                    for other in self.claims
                    if other["relation"] == "names"
                    and self.believed(other)
                    and bare(other["holder"]) in level
                }
                words |= level
                level = {bare(word) for word in level}
            found.append(words)
        return found


def chosen(root: str, claim: Row, now: datetime) -> bool:
    """Is this claim a root that a policy means by `kind(glob)`?"""
    kind, _, glob = root.partition("(")
    glob = glob.removesuffix(")")
    if claim["root"] != kind:
        return False
    if kind == "read.within":
        return not glob or claim["since"] is None or claim["since"] > now - span(glob)
    if glob in ("", "*") or claim["root_name"] is None:
        return True
    name = claim["root_name"]
    names = {name}
    for one, sign in (("mlflow.alias", "@"), ("mlflow.version", "/")):
        if kind == one:
            before, found, after = name.rpartition(sign)
            names |= {before if found else name, after if found else ""}
    return any(fits(glob, one) for one in names)
