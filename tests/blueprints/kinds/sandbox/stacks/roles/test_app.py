import re
import subprocess
import sys

import pytest

from blueprints.kinds.sandbox.stacks.roles.app import page, program, tools
from tests.blueprints.kinds.sandbox.stacks.made import by_name, environment, objects, place, pod

PROGRAMS = ("rag", "agent", "tools", "cycle")


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_are_python_without_a_slip(name: str) -> None:
    compile(program(name), name, "exec")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--isolated",
            "--select=E,F,B,UP",
            "--line-length=100",
            "-",
        ],
        input=program(name),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "kind", "workload"),
    [
        ("rag", "rag", "Deployment/papers-chat"),
        ("agent", "agentic", "Deployment/helper-agent"),
        ("tools", "agentic", "Deployment/helper-tools"),
    ],
)
def test_what_a_program_reads_it_is_given(name: str, kind: str, workload: str) -> None:
    read = set(re.findall(r'environ\["(\w+)"\]', program(name)))
    read |= set(re.findall(r"environ\['(\w+)'\]", program(name)))
    assert read != set()
    (container,) = pod(objects(kind)[workload])["containers"]
    assert read <= set(environment(container))


def test_a_page_is_its_settings_and_its_program() -> None:
    made = by_name(page(place(), "chat", "rag", {"CHAT_MODEL": "a"}, [], []).objects)
    data = made["ConfigMap/papers-chat"]["data"]
    assert data == {"CHAT_MODEL": "a", "app.py": program("rag")}
    said = environment(pod(made["Deployment/papers-chat"])["containers"][0])
    assert said["CHAT_MODEL"] == ("configMapKeyRef", "papers-chat", "CHAT_MODEL")
    assert said["CHAINLIT_AUTH_SECRET"] == ("secretKeyRef", "papers-chat", "auth_secret")


def test_tools_listen_where_they_say() -> None:
    made = by_name(tools(place("helper"), "tools").objects)
    data = made["ConfigMap/helper-tools"]["data"]
    (port,) = made["Service/helper-tools"]["spec"]["ports"]
    assert data["port"] == str(port["port"])
    assert data["url"] == f"http://helper-tools:{port['port']}/mcp"
