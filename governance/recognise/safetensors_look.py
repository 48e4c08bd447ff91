"""Looking into one safetensors file: its header says how long it must be."""

from dataclasses import dataclass

from blueprints.formats.safetensors import FIRST_READ, NotSafetensors, header_length, parse_header
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Judgement, Named
from governance.recognise.reading import Read, Unreadable


@dataclass(frozen=True)
class SafetensorsLook:
    """At most two reads: the second for a header longer than most."""

    key: str
    size: int

    @property
    def reads(self) -> tuple[Read, ...]:
        """What to read first."""
        return (Read(self.key, 0, min(self.size, FIRST_READ)),)

    def judge(self, contents: Contents) -> Judgement:
        """The header says how long the file must be."""
        start = bytes_of(contents, self.key)
        try:
            needed = 8 + header_length(start) if len(start) >= 8 else 8
            if self.size < needed:
                return Judgement(named=[Named(self.key, least=needed)])
            if len(start) < needed:
                return Judgement(more=(Read(self.key, 0, needed),), then=self.judge)
            return Judgement(named=[Named(self.key, exact=parse_header(start).size)])
        except NotSafetensors as error:
            raise Unreadable(f"{self.key}: {error}") from error
