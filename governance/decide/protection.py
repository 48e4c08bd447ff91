"""What the roots of policies need: which artifacts they protect, and through which claims.

`protect` makes the tables

`shields`    shield INTEGER, policy INTEGER, id, at VARCHAR, roots VARCHAR[] (their kinds): every
             `protect` of every policy, and for each policy one more, for the roots that protect
             although it names none of them
`shielded`   fact BIGINT, shield INTEGER, level INTEGER, root, last BIGINT: artifacts that a shield
             protects; `root` is the claim that begins the shortest way, `last` the one that ends
             it. How the ways run is in the tables `reached_N` (see `closure`), N = `reaches.reach`
`reaches`    shield INTEGER, reach INTEGER
`chosen`     reach INTEGER, claim BIGINT: the claims that are its roots
`newer`      fact BIGINT, step BIGINT, claim BIGINT: saves newer than their trainer's pointer
`covered`    fact BIGINT: blobs of stores all of whose users are registered
`rooted`     claim BIGINT, words VARCHAR: how the claims in `shielded` and `newer` read
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb
import pyarrow as pa

from governance.decide.closure import reach
from governance.decide.engine import quote
from governance.decide.pins import micros
from governance.decide.places import inside, node, within
from governance.evidence.roots import ALWAYS
from governance.policy.durations import parse_duration
from governance.policy.globs import ESCAPE, like
from governance.policy.model import Policy, Protect
from governance.policy.parse import Source

IMPLIED = "needed"
"""Id of the protection that a policy has without saying so."""
_ROOT = re.compile(r"(?P<kind>[a-z0-9_.-]+)(\((?P<glob>.*)\))?")


@dataclass(frozen=True)
class Root:
    """One root of a policy: `mlflow.alias(production)`."""

    kind: str
    glob: str

    @property
    def condition(self) -> str:
        """The SQL condition on the table `roots`, without times."""
        said = f"root = {quote(self.kind)}"
        if self.glob in ("", "*") or self.kind == "read.within":
            return said
        parts = ["root_name"]
        if self.kind in ("mlflow.alias", "mlflow.version"):
            sign = "@" if self.kind == "mlflow.alias" else "/"
            cut = f"strpos(reverse(root_name), '{sign}')"
            parts += [
                f"right(root_name, greatest({cut} - 1, 0))",
                f"left(root_name, length(root_name) - {cut})",
            ]
        named = (f"{part} LIKE {quote(like(self.glob))} ESCAPE {quote(ESCAPE)}" for part in parts)
        # What has no name cannot be left out by one.
        return f"{said} AND (root_name IS NULL OR {' OR '.join(named)})"


def parse_root(text: str) -> Root:
    """Return a root as `governance.policy.model` let it pass."""
    found = _ROOT.fullmatch(text)
    return Root(found["kind"], found["glob"] or "") if found else Root(text, "")


def shields_of(policy: Policy) -> list[Protect]:
    """Return what a policy protects, last the roots that protect without being named."""
    named = {parse_root(root).kind for protect in policy.protect for root in protect.roots}
    implied = tuple(root for root in ALWAYS if root not in named)
    return [
        *policy.protect,
        Protect.model_construct(id=IMPLIED, roots=implied, closure="ancestors"),
    ]


def protect(
    connection: duckdb.DuckDBPyConnection, policies: Sequence[Source], now: datetime
) -> list[str]:
    """Make the tables; `policies` in the order of `compile_policies`. Needs `edges`.

    Return in words what could not be followed to its end; nothing may expire then.
    """
    connection.execute(_ROOTS)
    numbers: dict[tuple[frozenset[Root], bool], int] = {}
    problems = []
    shields: list[tuple[int, int, str, str, list[str], int]] = []
    for policy, source in enumerate(policies):
        for index, shield in enumerate(shields_of(source.policy)):
            key = frozenset(map(parse_root, shield.roots)), shield.closure == "ancestors"
            if key not in numbers:
                numbers[key] = len(numbers)
                table = f"reached_{numbers[key]}"
                chosen = _claims(key[0], now)
                connection.execute(
                    f"INSERT INTO chosen SELECT {numbers[key]}, claim FROM ({chosen})"
                )
                if not reach(connection, table, chosen, ancestors=key[1]):
                    problems.append("a chain of claims is too long to follow")
            at = source.lines.at("protect", index) if shield.id != IMPLIED else source.name
            kinds = sorted({root.kind for root in key[0]})
            shields.append((len(shields), policy, shield.id, at, kinds, numbers[key]))
    _tables(connection, shields)
    connection.execute(_SHIELDED.format(ways=_ways(range(len(numbers)))))
    return problems


def _claims(roots: frozenset[Root], now: datetime) -> str:
    conditions = []
    for root in sorted(roots, key=lambda one: (one.kind, one.glob)):
        condition = root.condition
        if root.kind == "read.within":
            span = parse_duration(root.glob).delta if root.glob else timedelta(days=36500)
            condition += f" AND (since IS NULL OR epoch_us(since) > {micros(now - span)})"
        conditions.append(f"({condition})")
    return f"SELECT claim FROM roots WHERE {' OR '.join(conditions) or '1 = 0'}"


def _tables(
    connection: duckdb.DuckDBPyConnection,
    shields: Sequence[tuple[int, int, str, str, list[str], int]],
) -> None:
    schema = pa.schema(
        [
            ("shield", pa.int32()),
            ("policy", pa.int32()),
            ("id", pa.string()),
            ("at", pa.string()),
            ("roots", pa.list_(pa.string())),
            ("reach", pa.int32()),
        ]
    )
    rows = [dict(zip(schema.names, shield, strict=True)) for shield in shields]
    connection.register("incoming", pa.Table.from_pylist(rows, schema=schema))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE shields AS"
        ' SELECT shield, policy, id, "at", roots FROM incoming;'
        "CREATE OR REPLACE TEMP TABLE reaches AS SELECT shield, reach FROM incoming"
    )
    connection.unregister("incoming")


def _ways(numbers: range) -> str:
    """Artifacts that were reached."""
    if not numbers:
        return (
            "SELECT 0 AS reach, CAST(0 AS BIGINT) AS fact, 0 AS level,"
            " CAST(0 AS BIGINT) AS root, CAST(0 AS BIGINT) AS last WHERE 1 = 0"
        )
    selects = (
        f"SELECT {number} AS reach, p.fact, r.level, r.root, r.last"
        f" FROM reached_{number} r JOIN placed p ON p.node = r.node"
        for number in numbers
    )
    return "\nUNION ALL\n".join(selects)


_ROOTS = """
CREATE OR REPLACE TEMP TABLE roots AS
SELECT claim, root, root_name, since FROM claims WHERE root IS NOT NULL;
CREATE OR REPLACE TEMP TABLE chosen (reach INTEGER, claim BIGINT);
"""

_NEWER = inside(
    f"SELECT {node('target')} AS dir, struct_pack(step := step, claim := claim) AS value"
    " FROM claims WHERE relation = 'newer' AND step IS NOT NULL"
)
_COVERED = inside(
    f"SELECT {node('target')} AS dir, target AS value FROM claims"
    " WHERE relation = 'covers' AND trusted"
)

_SHIELDED = f"""
CREATE OR REPLACE TEMP TABLE ways AS {{ways}};
CREATE OR REPLACE TEMP TABLE shielded AS
SELECT w.fact, s.shield, w.level, w.root, w.last FROM ways w JOIN reaches s ON s.reach = w.reach;
DROP TABLE ways;
CREATE OR REPLACE TEMP TABLE newer AS
SELECT f.fact, MIN(n.value.step) AS step, ARG_MIN(n.value.claim, n.value.step) AS claim
FROM ({_NEWER}) n JOIN facts f ON f.fact = n.fact
WHERE f.step > n.value.step OR (f.step IS NULL AND f.kind = 'checkpoint')
GROUP BY f.fact;
CREATE OR REPLACE TEMP TABLE covered AS
SELECT DISTINCT c.fact FROM ({_COVERED}) c JOIN facts f ON f.fact = c.fact
WHERE {within("f.uri", "c.value")};
CREATE OR REPLACE TEMP TABLE rooted AS
SELECT claim, words FROM claims SEMI JOIN (
    SELECT root AS told FROM shielded UNION SELECT last FROM shielded UNION SELECT claim FROM newer
) AS used ON used.told = claims.claim;
"""
