"""Which parts of a policy need evidence that a listing does not give."""

from collections.abc import Iterator
from dataclasses import dataclass

from governance.decide.protection import parse_root
from governance.evidence.roots import ROOTS, SOURCE_WORDS
from governance.policy.parse import Source


@dataclass(frozen=True)
class Need:
    """A place in a policy that needs a source of evidence."""

    at: str
    """file:line."""
    source: str
    """What the source is called under `evidence` in tutela.yaml."""
    text: str


def needs_of(source: Source) -> Iterator[Need]:
    """Yield every need of a policy, in the order of the file's parts."""
    policy, lines = source.policy, source.lines
    for index, name in enumerate(policy.evidence.require):
        at = lines.at("evidence", "require", index)
        yield Need(
            at,
            SOURCE_WORDS.get(name, name).partition(":")[0],
            f"nothing in scope may go without {name}",
        )
    for index, protect in enumerate(policy.protect):
        at = lines.at("protect", index)
        kinds = [kind for root in protect.roots for kind in ROOTS.get(parse_root(root).kind, ())]
        for kind in dict.fromkeys(kinds):
            text = f"nothing in scope may go until {kind} says what {protect.id} protects"
            yield Need(at, kind, text)
    for index, rule in enumerate(policy.rules):
        where = ("rules", index)
        asked = (
            ("run.status", rule.match.run_status, "mlflow"),
            ("tags", rule.match.tags, "mlflow"),
            ("state", rule.match.state, "mlflow"),
        )
        for key, value, name in asked:
            if value is not None:
                text = f"rule {rule.id} keeps all that it may be about: {key} needs {name}"
                yield Need(lines.at(*where, "match", key), name, text)
        if rule.keep is not None and rule.keep.best is not None:
            text = f"rule {rule.id} lets nothing go: best needs the metrics of mlflow"
            yield Need(lines.at(*where, "keep", "best"), "mlflow", text)
        if rule.then is not None and rule.then.if_ is not None:
            for name, what in (("code", "commits"), ("images", "container images")):
                text = f"rule {rule.id}: {rule.then.if_} needs {name} to know which {what} exist"
                yield Need(lines.at(*where, "then", "if"), name, text)
