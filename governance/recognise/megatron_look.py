"""Looking into Megatron's older format: how many ranks were there, and did all of them save?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from blueprints.formats.torch_file import NotTorchFile, TorchFile, parse_torch_file
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Judgement, Named
from governance.recognise.folder import Folder
from governance.recognise.reading import Read
from governance.recognise.steps import step_of
from governance.recognise.torch_look import split_of, start_of

MODEL = "model_optim_rng.pt"
TRACKER = "latest_checkpointed_iteration.txt"

_SIZES = (
    "tensor_model_parallel_size",
    "pipeline_model_parallel_size",
    "expert_model_parallel_size",
)
_MAX_RANKS = 10_000
"""More ranks than this are taken for a hostile number."""


@dataclass(frozen=True)
class MegatronLook:
    """At most two reads: the first rank's file, whose `args` say how many there were, and the
    run's tracker, which is written when all of them have saved."""

    path: str
    step: int | None
    ranks: tuple[str, ...]
    files: tuple[str, ...]
    """What each rank writes."""
    sizes: tuple[int, ...]
    """Bytes of every rank's model file, the first rank's first."""
    tracker: str | None
    mixed: bool
    """Do the model files hold the optimizer's state, too?"""

    @classmethod
    def of(
        cls, folder: Folder, ranks: Mapping[str, Folder], files: Sequence[str], *, mixed: bool
    ) -> MegatronLook:
        """Choose what to read of the ranks' folders, by name."""
        run = folder.parent
        names = tuple(sorted(ranks))
        return cls(
            folder.path,
            step_of(folder.name),
            names,
            tuple(files),
            tuple(ranks[name].files.get(MODEL, 0) for name in names),
            run.path + TRACKER if run is not None and TRACKER in run.files else None,
            mixed,
        )

    @property
    def _first(self) -> str | None:
        return f"{self.path}{self.ranks[0]}/{MODEL}" if self.sizes[0] else None

    @property
    def reads(self) -> tuple[Read, ...]:
        """What to read."""
        reads = [] if self._first is None else [start_of(self._first, self.sizes[0])]
        return (*reads, *([] if self.tracker is None else [Read(self.tracker, 0, 32)]))

    def judge(self, contents: Contents) -> Judgement:
        """Every rank that `args` counts has its files; the tracker names this save or a later."""
        unsure = self._after_tracker(contents)
        if self._first is None:
            return Judgement(unsure=unsure)
        try:
            file = parse_torch_file(bytes_of(contents, self._first))
        except NotTorchFile as error:
            return Judgement(unsure=unsure or f"{self._first}: {error}")
        return Judgement(
            named=[
                Named(f"{self.path}{rank}/{name}")
                for rank in self._all(file)
                for name in self.files
            ],
            unsure=unsure,
            mixed=self._split(file) if self.mixed else None,
        )

    def _all(self, file: TorchFile) -> list[str]:
        """The names of all ranks, where their form is that of the ranks that are there."""
        tensor, pipeline, expert = (file.numbers.get(f"args.{size}", 1) for size in _SIZES)
        widths = [(tensor, 2), *((size, 3) for size in (pipeline, expert) if size > 1)]
        count = tensor * pipeline * expert
        if len(widths) != self.ranks[0].count("_") - 1 or not 0 < count <= _MAX_RANKS:
            return []
        grid = product(*(range(size) for size, _ in widths))
        return [
            "mp_rank_"
            + "_".join(f"{rank:0{width}d}" for rank, (_, width) in zip(one, widths, strict=True))
            for one in grid
        ]

    def _split(self, file: TorchFile) -> tuple[int, int] | None:
        """Ranks whose files are of one size are divided alike; of others nothing is known."""
        split = split_of(file, self.sizes[0])
        if split is None or set(self.sizes) != {self.sizes[0]}:
            return None
        return split[0] * len(self.sizes), split[1] * len(self.sizes)

    def _after_tracker(self, contents: Contents) -> str | None:
        if self.tracker is None:
            return f"no {TRACKER} beside it says that every rank had saved"
        text = bytes_of(contents, self.tracker).decode("ascii", "replace").strip()
        last = int(text) if text.isascii() and text.isdigit() else None
        if self.step is None or (last is not None and last >= self.step):
            return None
        return f"{self.tracker} names {text!r}: this save came after it, or was not finished"
