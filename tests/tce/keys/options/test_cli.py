from datetime import timedelta
from pathlib import Path

from blueprints.front import Front
from blueprints.secret import nobody
from tce.keys.options import desk
from tests.tce.keys.office import NOW, Office


def test_a_desk_has_what_the_front_door_read(office: Office) -> None:
    front = Front(NOW, False, False, {"BAO_ADDR": "https://bao.example.org"}, print, nobody)
    held = desk(front, office.folder)
    assert held.folder == Path(office.folder)
    assert held.environ["BAO_ADDR"] == "https://bao.example.org"
    assert NOW <= held.later < NOW + timedelta(minutes=5)
    assert held.officers.environment == "hospital"
    assert held.random(8) != held.random(8)
