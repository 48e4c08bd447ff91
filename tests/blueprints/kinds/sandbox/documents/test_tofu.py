"""OpenTofu's files: right for a parser, valid for Terraform by the providers' schemas, and run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygohcl
import pytest

from tests.blueprints.kinds.sandbox.providers.schemas import PROVIDERS
from tests.blueprints.kinds.sandbox.specifications import GITHUB, project, rendered, site, typed
from tests.labs.providers.server import running
from tests.labs.terraform import TERRAFORM
from tests.program import run

GITEA_GITHUB: dict[str, Any] = {
    "git": {**site()["git"], "type": "gitea"},
    "identity": GITHUB["identity"],
}
SITES: dict[str, dict[str, Any]] = {
    "forgejo with keycloak": {},
    "github": GITHUB,
    "gitea with github": GITEA_GITHUB,
}
HOSTILE = 'Say "${file("/etc/passwd")}" %{ if true }\n*/ {{ x }} `id` $(id) \\'


def files(**changes: Any) -> dict[str, str]:
    """What is rendered under tofu/ for one project."""
    made = rendered(typed(project(title=HOSTILE), **changes))
    return {path: text for path, text in made.items() if path.startswith("tofu/")}


@pytest.mark.parametrize("changes", SITES.values(), ids=SITES)
def test_every_file_is_right_for_hashicorps_parser(changes: dict[str, Any]) -> None:
    for path, text in files(**changes).items():
        if path.endswith(".tf"):
            pygohcl.loads(text)


def test_a_title_arrives_as_it_was_given() -> None:
    said = pygohcl.loads(files()["tofu/projects/climate/main.tf"])
    assert said["module"]["sandbox"]["title"] == HOSTILE


def test_the_state_of_a_project_has_its_own_key_and_no_credentials() -> None:
    said = pygohcl.loads(files()["tofu/projects/climate/terraform.tf"])
    backend = said["terraform"]["backend"]["s3"]
    assert backend["key"] == "projects/climate.tfstate"
    assert not {"access_key", "secret_key", "token"} & set(backend)


def test_people_are_listed_by_role_sorted_and_once() -> None:
    people = [{"name": name, "role": "member"} for name in ("zoe", "ada", "bob")]
    made = rendered(typed(project(members=people)))
    assert 'member = ["ada", "bob", "zoe"]' in made["tofu/projects/climate/main.tf"]


def test_only_the_providers_that_are_needed_are_named() -> None:
    github = files(**GITHUB)["tofu/projects/climate/terraform.tf"]
    assert "github" in github
    assert "gitea" not in github
    assert "keycloak" not in github
    assert "integrations/github" not in files()["tofu/projects/climate/terraform.tf"]


@dataclass(frozen=True)
class Work:
    """A rendered repository, its Git server's folder, and Terraform."""

    repository: Path
    server: Path
    environ: dict[str, str]

    def terraform(self, *words: str) -> subprocess.CompletedProcess[str]:
        folder = self.repository / "tofu/projects/climate"
        return self._run([str(TERRAFORM), f"-chdir={folder}", *words])

    def reconcile(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return self._run([str(self.repository / "tofu/reconcile.sh"), *words], **environ)

    def _run(self, words: list[str], **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            env={**self.environ, **environ},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def render(self, *projects: dict[str, Any], **changes: Any) -> None:
        for file, text in rendered(typed(*projects, **changes)).items():
            path = self.repository / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            if path.suffix == ".sh":
                path.chmod(0o755)
        # State beside the configuration: an S3 server would prove nothing more here.
        override = 'terraform {\n  backend "local" {}\n}\n'
        for folder in (self.repository / "tofu/projects").iterdir():
            (folder / "backend_override.tf").write_text(override)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    if TERRAFORM is None:
        pytest.skip("there is no terraform on this machine")
    server = tmp_path / "server"
    server.mkdir()
    subprocess.run(["git", "init", "--quiet", "--bare", str(server / "climate.git")], check=True)

    def tell(kind: str, name: str, value: dict[str, Any]) -> object:
        address = name in ("clone_url", "http_clone_url")
        return f"{server.as_uri()}/{value['name']}.git" if address else None

    with running(PROVIDERS, tell) as found:
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "TOFU": TERRAFORM,
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": os.devnull,
            **found,
        }
        yield Work(tmp_path / "repository", server, environ)


@pytest.mark.real
@pytest.mark.parametrize("changes", SITES.values(), ids=SITES)
def test_terraform_formats_nothing_and_finds_it_valid(work: Work, changes: dict[str, Any]) -> None:
    work.render(project(title=HOSTILE), **changes)
    form = work.terraform("fmt", "-check", "-diff", "-recursive", "../..")
    assert form.returncode == 0, form.stdout
    assert work.terraform("init", "-backend=false", "-input=false").returncode == 0
    valid = work.terraform("validate", "-no-color")
    assert valid.returncode == 0, valid.stderr


@pytest.mark.real
@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("git.tf", "has_wiki", "has_wikis", "Unsupported argument"),
        ("git.tf", "  name               = var.project\n", "", "Missing required argument"),
        ("git.tf", "gitea_team", "gitea_teams", "Invalid resource type"),
        ("secrets.tf", "token_ttl                        = 900", 'token_ttl = "x"', "a number"),
        ("argocd.tf", "field_manager {", "manager {", "Unsupported block type"),
        ("groups.tf", "keycloak_realm.project.id", "keycloak_realm.project.x", "Unsupported"),
        ("seed.tf", "clone_url", "address", "Unsupported attribute"),
    ],
)
def test_the_stand_ins_refuse_what_a_provider_would(
    work: Work, file: str, old: str, new: str, said: str
) -> None:
    work.render(project())
    path = work.repository / "tofu/modules/sandbox" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    work.terraform("init", "-backend=false", "-input=false")
    valid = work.terraform("validate", "-no-color")
    assert valid.returncode != 0
    assert said in valid.stderr


