import os
import subprocess
from typing import Any

import pytest

from blueprints.runtimes.production_stack import template
from blueprints.runtimes.production_stack.write import values
from blueprints.runtimes.reading.manifests import Manifest
from blueprints.service.service import Service
from tests.blueprints.runtimes.production_stack.services import ALONE, SEVERAL
from tests.blueprints.runtimes.site import SITE


def _manifest(service: Service) -> Manifest:
    return Manifest("values.yaml", 1, values(service, SITE))


def test_a_script_puts_every_word_in_quotes_as_go_does() -> None:
    lines = template.script(_manifest(SEVERAL)).splitlines()
    assert lines[0] == 'ARGS=("vllm" "serve" ""/models/org/Name""'
    assert 'ARGS+=("--tensor-parallel-size" "2")' in lines
    assert 'ARGS+=("--plain=1")' in lines


def test_nodes_of_a_cluster_have_the_same_variables_but_for_their_number() -> None:
    one = _manifest(SEVERAL)

    def names(pod: dict[str, Any]) -> list[str]:
        return [entry["name"] for entry in pod["containers"][0]["env"]]

    head, worker = names(template.head(one)), names(template.worker(one))
    assert set(head) - set(worker) == {"EXPECTED_NODES"}
    assert len(head) == len(set(head))


def test_a_variable_that_the_chart_sets_is_not_set_again() -> None:
    env = template.pod(_manifest(ALONE))["containers"][0]["env"]
    names = [entry["name"] for entry in env]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("service", [ALONE, SEVERAL], ids=["alone", "several"])
def test_what_is_written_sets_nothing_that_no_service_asks_for(service: Service) -> None:
    one = _manifest(service)
    template.known(one)
    assert list(template.unmeant(one)) == []


def test_bash_makes_the_services_words_of_a_script() -> None:
    one = _manifest(SEVERAL)
    env = {
        entry["name"]: entry.get("value", "")
        for entry in template.head(one)["containers"][0]["env"]
    }
    words = {name: value.replace("$$", "$") for name, value in env.items()}
    script = template.script(one) + "printf '%s\\0' \"${ARGS[@]}\"\n"
    done = subprocess.run(
        ["bash", "-c", script],
        env={**words, "PATH": os.defpath},
        capture_output=True,
        check=True,
    )
    arrived = done.stdout.decode().removesuffix("\0").split("\0")
    assert tuple(arrived[:3]) == SEVERAL.command[:3]
    assert tuple(arrived[-len(SEVERAL.command[3:]) :]) == SEVERAL.command[3:]
