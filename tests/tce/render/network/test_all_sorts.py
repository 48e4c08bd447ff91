"""Random intents: whatever is declared, every device is proved to do it, and no rule is idle."""

from __future__ import annotations

from typing import Any

from hypothesis import Phase, assume, given, settings

from blueprints.emit.yaml import yaml_text
from blueprints.engine.spec import parse
from blueprints.yamltext import InvalidFileError
from tce.blueprint import BLUEPRINT
from tce.intent.spec import Specification
from tce.prove.families import prove_families
from tce.prove.intent import read_intent
from tce.prove.reading import Readable, read_one
from tce.prove.sources import Options, devices
from tce.render import network
from tests.prove import share
from tests.tce.mutants.campaign import TODAY
from tests.tce.probe.intents import flows, intent

INTENTS = 160


class _Files(dict[str, bytes]):
    """Files in memory, as the proof reads them."""

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(self)

    def exists(self, path: str) -> bool:
        return path in self

    def read(self, path: str) -> bytes:
        return self[path]


@settings(
    max_examples=max(2, share(INTENTS)),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(flows())
def test_what_is_declared_is_what_every_device_does(some: list[dict[str, Any]]) -> None:
    text = yaml_text([intent(some)])
    try:
        model = parse(text, "spec.yaml", BLUEPRINT).model
    except InvalidFileError:
        assume(False)
    assert isinstance(model, Specification)
    files = _Files({one.path: one.content for one in network.files(model)})
    said = read_intent(text.decode(), "spec.yaml", TODAY)
    read = [read_one(one, said.legs) for one in devices(files, said, Options())]
    found = tuple(one for one in read if isinstance(one, Readable))
    assert len(found) == len(read) == 1 + len(model.switches)
    for result in prove_families(said, found, 0, lambda _: None):
        assert result.findings == []
