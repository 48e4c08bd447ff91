"""Looking into a DeepSpeed checkpoint: how many ranks wrote it, and was it the last to be done?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.formats.torch_file import NotTorchFile, TorchFile, parse_torch_file
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Judgement, Named
from governance.recognise.folder import Folder
from governance.recognise.reading import Read
from governance.recognise.sets import MAX_NAMED
from governance.recognise.steps import step_of
from governance.recognise.torch_look import start_of

PARTITIONED = r"zero_pp_rank_(\d+)_mp_rank_(\d+)_model_states\.pt"
OPTIMIZER = r"(?:bf16_|fp16_)?zero_pp_rank_(\d+)_mp_rank_(\d+)_optim_states\.pt"

_MP_RANK = re.compile(r"mp_rank_(\d+)_")
_TAG = 256
"""Bytes of `latest` that are read; it holds the name of a folder."""


@dataclass(frozen=True)
class Look:
    """At most two reads: the first rank's optimizer file, and the run's `latest`."""

    path: str
    size: int
    """Bytes of the optimizer's files."""
    first: tuple[str, int] | None
    """Name and bytes of the first rank's optimizer file; None without ZeRO."""
    latest: tuple[str, int] | None
    """Key and bytes of the `latest` beside it."""
    mp_ranks: tuple[str, ...]
    partitioned: bool
    inside: bool
    """Is it a part of another trainer's save, with a `latest` of its own?"""

    @classmethod
    def of(cls, folder: Folder, names: Sequence[str]) -> Look:
        """Choose what to read; `names` are the checkpoint's files, sorted."""
        zero = [hit for name in names if (hit := re.fullmatch(OPTIMIZER, name))]
        run = folder.parent
        latest = run.files.get("latest") if run else None
        return cls(
            folder.path,
            sum(folder.files[hit.string] for hit in zero),
            (zero[0].string, folder.files[zero[0].string]) if zero else None,
            (f"{run.path}latest", latest) if run and latest else None,
            tuple(sorted({hit[1] for name in names if (hit := _MP_RANK.search(name))})),
            any(re.fullmatch(PARTITIONED, name) for name in names),
            run is not None and (step_of(run.name) is not None or run.name.endswith(".ckpt")),
        )

    @property
    def unmarked(self) -> tuple[str, ...]:
        """Inside another save, `latest` is as much a part of it as any file."""
        if not self.inside or self.latest is not None:
            return ()
        return (self.path[: self.path.rfind("/", 0, -1) + 1] + "latest",)

    @property
    def unsure(self) -> str | None:
        """Without `latest` nothing says that the save came to its end."""
        if self.inside or self.latest is not None:
            return None
        return "no latest beside it says that the save was finished"

    @property
    def reads(self) -> tuple[Read, ...]:
        """What to read; `latest` alone says nothing new where it lies inside the save."""
        reads = []
        if self.first is not None:
            reads.append(start_of(self.path + self.first[0], self.first[1]))
        if self.latest is not None and not self.inside:
            reads.append(Read(self.latest[0], 0, min(self.latest[1], _TAG)))
        return tuple(reads)

    def judge(self, contents: Contents) -> Judgement:
        """Every partition has its file; a save after the one that `latest` names is unsure."""
        unsure = self._after_latest(contents)
        if self.first is None:
            return Judgement(unsure=unsure)
        try:
            file = parse_torch_file(bytes_of(contents, self.path + self.first[0]))
        except NotTorchFile as error:
            return Judgement(unsure=unsure or f"{self.path}{self.first[0]}: {error}")
        count = file.numbers.get("optimizer_state_dict.partition_count")
        if count is None:
            return Judgement(unsure=unsure or f"{self.path}{self.first[0]} names no partitions")
        ranks = range(min(count, MAX_NAMED * 100))
        return Judgement(
            named=[Named(self.path + name) for rank in ranks for name in self._of_rank(rank)],
            unsure=unsure,
            mixed=self._split(file, count) if self.partitioned else None,
        )

    def _of_rank(self, rank: int) -> list[str]:
        before = self.first[0].partition("zero_pp_rank_")[0] if self.first else ""
        names = [
            f"{before}zero_pp_rank_{rank}_mp_rank_{mp}_optim_states.pt" for mp in self.mp_ranks
        ]
        if self.partitioned:
            names += [f"zero_pp_rank_{rank}_mp_rank_{mp}_model_states.pt" for mp in self.mp_ranks]
        return names

    def _split(self, file: TorchFile, count: int) -> tuple[int, int] | None:
        """All partitions are of one size, so the first tells of all."""
        weights = sum(one.bytes for one in file.tensors if ".fp32_flat_groups" in one.name)
        rest = sum(one.bytes for one in file.tensors) - weights
        copies = count * len(self.mp_ranks)
        total = (weights + rest) * copies
        return (weights * copies, rest * copies) if total <= self.size else None

    def _after_latest(self, contents: Contents) -> str | None:
        if self.latest is None or self.inside:
            return None
        tag = bytes_of(contents, self.latest[0]).decode("utf-8", "replace").strip()
        own = self.path.rstrip("/").rpartition("/")[2]
        mine, last = step_of(own), step_of(tag)
        if tag == own or mine is None or last is None or last >= mine:
            return None
        return f"{self.latest[0]} names {tag!r}: this save came after it, or was not finished"
