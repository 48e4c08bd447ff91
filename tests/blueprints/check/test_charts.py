import time
from pathlib import Path

import pytest

from blueprints.check.charts import alone, folder_of, joined, releases
from blueprints.check.repository import Repository
from tests.blueprints.check.places import repository

CHART = "apiVersion: v2\nname: other-name\nversion: 1.0.0\n"
TEMPLATE = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  a: {{ .Values.a | quote }}
  b: {{ .Values.b | quote }}
"""
SETTINGS = "version: 1\nrepositories: {'https://git.example.org/team/apps.git': tenant}\n"
FILES: dict[str, str | bytes] = {
    ".tutela-check.yaml": SETTINGS,
    "tenant/charts/web/Chart.yaml": CHART,
    "tenant/charts/web/values.yaml": "a: own\nb: own\n",
    "tenant/charts/web/values-prod.yaml": "b: prod\n",
    "tenant/charts/web/templates/map.yaml": TEMPLATE,
    "tenant/charts/web/templates/NOTES.txt": "Thank you\n",
}


def application(helm: str, path: str = "charts/web", url: str = "Team/apps") -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
        "metadata: {name: shop, namespace: argocd}\n"
        f"spec:\n  source:\n    repoURL: https://git.example.org/{url}\n    path: {path}\n"
        f"    helm: {helm}\n  destination: {{namespace: shop-prod}}\n"
    )


def values(repo: Repository) -> list[tuple[str, object, object]]:
    return [
        (one.name, one.data["data"]["a"], one.data["data"]["b"])
        for one in repo.of_kind("ConfigMap")
        if one.rendered_from
    ]


def test_a_chart_that_nobody_names_is_rendered_with_its_own_values(tmp_path: Path) -> None:
    repo = repository(tmp_path, FILES)
    (one,) = repo.of_kind("ConfigMap")
    assert values(repo) == [("release", "own", "own")]
    assert one.file == "tenant/charts/web/templates/map.yaml"
    assert one.rendered_from == "tenant/charts/web"
    assert one.release_namespace == "default"
    assert one.line_of("data") == 0
    assert alone(repo.renderings) == {"tenant/charts/web"}


@pytest.mark.parametrize(
    ("helm", "rendered"),
    [
        ("{}", ("shop", "own", "own")),
        ("{releaseName: till}", ("till", "own", "own")),
        ("{valueFiles: [values-prod.yaml]}", ("shop", "own", "prod")),
        ("{valueFiles: [/tenant/charts/web/values-prod.yaml]}", ("shop", "own", "prod")),
        ("{valueFiles: [values-prod.yaml], values: 'b: text'}", ("shop", "own", "text")),
        ("{valuesObject: {b: object}, valueFiles: [values-prod.yaml]}", ("shop", "own", "object")),
        ("{valueFiles: [x.yaml], ignoreMissingValueFiles: true}", ("shop", "own", "own")),
        ("{valuesObject: {b: x}, parameters: [{name: b, value: p}]}", ("shop", "own", "p")),
        ("{parameters: [{name: b, value: '12', forceString: true}]}", ("shop", "own", "12")),
        ("{parameters: [{name: b, value: '12'}]}", ("shop", "own", "12")),
    ],
)
def test_an_application_gives_its_values(
    tmp_path: Path, helm: str, rendered: tuple[str, str, str]
) -> None:
    repo = repository(tmp_path, {**FILES, "app.yaml": application(helm)})
    assert [one.error for one in repo.renderings] == [""]
    assert values(repo) == [rendered]
    assert repo.of_kind("ConfigMap")[0].release_namespace == "shop-prod"
    assert alone(repo.renderings) == frozenset()


def test_each_application_is_a_rendering(tmp_path: Path) -> None:
    apps = application("{}") + "---\n" + application("{releaseName: two}")
    repo = repository(tmp_path, {**FILES, "app.yaml": apps})
    assert [name for name, _, _ in values(repo)] == ["shop", "two"]


@pytest.mark.parametrize(
    ("helm", "words"),
    [
        ("{valueFiles: [missing.yaml]}", "no such file of values: missing.yaml"),
        ("{valueFiles: [../../../../../etc/passwd]}", "no such file of values"),
        ("{values: '['}", "the values are not YAML"),
        ("{values: '- 1'}", "the values are no mapping"),
        ("{values: 7}", "the values are no mapping"),
    ],
)
def test_what_cannot_be_rendered_says_why(tmp_path: Path, helm: str, words: str) -> None:
    repo = repository(tmp_path, {**FILES, "app.yaml": application(helm)})
    (one,) = repo.renderings
    assert words in one.error
    assert values(repo) == []


def test_a_template_that_fails_says_why_in_helms_words(tmp_path: Path) -> None:
    files = {**FILES, "tenant/charts/web/templates/x.yaml": '{{ fail "not so" }}'}
    (one,) = repository(tmp_path, files).renderings
    assert "not so" in one.error


def test_a_template_without_end_is_ended_and_the_next_is_rendered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blueprints.check.charts.SECONDS", 6.0)
    files = {
        **FILES,
        "evil/Chart.yaml": CHART,
        "evil/templates/a.yaml": "{{ range $i := until 2000000000 }}{{ $i }}{{ end }}",
        "forever/Chart.yaml": CHART,
        "forever/templates/a.yaml": '{{ define "a" }}{{ range until 100000 }}'
        '{{ range until 100000 }}{{ end }}{{ end }}{{ end }}{{ template "a" }}',
    }
    start = time.monotonic()
    evil, forever, good = repository(tmp_path, files).renderings
    assert "more memory than there is" in evil.error or "longer than" in evil.error
    assert "longer than 6 seconds" in forever.error
    assert good.error == ""
    assert time.monotonic() - start < 40


def test_links_and_programs_of_a_chart_reach_nothing(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("private: yes\n")
    repo_folder = tmp_path / "repo"
    template = (
        'a: {{ .Files.Get "link" | quote }}\n'
        'b: {{ .Files.Get "../outside" | quote }}\n'
        'c: {{ (lookup "v1" "Secret" "" "").items | toYaml | quote }}\n'
        'd: {{ getHostByName "example.org" | quote }}\n'
    )
    files: dict[str, str | bytes] = {"Chart.yaml": CHART, "templates/a.yaml": template}
    repository(repo_folder, files)
    (repo_folder / "link").symlink_to(tmp_path / "outside")
    (one,) = Repository(repo_folder).renderings
    assert one.error == ""
    (text,) = one.manifests.values()
    assert text.split() == ["a:", '""', "b:", '""', "c:", '"null"', "d:", '""']


def test_charts_in_charts_are_part_of_them(tmp_path: Path) -> None:
    files = {**FILES, "tenant/charts/web/charts/sub/Chart.yaml": CHART}
    repo = repository(tmp_path, files)
    assert repo.charts == ("tenant/charts/web", "tenant/charts/web/charts/sub")
    assert [one.chart for one in releases(repo)] == ["tenant/charts/web"]


@pytest.mark.parametrize(
    ("top", "path", "plain"),
    [
        ("a", "b/c", "a/b/c"),
        ("a", "./b//c/", "a/b/c"),
        ("a", "b/../c", "a/c"),
        ("a", "../b", None),
        ("", "..", None),
        ("a", "", "a"),
        ("", ".", ""),
    ],
)
def test_paths_never_lead_out(top: str, path: str, plain: str | None) -> None:
    assert joined(top, path) == plain


def test_addresses_of_one_repository_are_known_in_any_spelling(tmp_path: Path) -> None:
    repo = repository(tmp_path, FILES)
    for url in ("https://git.example.org/team/apps", "https://git.example.org/Team/apps.git/"):
        assert folder_of(repo, url) == "tenant"
    assert folder_of(repo, "https://git.example.org/team/other") is None
