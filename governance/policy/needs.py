"""Which parts of a policy need evidence that a listing does not give."""

from collections.abc import Iterator
from dataclasses import dataclass

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
        yield Need(at, name.partition(":")[0], f"nothing in scope may go without {name}")
    for index, protect in enumerate(policy.protect):
        at = lines.at("protect", index)
        for root in dict.fromkeys(
            root.partition(".")[0].partition("(")[0] for root in protect.roots
        ):
            text = f"nothing in scope may go until {root} says what {protect.id} protects"
            yield Need(at, root, text)
    for index, rule in enumerate(policy.rules):
        where = ("rules", index)
        asked = (
            ("run.status", rule.match.run_status, "mlflow"),
            ("tags", rule.match.tags, "tags"),
            ("state", rule.match.state, "state"),
        )
        for key, value, name in asked:
            if value is not None:
                text = f"rule {rule.id} keeps all that it may be about: {key} needs {name}"
                yield Need(lines.at(*where, "match", key), name, text)
        if rule.keep is not None and rule.keep.best is not None:
            text = f"rule {rule.id} lets nothing go: best needs the metrics of mlflow"
            yield Need(lines.at(*where, "keep", "best"), "mlflow", text)
        if rule.then is not None and rule.then.if_ is not None:
            text = f"rule {rule.id}: its then needs lineage to know what is {rule.then.if_}"
            yield Need(lines.at(*where, "then", "if"), "lineage", text)
