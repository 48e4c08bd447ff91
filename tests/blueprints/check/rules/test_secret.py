from pathlib import Path

from blueprints.check.finding import Finding, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.rules import secret
from blueprints.check.rules.secret import check
from tests.blueprints.check.places import repository, write
from tests.blueprints.check.secrets.planted import FORMS
from tests.labs.git_lab import GitFolder


def told(repo: Repository) -> list[tuple[str, int, str]]:
    found = list(check(repo, repo.settings))
    assert all(isinstance(one, Finding) for one in found), found
    return sorted((one.file, one.line, one.message) for one in found if isinstance(one, Finding))


def test_every_planted_secret_is_found_on_its_line(tmp_path: Path) -> None:
    files = {f"{n}.txt": f"one\ntwo {text}\n" for n, text in enumerate(FORMS.values())}
    found = told(repository(tmp_path, files))
    assert {file for file, _, _ in found} == set(files)
    assert {line for _, line, _ in found} <= {2, 3}  # a block of YAML starts below its key


def test_no_value_is_ever_shown(tmp_path: Path) -> None:
    folder = GitFolder.init(tmp_path)
    files = {f"{n}.txt": text + "\n" for n, text in enumerate(FORMS.values())}
    folder.commit("one", files)
    for name in list(files)[::2]:
        (tmp_path / name).unlink()
    shown = repr(list(check(repo := Repository(tmp_path), repo.settings)))
    for text in FORMS.values():
        words = [word for word in text.replace('"', " ").split() if len(word) > 20]
        assert not any(word in shown for word in words)


def test_the_history_is_searched_and_tells_nothing_twice(tmp_path: Path) -> None:
    folder = GitFolder.init(tmp_path)
    token = FORMS["a GitHub token"]
    first = folder.commit("one", {"a": token, "b": token + "\n", "keep": f"{token} \n"})
    folder.commit("two", {"b": "gone\n"})
    write(tmp_path, {"c": f"  {token}"})
    (tmp_path / "a").unlink()
    repo = Repository(tmp_path)
    commit = first[:12] if first else folder.run("rev-parse", "HEAD~1")[:12]
    assert told(repo) == [
        (
            "a",
            0,
            f"a GitHub token in the Git history (commit {folder.run('rev-parse', 'HEAD')[:12]})",
        ),
        ("b", 0, f"a GitHub token in the Git history (commit {commit})"),
        ("c", 1, "a GitHub token"),
        ("keep", 1, "a GitHub token"),
    ]


def test_values_of_a_secret_have_their_lines(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  password: aHVudGVyMg==\n"
    assert told(repository(tmp_path, {"a.yaml": text})) == [
        ("a.yaml", 5, 'a value under "password" in the Secret s')
    ]


def test_a_file_that_is_too_large_is_named(tmp_path: Path) -> None:
    repo = repository(tmp_path, {"a": b"\0" * (secret.MOST_FILE + 1)})
    assert list(check(repo, repo.settings)) == [NotChecked("secret", "larger than 16 MiB", "a")]


def test_one_file_is_not_told_of_without_end(tmp_path: Path) -> None:
    text = "".join(f"line {FORMS['a GitHub token']}\n" for _ in range(1000))
    assert len(told(repository(tmp_path, {"a": text}))) == 100