@pytest.mark.real
def test_a_project_is_made_seeded_once_and_follows_its_people(work: Work) -> None:
    work.render(project())
    made = work.reconcile("apply")
    assert made.returncode == 0, made.stdout + made.stderr
    bare = work.server / "climate.git"
    head = _git(bare, "rev-parse", "main")
    assert _git(bare, "ls-tree", "-r", "--name-only", "main") == "apps/.gitkeep"

    work.render(project(members=[{"name": "ada", "role": "admin"}]))
    planned = work.reconcile("plan", "climate")
    assert planned.returncode == 0, planned.stderr
    assert '- "blaise"' in planned.stdout
    assert work.reconcile("apply").returncode == 0
    assert _git(bare, "rev-parse", "main") == head
    assert "No changes" in work.reconcile("plan").stdout


@pytest.mark.real
def test_what_deletes_is_refused_until_somebody_approves_it(work: Work) -> None:
    work.render(project())
    assert work.reconcile("apply").returncode == 0
    (work.repository / "projects/climate/argocd/tenancy.yaml").unlink()
    refused = work.reconcile("apply")
    assert refused.returncode == 3
    assert 'kubernetes_manifest.argocd["tenancy.yaml"] will be destroyed' in refused.stderr
    other = work.reconcile("apply", APPROVED_DELETIONS="other climates")
    assert other.returncode == 3
    approved = work.reconcile("apply", APPROVED_DELETIONS="other climate")
    assert approved.returncode == 0, approved.stderr
    assert "No changes" in work.reconcile("plan").stdout


@pytest.mark.real
def test_a_project_that_is_over_is_removed_by_a_plan_that_somebody_approved(work: Work) -> None:
    work.render(project(ended="2026-11-01"))
    assert work.reconcile("apply").returncode == 0
    state = work.repository / "tofu/projects/climate/terraform.tfstate"
    before = state.read_bytes()
    refused = work.reconcile("remove", "climate")
    assert refused.returncode == 3
    assert "gitea_repository.project will be destroyed" in refused.stderr
    assert "keycloak_group_memberships" in refused.stderr
    assert state.read_bytes() == before
    assert work.reconcile("remove").returncode == 2
    done = work.reconcile("remove", "climate", APPROVED_DELETIONS="climate")
    assert done.returncode == 0, done.stderr
    assert '"resources": []' in state.read_text()


@pytest.mark.real
def test_a_project_that_fails_does_not_stop_the_others(work: Work) -> None:
    subprocess.run(["git", "init", "-q", "--bare", str(work.server / "zebra.git")], check=True)
    work.render(project("climate"), project("zebra"))
    (work.repository / "tofu/projects/climate/main.tf").write_text("broken {\n")
    ran = work.reconcile("apply")
    assert ran.returncode == 1
    assert "climate failed" in ran.stderr
    assert (work.repository / "tofu/projects/zebra/terraform.tfstate").is_file()


@pytest.mark.real
def test_the_example_that_is_printed_is_valid_too(work: Work, tmp_path: Path) -> None:
    printed = run("blueprint", "spec", "sandbox")
    (tmp_path / "s.yaml").write_text(printed.out)
    done = run("blueprint", "render", str(tmp_path / "s.yaml"), "--out", str(work.repository))
    assert done.code == 0, done.err
    form = work.terraform("fmt", "-check", "-diff", "-recursive", "../..")
    assert form.returncode == 0, form.stdout
    assert work.terraform("init", "-backend=false", "-input=false").returncode == 0
    assert work.terraform("validate", "-no-color").returncode == 0


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()
