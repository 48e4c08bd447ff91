"""Held against Helm itself: what a chart renders names no model that was not read before."""

import shutil
import subprocess
from pathlib import Path

import pytest

from governance.evidence.serving.mentions import Mention
from governance.evidence.serving.onefile import read_file
from governance.evidence.serving.source import ServingSource
from governance.evidence.serving.values import meanings
from governance.workspace.evidence import ServingEntry
from tests.governance.evidence.said import said
from tests.governance.evidence.serving.deploy import CHART, RENDERED
from tests.labs.git_lab import GitFolder

HELM = shutil.which("helm")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(HELM is None, reason="no Helm here, and it is no Python package"),
]


def test_what_helm_renders_was_read_before_it_was_rendered(tmp_path: Path) -> None:
    assert HELM is not None
    repo = GitFolder.init(tmp_path / "deploy")
    repo.commit("chart", CHART)
    rendered = subprocess.run(
        [HELM, "template", "charts/engine", "--values", "prod/values.yaml"],
        cwd=repo.path,
        check=True,
        capture_output=True,
    ).stdout
    nodes = {
        meaning.node
        for mention in read_file("rendered.yaml", rendered).said
        if isinstance(mention, Mention)
        for meaning in meanings(mention.value, alone=mention.alone)
    }
    assert nodes == RENDERED
    assert nodes <= said(ServingSource(ServingEntry(repo=str(repo.path)), Path("/"))).targets
