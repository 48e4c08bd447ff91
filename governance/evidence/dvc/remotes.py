"""Where DVC's remotes are: what `.dvc/config` says, read as text and never acted upon.

Sources: dvc `config.py` and `config_schema.py` (sections `['remote "NAME"']`, keys `url`,
`version_aware`, `worktree`, `cache.dir`), `fs/__init__.py` (`remote://NAME/path`),
`data_cloud.py` (`files/md5/` in a remote; a worktree remote has it in `.dvc/`), dvc_objects `db.py`
(two digits, then the rest).
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from governance.evidence.claim import place
from governance.evidence.dvc.pointers import Blob

MOST_CONFIG = 1 << 20
DEEPEST_REMOTE = 5
"""Remotes that are named by remotes (`remote://other/path`)."""

_SECTION = re.compile(r"\[\s*(['\"]?)(.*)\1\s*\]")
_REMOTE = re.compile(r"remote\s+[\"']?(.+?)[\"']?")
_KEY = re.compile(r"([A-Za-z_]\w*)\s*=\s*(.*)")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")


@dataclass(frozen=True, slots=True)
class Setting:
    """One remote as one version of the configuration has it."""

    name: str
    url: str
    home: str | None
    """The folder that a relative URL starts from; null where nobody knows where it was."""
    versioned: bool = False
    worktree: bool = False


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote whose place is known."""

    name: str
    place: str
    """`s3://bucket/prefix` or `file:///path`, without a last `/`."""
    versioned: bool
    """It keeps files under their own names, as versions."""
    worktree: bool

    def places(self, blob: Blob) -> Iterator[str]:
        """Yield where content lies if it lies here at all."""
        tail = f"{blob.value[:2]}/{blob.value[2:]}" + (".dir" if blob.folder else "")
        if blob.legacy:
            yield f"{self.place}/{tail}"
        elif self.worktree:
            yield f"{self.place}/.dvc/files/{blob.algorithm}/{tail}"
        elif not self.versioned:
            yield f"{self.place}/files/{blob.algorithm}/{tail}"


def settings_of(text: str, home: str | None) -> tuple[list[Setting], list[str]]:
    """Return the remotes that a `.dvc/config` names, and the folders of caches (`cache.dir`)."""
    values: dict[str, dict[str, str]] = {}
    caches: list[str] = []
    section = ""
    for line in text.splitlines():
        line = line.strip()
        if match := _SECTION.fullmatch(line):
            section = match[2].strip()
        elif (match := _KEY.fullmatch(line)) and (value := _value(match[2])):
            remote = _REMOTE.fullmatch(section)
            if remote:
                values.setdefault(remote[1], {})[match[1].lower()] = value
            elif section.lower() == "cache" and match[1].lower() == "dir":
                caches.append(value)
    settings = [
        Setting(
            name,
            keys["url"],
            home,
            versioned=_is_true(keys.get("version_aware")) or _is_true(keys.get("worktree")),
            worktree=_is_true(keys.get("worktree")),
        )
        for name, keys in values.items()
        if "url" in keys
    ]
    return settings, [where for cache in caches if (where := _local(cache, home))]


def _value(text: str) -> str:
    quoted = _QUOTED.match(text)
    if quoted:
        return quoted[1] if quoted[1] is not None else quoted[2]
    return text.partition(" #")[0].strip()


def _is_true(text: str | None) -> bool:
    return (text or "").lower() in ("true", "yes", "on", "1")


class Remotes:
    """All remotes that any version of the configuration names."""

    def __init__(self, settings: Iterable[Setting]) -> None:
        self._settings = sorted(set(settings), key=lambda one: (one.name, one.url, one.home or ""))
        found = {
            Remote(one.name, where, one.versioned, one.worktree)
            for one in self._settings
            for where in self._resolve(one.url, one.home, 0)
        }
        self.known = sorted(found, key=lambda one: (one.place, one.name, one.versioned))
        self.elsewhere = sorted(
            {one.name for one in self._settings} - {one.name for one in self.known}
        )
        """Names of those that are in no store that tutela knows (ssh, gs, ..), or nobody knows."""

    def places(self, blob: Blob) -> list[str]:
        """Return where content lies, in any remote, each place once."""
        return list(dict.fromkeys(where for one in self.known for where in one.places(blob)))

    def prefixes(self) -> list[str]:
        """Return the places of all remotes."""
        return list(dict.fromkeys(one.place for one in self.known))

    def copies(self, remote: str, key: str) -> list[str]:
        """Return the places of a file in the version-aware remotes of this name."""
        if key.startswith("../") or posixpath.isabs(key) or "://" in key:
            return []
        return list(dict.fromkeys(f"{one.place}/{key}" for one in self.known if one.name == remote))

    def url(self, url: str, home: str | None) -> list[str]:
        """Return the places of a URL or path as outs and dependencies have them."""
        return list(dict.fromkeys(self._resolve(url, home, 0)))

    def _resolve(self, url: str, home: str | None, depth: int) -> Iterator[str]:
        scheme, separator, rest = url.partition("://")
        if separator and scheme == "remote":
            name, _, tail = rest.partition("/")
            if depth < DEEPEST_REMOTE:
                for one in self._settings:
                    if one.name == name:
                        for base in self._resolve(one.url, one.home, depth + 1):
                            yield from _placed(f"{base}/{tail}" if tail else base)
        elif separator:
            yield from _placed(url)
        else:
            local = _local(url, home)
            if local is not None:
                yield from _placed(local)


def _placed(url: str) -> Iterator[str]:
    found = place(url)
    if found is not None:
        yield found.rstrip("/")


def _local(path: str, home: str | None) -> str | None:
    if posixpath.isabs(path):
        return posixpath.normpath(path)
    return posixpath.normpath(posixpath.join(home, path)) if home is not None else None
