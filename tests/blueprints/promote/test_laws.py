"""Laws of promotions, over versions and ways to write them that chance chooses."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from blueprints.engine import spec
from blueprints.parts.versions import key
from blueprints.update.update import RefusedError
from tests.blueprints.promote.staged import blueprint, promoted, rendered
from tests.blueprints.update.repositories import tree

STAGES = ("test", "stage", "live")
VERSION = st.builds("{}.{}.{}".format, *[st.integers(0, 11)] * 3)
KERNEL = st.builds("v1.3{}.{}+rke2r{}".format, st.integers(2, 5), *[st.integers(1, 11)] * 2)
PARTS = st.dictionaries(st.sampled_from(["db", "web", "cache", "queue"]), VERSION, min_size=1)
QUOTES = st.sampled_from(["", "'", '"'])
COMMENTS = st.sampled_from(["", "  # ours", "   # ours: {x}"])


@st.composite
def specification(draw: st.DrawFn) -> str:
    """Three stages in any order, in block or flow style, with quotes, comments, blank lines."""
    lines = ["# a comment", "blueprint: staged", "version: 1", "stages:"]
    for stage in draw(st.permutations(STAGES)):
        quote = draw(QUOTES)
        kernel = f"{quote}{draw(KERNEL)}{quote}"
        pairs = [f"{name}: {quote}{one}{quote}" for name, one in draw(PARTS).items()]
        lines += [f"  {stage}:{draw(COMMENTS)}", "    versions:"]
        if draw(st.booleans()):
            inner = [f"        {pair}{draw(COMMENTS)}" for pair in pairs]
            inner = [line for one in inner for line in (one, *draw(st.sampled_from([[], [""]])))]
            parts = ["      parts:", *inner]
        else:
            parts = [f"      parts: {{{', '.join(pairs)}}}{draw(COMMENTS)}"]
        both = [[f"      kernel: {kernel}{draw(COMMENTS)}"], parts]
        lines += [line for one in draw(st.permutations(both)) for line in one]
    lines += [f"name: web{draw(COMMENTS)}"]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return (
        draw(st.sampled_from(["", "\ufeff"])) + end.join(lines) + draw(st.sampled_from(["", end]))
    )


def versions(text: str) -> dict[str, dict[str, str]]:
    model = spec.parse(text.encode(), "spec.yaml", blueprint()).model
    return {
        name: {"kernel": stage.versions.kernel, **stage.versions.parts}
        for name, stage in model.stages.items()  # type: ignore[attr-defined]
    }


def read(folder: Path) -> str:
    return (folder / "spec.yaml").read_bytes().decode()


@given(specification(), st.sampled_from(STAGES[1:]), st.booleans())
def test_only_versions_of_that_stage_change_and_a_second_time_nothing_does(
    text: str, to: str, down: bool
) -> None:
    with TemporaryDirectory() as name:
        folder = rendered(Path(name) / "r", text)
        before, old = tree(folder), versions(text)
        source = STAGES[STAGES.index(to) - 1]
        try:
            dry = promoted(folder, to, allow_downgrade=down, dry_run=True)
        except RefusedError:
            assert tree(folder) == before
            there, come = old[to], old[source]
            back = [one for one in come if one in there and key(come[one]) < key(there[one])]
            far = key(come["kernel"])[1] > key(there["kernel"])[1] + 1
            assert (back and not down) or far
            return
        assert tree(folder) == before
        result = promoted(folder, to, allow_downgrade=down)
        assert result.wanted == dry.wanted
        once, new = tree(folder), versions(read(folder))
        assert {one for one in new if new[one] != old[one]} <= {to}
        assert new[to] == {**old[to], **old[source]}
        own = {"spec.yaml", "tutela.lock", ".tutela-base/render/stages.jsonl"}
        moved = {path for path in once if once[path] != before.get(path)}
        assert moved in (set(), {*own, f"stages/{to}.yaml"})
        assert once.keys() == before.keys()
        assert _rest(read(folder)) == _rest(text)
        assert promoted(folder, to).updated is None
        assert tree(folder) == once


def _rest(text: str) -> list[str]:
    """The words of a text that are no versions and no names of parts; comments are among them."""
    words = "".join(" " if character in "{},:\r\n" else character for character in text).split()
    known = {"db", "web", "cache", "queue"}
    return [word for word in words if word not in known and not word.strip("v'\"")[:1].isdigit()]


@given(specification())
def test_what_went_through_all_stages_is_the_same_everywhere_but_for_what_only_later_ones_have(
    text: str,
) -> None:
    with TemporaryDirectory() as name:
        folder = rendered(Path(name) / "r", text)
        try:
            for to in STAGES[1:]:
                promoted(folder, to)
        except RefusedError:
            return
        now = versions(read(folder))
        for earlier, later in pairwise(STAGES):
            assert now[later].items() >= now[earlier].items()
