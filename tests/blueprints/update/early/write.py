"""Wrote `fixtures/cluster-1`: `python -m tests.blueprints.update.early.write FOLDER`.

From a render of the specification in today's words, things that version 1 did not have yet are
taken away and files put where it had them; that, with lock and base, is the render of version 1.
Then its people's edits go over the files, as they would have been made by hand. The fixture is
what was committed, not what this would write now.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from blueprints.emit.yaml import yaml_text
from blueprints.engine import render, spec
from blueprints.engine.blueprint import Blueprint, File
from blueprints.engine.stage import publish
from tests.blueprints.update.early import later, moves

SPECIFICATION = Path(__file__).parent / "specification.yaml"
_KEPT = (
    "README.md",
    ".tutela-check.yaml",
    "clusters/site.yaml",
    "tofu/root.hcl",
    "tofu/modules/cluster/",
    "tofu/modules/registration/",
    "argocd/environments/",
    "argocd/components/metallb/",
)
"""What version 1 had, beside what moved."""


class Early(BaseModel):
    """Version 1 believed everything."""

    model_config = ConfigDict(extra="allow")
    blueprint: Literal["cluster"]
    version: int


def data_of(*gone: str) -> Callable[[str], str]:
    """YAML without some keys, by their places."""

    def older(text: str) -> str:
        header, _, _ = text.partition("---\n")
        data = yaml.safe_load(text)
        for place in gone:
            _drop(data, place.split("/"))
        comment = "\n".join(line.removeprefix("# ") for line in header.splitlines())
        return yaml_text([data], comment).decode()

    return older


def _drop(data: Any, keys: list[str]) -> None:
    if isinstance(data, list):
        for one in data:
            _drop(one, keys)
    elif isinstance(data, dict) and keys[0] in data:
        if len(keys) == 1:
            del data[keys[0]]
        else:
            _drop(data[keys[0]], keys[1:])


def without(*lines: str) -> Callable[[str], str]:
    """A text without the lines that hold one of these."""

    def older(text: str) -> str:
        kept = [
            line for line in text.splitlines(keepends=True) if not any(x in line for x in lines)
        ]
        return "".join(kept)

    return older


OLDER: dict[str, Callable[[str], str]] = {
    "README.md": without("direction TB", "The same to look at closely", "- **ArgoCD**: step 5"),
    "clusters/site.yaml": data_of("snapshots", "maas", "state/region"),
    "/cluster.yaml": data_of("server", "cni/mtu", "network/mtu", "pools/virtual/taints"),
    "/cluster/terragrunt.hcl": without("snapshots", "mirror ", "hpc "),
    "/registration/terragrunt.hcl": without("groups_prefix"),
    "tofu/root.hcl": without("skip_s3_checksum", "skip_metadata_api_check"),
    "tofu/modules/cluster/owners.tf": without("metrics.k8s.io", '"pods/log"'),
    "argocd/environments/": data_of(
        "spec/template/spec/revisionHistoryLimit", "spec/template/spec/syncPolicy/retry"
    ),
    "argocd/components/metallb/upstream.yaml": data_of("frrk8s", "speaker/frr"),
}
"""What of a file, by the beginning or end of its path, version 1 did not have yet."""


def rendered() -> tuple[File, ...]:
    """The repository as version 1 rendered it: files, specification, lock and base."""
    text = SPECIFICATION.read_bytes()
    today = spec.parse(text, "spec.yaml", later())
    back = {move.new: move.old for move in moves(today.model)}
    files = [
        File(back.get(file.path, file.path), older(file).encode(), file.owner, file.executable)
        for file in render.render(today.blueprint, today.model)
        if file.path in back or file.path.startswith(_KEPT)
    ]
    early = Blueprint("cluster", 1, "", Early, today.blueprint.folder, lambda _: files)
    loaded = spec.parse(text, "spec.yaml", early)
    return render.repository(replace(loaded, blueprint=early))


def older(file: File) -> str:
    """What version 1 said in a file."""
    text = file.content.decode()
    for part, change in OLDER.items():
        if file.path.startswith(part) or file.path.endswith(part):
            changed = change(text)
            if changed == text:
                raise SystemExit(f"{file.path}: nothing of it was left out")
            return changed
    return text


def edit(file: Path, old: str, new: str) -> None:
    """One place of one file."""
    text = file.read_text()
    if text.count(old) < 1:
        raise SystemExit(f"{file}: has no {old!r}")
    file.write_text(text.replace(old, new, 1))


def edited(folder: Path) -> None:
    """What its people did, in the year that they had it."""
    inference, services = "clusters/production-inference", "clusters/production-services"
    edit(
        folder / inference / "cluster.yaml",
        "api:",
        "# moved in March, with the load balancer\napi:",
    )
    edit(
        folder / inference / "cluster.yaml",
        "clusters/production-inference/registration.tfstate",
        "legacy/inference-registration.tfstate  # where it began",
    )
    edit(
        folder / services / "cluster.yaml",
        "    count: 4\n",
        "    count: 6  # the portal's summer\n",
    )
    edit(folder / "versions/production.yaml", "kubernetes:", "# frozen until January\nkubernetes:")
    edit(
        folder / "argocd/applicationsets/production.yaml",
        "        tutela/on-delete: keep\n",
        "        tutela/on-delete: keep\n"
        "        notifications.argoproj.io/subscribe.on-sync-failed.mattermost: clusters\n",
    )
    edit(
        folder / "tofu/root.hcl",
        "        use_path_style ",
        "        # Our gateway has no bucket names in its certificate.\n        use_path_style ",
    )
    edit(
        folder / services / "cluster/terragrunt.hcl",
        'include "root" {\n',
        '# Owned by the portal team: ask before a plan.\ninclude "root" {\n',
    )
    edit(
        folder / "tofu/modules/cluster/owners.tf",
        '"Sees what runs in one cluster; no secrets."',
        '"Sees what runs in one cluster, no secrets (agreed with the data protection officer)."',
    )
    (folder / "tofu/modules/cluster/owners.tf").rename(folder / "tofu/modules/cluster/groups.tf")
    (folder / "clusters/tds-services/values/cert-manager.yaml").unlink()
    (folder / inference / "notes.md").write_text("Ask the network team before VLAN 310 changes.\n")
    (folder / inference / "values/own-dashboard.yaml").write_text("# Ours.\ntitle: Inference\n")
    edit(folder / "argocd/components/metallb/upstream.yaml", "cpu: 50m", "cpu: 200m  # measured")
    # In the drawing that the blueprint makes anew with each update.
    gpu = '800Gi memory, 4 GPUs"]:::four\n'
    edit(folder / "README.md", gpu, f'{gpu}      b0l1n9["login, ours"]:::four\n')
    with (folder / "README.md").open("a") as readme:
        readme.write("\n## In an emergency\n\nCall Ada; the number hangs at the door.\n")


def main() -> None:
    """See the module."""
    folder = Path(sys.argv[1])
    publish(rendered(), folder)
    edited(folder)


if __name__ == "__main__":
    main()
