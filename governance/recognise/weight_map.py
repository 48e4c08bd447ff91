"""Looking into the index of a sharded model: `weight_map` names the file of every tensor."""

from collections.abc import Mapping
from dataclasses import dataclass

from governance.recognise.contents import json_of
from governance.recognise.find import Contents, Judgement, Named
from governance.recognise.reading import MAX_READ, Read, Unreadable


@dataclass(frozen=True)
class WeightMaps:
    """One read an index."""

    path: str
    sizes: Mapping[str, int]
    """Name of each index in the folder `path`, and its bytes."""

    @property
    def reads(self) -> tuple[Read, ...]:
        """What to read."""
        return tuple(
            Read(self.path + name, 0, min(size, MAX_READ)) for name, size in self.sizes.items()
        )

    def judge(self, contents: Contents) -> Judgement:
        """Every file in `weight_map` must be there."""
        files = set[str]()
        for name in self.sizes:
            weight_map = json_of(contents, self.path + name).get("weight_map")
            if not isinstance(weight_map, dict) or not weight_map:
                raise Unreadable(f"{self.path}{name} has no weight_map")
            for stated in weight_map.values():  # Keras states a list
                several = stated if isinstance(stated, list) else [stated]
                files |= {one for one in several if isinstance(one, str)}
        return Judgement(named=[Named(self.path + one) for one in sorted(files)])
