import csv
import dataclasses

from blueprints.runtimes.writing.container import alone, mount, visible
from blueprints.service.service import Mount
from tests.blueprints.runtimes.example import SERVICE


def test_a_mount_is_a_line_of_comma_separated_values() -> None:
    one = Mount("/models", '/a,b:c "d"\n', "models")
    assert next(csv.reader([mount(one, "ro")], strict=True)) == [
        "type=bind",
        'source=/a,b:c "d"\n',
        "target=/models",
        "ro",
    ]


def test_the_first_accelerators_are_counted_from_zero() -> None:
    assert visible(dataclasses.replace(SERVICE, devices=3)) == "0,1,2"


def test_what_gives_accelerators_is_not_to_be_in_the_environment() -> None:
    taken = dataclasses.replace(
        SERVICE, accelerator="rocm", environment={"HIP_VISIBLE_DEVICES": "1"}, nodes=2
    )
    assert list(alone(taken, "docker")) == [
        "docker starts one node, and not 2; take slurm or flux",
        "HIP_VISIBLE_DEVICES is in its environment;"
        " docker says with it how many accelerators it has",
    ]
    free = dataclasses.replace(SERVICE, environment={"HIP_VISIBLE_DEVICES": "1"})
    assert list(alone(free, "docker")) == []
