from pathlib import Path

from tce.check.acl import lines, switches
from tests.blueprints.check.places import repository


def test_comments_say_nothing(tmp_path: Path) -> None:
    files = {"network/switches/a.eos": "! x\n\nip access-list a\n   # y\n   permit ip any any \n"}
    repo = repository(tmp_path, {**files, "network/switches/b.junos": "", "c.eos": ""})
    assert list(switches(repo, "eos", "ios")) == ["network/switches/a.eos"]
    assert list(lines(repo, "network/switches/a.eos")) == [
        (3, "ip access-list a"),
        (5, "   permit ip any any"),
    ]
