"""Random sources, claims and notes about a random world, edges preferred."""

import hashlib
import random
from datetime import datetime, timedelta
from itertools import pairwise

from tests.governance.decide.oracle import Place
from tests.governance.decide.oracle_graph import ANSWERS, Row

SOURCES = [
    ("mlflow", "lab", 0.95),
    ("mlflow", "two", 0.5),
    ("dvc", "data", 0.95),
    ("jobs", "slurm", 0.9),
    ("serving", "", 0.5),
    ("store", "", 1.0),
    ("store", "other", 0.5),
    ("links", "", 1.0),
    ("code", "", 0.9),
    ("images", "", 0.9),
    ("reads", "audit", 0.5),
]
SPEAKERS = ["mlflow/lab", "mlflow/lab", "mlflow/two", "dvc/data", "jobs/slurm", "links/", "store/"]
"""Sources that claim what they like; the others say what is theirs."""
GLOBS = {
    "mlflow.alias": ["", "(*)", "(TAGm@prod)", "(prod)", "(TAGm)", "(nobody@*)"],
    "mlflow.version": ["", "(TAGm/1)", "(1)", "(nobody)"],
    "mlflow.run": ["", "(running)", "(finished)"],
    "dvc.ref": ["", "(refs/heads/*)", "(refs/tags/v?)"],
    "read.within": ["(30d)", "(1y)"],
}
NAMES: dict[str, list[str | None]] = {
    "mlflow.alias": ["TAGm@prod", "TAGm@old", "TAGm", None],
    "mlflow.version": ["TAGm/1", "TAGm/2"],
    "mlflow.run": ["running", "finished"],
    "dvc.ref": ["refs/heads/main", "refs/tags/v1", None],
}


def sources(rng: random.Random, now: datetime) -> list[Row]:
    """Sources that several worlds share; mostly all of them are fine."""
    calm = rng.random() < 0.8
    return [
        # What says that something exists holds nothing up by being late.
        source(
            rng,
            now,
            kind,
            name,
            calm=calm and (kind not in ("code", "images") or rng.random() < 0.8),
        )
        for kind, name, chance in SOURCES
        if rng.random() < chance
    ]


def source(
    rng: random.Random,
    now: datetime,
    kind: str,
    name: str,
    *,
    calm: bool,
    reach: tuple[str, ...] = (),
) -> Row:
    """One source; where it is not calm, it may be old, of the future, cut short or silent."""
    ages = [0, 0, 0, 0, 0, 0, 24, 25, -1] if not calm else [0, 1, 24]
    never = not calm and rng.random() < 0.05
    doubt = not calm and rng.random() < 0.1
    return {
        "key": f"{kind}/{name}",
        "kind": kind,
        "name": name,
        "as_of": None if never else now - timedelta(hours=rng.choice(ages)),
        "trusted": kind != "store",
        "reach": reach,
        "doubts": [("half a page", None)] if doubt else [],
    }


