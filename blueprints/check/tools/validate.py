"""What terraform and tofu have in common: `fmt -check`, and `init` with `validate -json`."""

import json
import posixpath
from collections.abc import Iterator

from blueprints.check.documents import at, items, text
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.tools.sarif import in_repository
from blueprints.check.tools.tool import Running


def has_files(repo: Repository, endings: tuple[str, ...]) -> bool:
    """Whether any file ends so."""
    return any(path.endswith(endings) for path in repo.files)


def fmt(name: str, repo: Repository, tool: Running) -> Iterator[Finding | NotChecked]:
    """Yield a finding for each file that is not in canonical form, or that is no HCL."""
    ran = tool("fmt", "-check", "-recursive", "-list=true", "-write=false", str(tool.copy))
    # 3: some files are not in form; 2: some cannot be parsed, which is told on standard error.
    if ran.code not in (0, 2, 3):
        yield NotChecked(name, ran.last_words)
    for line in ran.out.splitlines():
        file = in_repository(_from_scratch(line.strip(), tool), repo, tool.copy)
        if file:
            hint = f"{name} fmt {file}"
            yield Finding(file, 0, name, "is not in canonical form", Level.WARNING, hint)
    if ran.code == 2:
        yield Finding("", 0, name, f"some files cannot be parsed: {ran.last_words}")


def _from_scratch(path: str, tool: Running) -> str:
    """A path that is relative to where the tool ran."""
    return posixpath.normpath(posixpath.join(str(tool.scratch), path))


def validate(
    name: str, endings: tuple[str, ...], repo: Repository, tool: Running
) -> Iterator[Finding | NotChecked]:
    """Yield what is wrong in each folder of configuration; needs its providers."""
    folders = sorted({posixpath.dirname(path) for path in repo.files if path.endswith(endings)})
    for folder in folders:
        here = f"-chdir={tool.copy / folder}"
        ran = tool(here, "init", "-backend=false", "-input=false", "-no-color")
        if ran.code:
            yield NotChecked(name, f"init of {folder or '.'}: {ran.last_words}", folder)
            continue
        ran = tool(here, "validate", "-json")
        for one in items(json.loads(ran.out), "diagnostics"):
            line = at(one, "range", "start", "line")
            file = posixpath.normpath(posixpath.join(folder, text(one, "range", "filename")))
            words = f"{text(one, 'summary')}: {' '.join(text(one, 'detail').split())}"
            level = Level.ERROR if text(one, "severity") == "error" else Level.WARNING
            where = file if repo.exists(file) else ""
            yield Finding(where, line if isinstance(line, int) else 0, name, words[:400], level)
