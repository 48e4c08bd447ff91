"""The state of a Terragrunt unit would be lost by a move, is another's too, or lies open.

Looks at `remote_state` of every `terragrunt.hcl` with what it includes, and at backends in files
that are generated: the key is data and not made from the folder's path
(`path_relative_to_include()`), no two units have the same, and where the repository was rendered
before (`.tutela-base`) each unit still has the key that it had. The state is encrypted, by OpenTofu
(`encryption`) or by the store (`encrypt = true`), and locked (`use_lockfile = true` or a table).

OpenTofu makes a second of everything that it finds no state for. Two units with one key delete
each other's resources. The state holds secrets in plain text.

Write the key into the cluster's data and leave it as it is whatever moves; where it has to change,
move the state first: `tofu init -migrate-state`.
"""

from collections.abc import Iterator

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.held import Held
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.tofu.states import State, states
from blueprints.check.tofu.terragrunt import units
from blueprints.check.tofu.values import Placed, Unknown
from blueprints.display import visible

ID = "tofu-state"
LEVEL = Level.ERROR

_FROM_PATH = ("path_relative_to_include", "get_path_from_repo_root", "path_relative_from_include")
_LOCKS = {"s3": ("use_lockfile", "dynamodb_table"), "http": ("lock_address",)}
"""Backends that lock only when they are told to; the others always do, or never."""
_NEVER = ("local",)
_ENCRYPTS = ("encrypt", "kms_key_id", "kms_encryption_key", "encryption_key", "sse_customer_key")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every state that is not safe, unit by unit."""
    known = states(repo)
    keys: dict[tuple[str, str, str], str] = {}
    told: set[tuple[str, int, str]] = set()
    for folder, unit in units(repo).items():
        state = known.get(folder)
        if state is None:
            yield _finding(unit.file, 1, "nothing says where its state is: it stays in the job")
            continue
        if state.problem:
            hint = "write the key into the cluster's data"
            yield _finding(unit.file, 1, f"the state has no key: {state.problem}", hint)
            continue
        for line, message, hint in _safe(repo, state):
            if (state.file, line, message) not in told:
                told.add((state.file, line, message))
                yield _finding(state.file, line, message, hint)
        if isinstance(state.key, Unknown):
            yield NotChecked(ID, f"the key of {folder} is known to a run only", unit.file)
        if state.place is not None and not isinstance(state.key, Placed):
            other = keys.setdefault(state.place, folder)
            if other != folder:
                message = f"the state's key {state.key} is that of {other} too"
                yield _finding(unit.file, 1, message, "give each unit a key of its own")
    yield from _moved(repo, known)


def _finding(file: str, line: int, message: str, hint: str = "") -> Finding:
    return Finding(file, line, ID, visible(message), LEVEL, visible(hint))


def _safe(repo: Repository, state: State) -> Iterator[tuple[int, str, str]]:
    backend = state.backend
    hint = "write the key into the cluster's data and read it from there"
    if state.key is None and backend not in ("http", "remote", "cloud"):
        yield state.line, "the state has no key", hint
    if isinstance(state.key, Placed) or (isinstance(state.key, Unknown) and _by_path(repo, state)):
        message = "the state's key is made from the folder's path: who moves the folder loses it"
        yield state.line, message, hint
    if backend in _NEVER:
        yield state.line, "the state lies on the disk of the job", "take a backend that all share"
        return
    if not state.encrypted and not any(
        state.settings.get(one) not in (None, False, "") for one in _ENCRYPTS
    ):
        hint = "add encrypt = true, or OpenTofu's encryption"
        yield state.line, "the state is not encrypted", hint
    locks = _LOCKS.get(backend, ())
    if locks and not any(state.settings.get(one) not in (None, False, "") for one in locks):
        yield state.line, "the state is not locked while it is changed", f"set {locks[0]}"


def _by_path(repo: Repository, state: State) -> bool:
    """Whether the line of a key that only a run could tell speaks of the folder's path."""
    lines = repo.text(state.file).split("\n")
    return any(one in lines[state.line - 1] for one in _FROM_PATH)


def _moved(repo: Repository, known: dict[str, State]) -> Iterator[Finding | NotChecked]:
    """Keys that are not those of the last render."""
    from blueprints.engine.base import read
    from blueprints.errors import ExpectedError

    try:
        held = read(repo.folder)
    except (ExpectedError, OSError):
        yield NotChecked(ID, "whether keys have moved is not known: the base cannot be read")
        return
    if not any(path.endswith(".hcl") for path in held):
        return
    base = states(Held(held))
    used = {state.place for state in known.values()}
    for name, before in base.items():
        now = known.get(name)
        if now is None or before.place is None or now.place is None:
            continue
        if before.place != now.place:
            message = f"the state's key was {before.key} and is {now.key}"
            elsewhere = "" if before.place not in used else ", which another unit has now"
            hint = "tofu init -migrate-state in the unit, before anything is applied"
            yield _finding(now.unit.file, 1, message + elsewhere, hint)