class Teller:
    """Makes claims and notes about the places of one world; nothing of another world is named."""

    def __init__(
        self,
        rng: random.Random,
        tag: str,
        places: list[Place],
        now: datetime,
        only: str | None = None,
    ) -> None:
        """`only`: all that is said is said by this source."""
        self.rng, self.tag, self.now, self.only = rng, tag, now, only
        self.artifacts = [artifact for place in places for artifact in place.artifacts]
        self.objects = [row for place in places for row in place.objects]
        self.claims: list[Row] = []
        self.notes: list[Row] = []
        self.whole = rng.random() < 0.4
        """All that is needed to make things again is there."""
        self.runs = [f"mlflow:lab/run/{tag}{number}" for number in range(3)]

    def tell(self) -> None:
        """Make them all."""
        for run in self.runs[: self.rng.choice([0, 1, 2, 3])]:
            self._run(run)
        for _ in range(self.rng.choice([0, 0, 1, 2, 4, 9])):
            self._claim()
        if self.rng.random() < 0.4:
            self._chain()
        for artifact in self.artifacts:
            if artifact["kind"] == "blob" and self.rng.random() < 0.7:
                prefix = self.rng.choice([artifact["run"], artifact["root"], "elsewhere/"])
                place = f"s3://{artifact['bucket']}/{prefix}"
                self._add(self._speaker(), "covers", "dvc:own", place)
        for _ in range(self.rng.choice([0, 0, 0, 1])):
            step = self.rng.choice([None, 50, 100, 200])
            self._add(self._speaker(), "newer", self.place(), self.place(), step=step)
        for _ in range(self.rng.choice([0, 0, 1])):
            self._named()
        for _ in range(self.rng.choice([0, 0, 1, 3])):
            text = self.rng.choice([self.content(), self.content(), "spdx:x"])
            self._note(self._speaker(), self.place(), "digest", text=text)

    # -- names of things

    def place(self) -> str:
        """An artifact, a folder, something inside of one, or nothing that is there."""
        rng = self.rng
        artifact = rng.choice(self.artifacts)
        uri: str = artifact["uri"]
        bucket = f"s3://{artifact['bucket']}"
        inside = uri + "file-0" if uri.endswith("/") else uri + rng.choice([".bin", "-0.idx", "x"])
        folder = f"{bucket}/{artifact['run']}"
        text = rng.choice(
            [
                uri,
                uri,
                uri,
                inside,
                uri.rstrip("/") + "/a/b.json",
                folder,
                folder + "config.json",
                folder.rstrip("/").rpartition("/")[0] if artifact["run"] else bucket,
                f"s3://{self.tag}gone/x",
            ]
        )
        return rng.choice([text, text.rstrip("/"), text.rstrip("/") + "/"])

    def hub(self) -> str:
        """A name on a hub that something here may be called by."""
        names = [a["uri"].rstrip("/").rpartition("/")[2] for a in self.artifacts]
        own = [name for name in names if self.tag in name] or [f"{self.tag}y"]
        name = self.rng.choice(own).removeprefix("models--org--")
        return self.rng.choice([f"hub:org/{name}", f"hub:{name.upper()}", f"hub:org/{self.tag}x"])

    def content(self) -> str:
        """A digest that something here may have."""
        digests = [f"md5:{row['etag']}" for row in self.objects if row["etag"]]
        for artifact in self.artifacts:
            if artifact["kind"] == "blob":
                first, second = ["", *str(artifact["uri"]).removesuffix(".dir").split("/")][-2:]
                digests.append(f"md5:{first}{second}")
        digests += [f"md5:{md5(self.tag)}", f"sha256:{md5(self.tag) * 2}"]
        return self.rng.choice(digests)

    def word(self) -> str:
        """Something outside of the stores."""
        tag = self.tag
        return self.rng.choice(
            [
                *self.runs,
                f"mlflow-run:{tag}0",
                f"mlflow:two/run/{tag}0",
                f"mlflow:lab/version/{tag}m/1",
                f"mlflow:lab/alias/{tag}m@prod",
                f"mlflow:two/alias/{tag}m@prod",
                f"mlflow:lab/model/m-{tag}",
                f"models:/{tag}m@prod",
                f"models:/{tag}m/1",
                f"models:/m-{tag}",
                f"job:{tag}/1",
                f"git:{tag}@main",
            ]
        )

    def thing(self) -> str:
        """Anything that a claim can be about."""
        return self.rng.choice(
            [self.place, self.place, self.place, self.word, self.word, self.hub, self.content]
        )()

    # -- what is said

    def _run(self, run: str) -> None:
        rng = self.rng
        whole = self.whole
        by = "mlflow/lab" if whole else rng.choice(["mlflow/lab"] * 7 + ["store/"])
        for _ in range(rng.choice([1, 1, 2])):
            made = rng.choice(self.artifacts)
            folder = f"s3://{made['bucket']}/{made['run']}"
            self._add(by, "made", run, rng.choice([made["uri"], folder, folder, self.place()]))
        digest = md5(self.tag)
        for key, values, chance in (
            ("status", ["finished", "finished", "running", None], 0.8),
            ("state", ["active", "deleted"], 0.7),
            ("tag:keep", ["no", "no", "yes"], 0.5),
            ("tag:team", ["a", "b"], 0.3),
            ("commit", [digest + "0" * 8], 1 if whole else 0.7),
            ("image", [f"sha256:{digest * 2}"], 1 if whole else 0.7),
        ):
            while rng.random() < chance:
                teller = by if whole else rng.choice([by] * 6 + ["mlflow/two", "store/"])
                self._note(teller, run, key, text=rng.choice(values))
                chance /= 5
        self._metrics(by, run)
        for text, kind in (
            (f"commit:{digest}00000000", "code"),
            (f"image:sha256:{digest * 2}", "images"),
        ):
            if whole or rng.random() < 0.7:
                teller = f"{kind}/" if whole else rng.choice([f"{kind}/"] * 8 + ["store/"])
                self._note(teller, text, "exists", text="x")
        for _ in range(1 if whole else rng.choice([0, 1, 2])):
            data, called = self._data(whole=whole), f"mlflow:lab/dataset/{self.tag}d"
            if rng.random() < 0.4:
                self._add(by, "needs", run, called)
                self._add(by, "names", called, data)
            else:
                self._add(by, "needs", run, data)

    def _metrics(self, by: str, run: str) -> None:
        rng = self.rng
        steps = {artifact["step"] for artifact in self.artifacts} - {None}
        for step in sorted(steps):
            for chance in (0.85, 0.15):
                if rng.random() < chance:
                    good = rng.choice([0.1, 0.1, 0.2, 0.2, 0.5, float("inf")])
                    number = rng.choice([*[good] * 12, float("nan"), None])
                    self._note(by, run, "metric:loss", number=number, step=step)

    def _data(self, *, whole: bool) -> str:
        sets = [str(a["uri"]) for a in self.artifacts if a["kind"] == "dataset" and a["complete"]]
        if not sets or (not whole and self.rng.random() < 0.3):
            return self.thing()
        return self.rng.choice([sets[0], sets[0].rstrip("/"), sets[-1], f"{sets[0]}part-0"])

    def _name(self, root: str) -> str | None:
        names: list[str | None] = [*NAMES.get(root, []), *([] if root in NAMES else [None])]
        name = self.rng.choice(names)
        return name and name.replace("TAG", self.tag)

    def _claim(self) -> None:
        rng = self.rng
        relation = rng.choice(["names", "names", "needs", "needs", "made"])
        holder = self.word() if rng.random() < 0.6 else self.thing()
        root = rng.choice(list(ANSWERS)) if rng.random() < 0.35 else None
        name: str | None = None
        since = None
        if root is not None:
            name = self._name(root)
            since = rng.choice([None, self.now - timedelta(days=rng.choice([1, 30, 31, 400]))])
        by = self._speaker()
        if root == "read.within":
            by, holder = "reads/audit", f"reads:{self.tag}"
        if self.whole and relation == "made":
            by = "store/"
        target = self.thing()
        if rng.random() < 0.05:
            target = holder
        self._add(by, relation, holder, target, root=root, root_name=name, since=since)

    def _chain(self) -> None:
        """A root, something between, and a place."""
        rng = self.rng
        root = rng.choice([*GLOBS, *ANSWERS])
        by = "reads/audit" if root == "read.within" else self._speaker()
        name = self._name(root)
        links = [f"{'reads' if by == 'reads/audit' else 'chain'}:{self.tag}"]
        links += [self.word() for _ in range(rng.choice([1, 1, 2]))]
        links.append(self.place())
        for number, (holder, target) in enumerate(pairwise(links)):
            relation = rng.choice(["names", "names", "needs"])
            if number == 0:
                self._add(by, relation, holder, target, root=root, root_name=name)
            else:
                self._add(self._speaker(), relation, holder, target)

    def _named(self) -> None:
        """A name for an artifact, of which something is noted."""
        artifact, word = self.rng.choice(self.artifacts), self.word()
        self._add(self._speaker(), "names", word, artifact["uri"])
        self._note("mlflow/lab", word, "tag:keep", text=self.rng.choice(["no", "no", "yes"]))
        number = self.rng.choice([0.1, 0.3])
        self._note("mlflow/lab", word, "metric:loss", number=number, step=artifact["step"])

    def _speaker(self) -> str:
        return self.rng.choice(SPEAKERS)

    def _add(self, by: str, relation: str, holder: str, target: str, **more: object) -> None:
        self.claims.append(
            {
                "by": self.only or by,
                "relation": relation,
                "holder": holder,
                "target": target,
                "root": None,
                "root_name": None,
                "step": None,
                "since": None,
                "at": None,
                "words": f"{holder} {relation} {target}",
                **more,
            }
        )

    def _note(self, by: str, node: str, key: str, **more: object) -> None:
        said: Row = {
            "by": self.only or by,
            "node": node,
            "key": key,
            "text": None,
            "number": None,
            "step": None,
        }
        self.notes.append({**said, "at": None, **more})


def md5(text: str) -> str:
    """Any 32 hexadecimal digits, the same for the same text."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
