"""Looking into one file of `torch.save`: is it whole, and which of its bytes are weights?"""

from dataclasses import dataclass

from blueprints.formats.torch_file import FIRST_READ, NotTorchFile, TorchFile, parse_torch_file
from blueprints.formats.zip_end import MAGIC, TAIL, ends_whole
from governance.artifact import Role
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Judgement, Named
from governance.recognise.parts import part_of
from governance.recognise.reading import Read


@dataclass(frozen=True)
class TorchLook:
    """At most two reads: the archive's end says if the file is whole, its start what it holds."""

    key: str
    size: int
    split: bool = False
    """Has the file role mixed, so that its bytes are to be divided?"""

    @property
    def reads(self) -> tuple[Read, ...]:
        """What to read first."""
        length = min(self.size, TAIL)
        return (Read(self.key, self.size - length, length),)

    def judge(self, contents: Contents) -> Judgement:
        """A file cut short is named as one that has to be longer."""
        if not ends_whole(bytes_of(contents, self.key), self.size):
            return Judgement(more=(Read(self.key, 0, min(4, self.size)),), then=self._broken)
        if not self.split:
            return Judgement()
        return Judgement(more=(start_of(self.key, self.size),), then=self._split)

    def _broken(self, contents: Contents) -> Judgement:
        start = bytes_of(contents, self.key)
        if MAGIC.startswith(start):
            return Judgement(named=[Named(self.key, least=self.size + 1)])
        return Judgement(unsure=f"{self.key} is no archive: only loading it shows if it is whole")

    def _split(self, contents: Contents) -> Judgement:
        try:
            file = parse_torch_file(bytes_of(contents, self.key))
            return Judgement(mixed=split_of(file, self.size))
        except NotTorchFile:  # how its bytes divide stays unknown; that it is whole is known
            return Judgement()


def start_of(key: str, size: int) -> Read:
    """Return the read that `parse_torch_file` needs."""
    return Read(key, 0, min(size, FIRST_READ))


def split_of(file: TorchFile, size: int) -> tuple[int, int] | None:
    """Return the bytes of its weights and of its optimizer state; None if it cannot hold them.

    A file without optimizer state is all weights, one without weights all optimizer state.
    """
    sums = {Role.WEIGHTS: 0, Role.OPTIMIZER: 0, Role.OTHER: 0}
    for tensor in file.tensors:
        sums[part_of(tensor.name, tensor=True)] += tensor.bytes
    weights, optimizer = sums[Role.WEIGHTS], sums[Role.OPTIMIZER]
    if weights + optimizer > size:
        return None
    if weights and optimizer:
        return weights, optimizer
    return (size, 0) if weights else (0, size if optimizer else 0)
