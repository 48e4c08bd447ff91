"""Licences that are not allowed."""

from pathlib import Path

import pytest

from blueprints.check.rules import licence
from tests.blueprints.check.rules.asking import told

LICENCES = ("Apache-2.0", "MIT", "GPL-3.0-*")


@pytest.mark.parametrize(
    ("expression", "good"),
    [
        ("Apache-2.0", True),
        ("apache-2.0", True),
        ("BUSL-1.1", False),
        ("BUSL-1.1 OR MIT", True),
        ("BUSL-1.1 AND MIT", False),
        ("MIT AND (BUSL-1.1 OR Apache-2.0)", True),
        ("GPL-3.0-only WITH Classpath-exception-2.0", True),
        ("MIT AND", False),
        ("(MIT", False),
        ("MIT Apache-2.0", False),
        ("", False),
        ("my own words", False),
    ],
)
def test_an_expression_is_allowed_when_it_can_be_met(expression: str, good: bool) -> None:
    assert licence.allowed(expression, LICENCES) is good


def test_headers_charts_packages_and_models_are_looked_at(tmp_path: Path) -> None:
    files = {
        "a.sh": "#!/bin/sh\n# SPDX-License-Identifier: BUSL-1.1\n",
        "a.css": "/* SPDX-License-Identifier: MIT */\n",
        "c/Chart.yaml": "name: c\nannotations:\n  artifacthub.io/license: SSPL-1.0\n",
        "package.json": '{"license": "SEE LICENSE"}',
        "pyproject.toml": '[project]\nlicense = "BUSL-1.1"\n',
        "m.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n"
        "  annotations: {example.org/model-license: llama3}\n",
        "README.md": "Write SPDX-License-Identifier: X in the head.\n",
    }
    assert told(licence, tmp_path, files, licences=LICENCES) == [
        "a.sh:2: licence BUSL-1.1 is not allowed",
        "c/Chart.yaml:3: licence SSPL-1.0 is not allowed",
        "m.yaml:5: licence llama3 is not allowed",
        "package.json:0: licence SEE LICENSE is not allowed",
        "pyproject.toml:0: licence BUSL-1.1 is not allowed",
    ]
