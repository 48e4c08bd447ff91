"""`tutela init`: a workspace with a configuration that explains itself."""

import shlex
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from blueprints.display import visible
from governance.policy.packs import text
from governance.workspace.workspace import Workspace, write_file

POLICY_FILE = "policy.yaml"
_POLICY_LINE = "# policy: policy.yaml\n"


@dataclass(frozen=True)
class Initialised:
    """What `tutela init` made."""

    folder: Path
    pack: str | None
    option: str
    """` -w DIR` where the folder has to be named in the next commands, else nothing."""

    def __str__(self) -> str:
        folder, option = visible(str(self.folder)), visible(self.option)
        lines = [
            f"workspace made in {folder}",
            "  tutela.yaml   names stores and projects; every key is explained there",
        ]
        if self.pack is not None:
            lines += [f"  policy.yaml   copied from the pack {self.pack}; change it as you like"]
        lines += [
            "next:",
            f"  tutela catalog scan{option} s3://BUCKET --endpoint-url URL",
            f"  tutela retention report{option}",
        ]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/init/v1``."""
        policy = str(self.folder / POLICY_FILE) if self.pack is not None else None
        return {
            "schema": "tutela/init/v1",
            "workspace": str(self.folder),
            "config": str(self.folder / "tutela.yaml"),
            "policy": policy,
            "policy_pack": self.pack,
        }


def init(directory: Path | None, cwd: Path, pack: str | None) -> Initialised:
    """Make a workspace in ``directory`` (default: ``cwd``), with a copy of a policy pack.

    Raises NoSuchPackError, and GovernanceError where there is a workspace already.
    """
    policy = text(pack) if pack is not None else None
    config = template()
    if policy is not None:
        config = config.replace(_POLICY_LINE, _POLICY_LINE.removeprefix("# "))
    target = cwd / directory.expanduser() if directory is not None else cwd
    Workspace.refuse_existing(target)
    if policy is not None:
        folder = Workspace.folder_of(target)
        folder.mkdir(parents=True, exist_ok=True)
        write_file(folder / POLICY_FILE, policy)
    made = Workspace.create(target, config)
    option = f" -w {shlex.quote(str(directory))}" if directory is not None else ""
    return Initialised(made.folder, pack, option)


def template() -> str:
    """The commented ``tutela.yaml`` of a new workspace."""
    return files("governance.workspace").joinpath("template.yaml").read_text(encoding="utf-8")
