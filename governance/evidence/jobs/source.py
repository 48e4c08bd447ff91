"""Asks a job list which places running and waiting jobs name."""

import re
from pathlib import Path

from governance.evidence.claim import Key, Relation
from governance.evidence.files import date, open_file, path_of, read_json, writers_of
from governance.evidence.gather import Gather
from governance.evidence.jobs.listed import Job, job_list, job_of
from governance.evidence.source import Asked
from governance.evidence.texts import named, path_node
from governance.workspace.evidence import JobsEntry

ROOT = "job.active"
MOST_BYTES = 512_000_000
"""Bytes of a list; a job takes some 8 kB."""
MOST_PLACES = 2_000
"""Places of one job."""

_PATTERN = re.compile(r"%(\d*)([jJAaxu%])|\$(USER|SLURM_JOB_ID)\b|\$\{(USER|SLURM_JOB_ID)\}")


class JobsSource:
    """The jobs of a cluster that may still run, from a list that a program writes now and then.

    A job needs the places in its command, its script, its comment and its files for input and
    output, and all under its working directory: relative paths start there. A job whose state is
    not clearly an end counts as active.

    Limits. The list holds what its writer could see: `squeue --json --all` as an operator shows
    the jobs of all users, `sacct --json` and FirecREST those of a time span, a page or a user.
    What a script reads is in the list only where the site stores scripts. The environment of jobs
    is never read. Claims are of the time of the list: `last_update` in it, else the file's time.
    """

    def __init__(self, entry: JobsEntry, base: Path) -> None:
        self._path = path_of(base, entry.file)
        self.name = entry.known_as
        self.place = str(self._path)
        self.writers = writers_of(self._path)

    def read(self, into: Gather, asked: Asked) -> None:
        """Claim what active jobs name. Raises EvidenceError for no job list, or half of one."""
        with open_file(self._path) as stream:
            listed = job_list(read_json(stream, str(self._path), MOST_BYTES))
            date(stream, into, asked.now, listed.updated)
        for words in listed.errors:
            into.problem(f"the list is not whole: {words}")
        if listed.accounts:
            into.remark(
                "it is of sacct, which leaves out jobs that wait: squeue --json --all has them"
            )
        told: set[str] = set()
        bad = 0
        for value in listed.jobs:
            job = job_of(value)
            if job is None:
                bad += 1
            elif job.active:
                _claim(
                    job, f"job:{job.cluster or listed.cluster or self.name}/{job.id}", into, told
                )
        if bad:
            into.problem(f"{bad:,} of {len(listed.jobs):,} entries are no jobs with an id")


def _claim(job: Job, node: str, into: Gather, told: set[str]) -> None:
    cluster = node.removeprefix("job:").rpartition("/")[0]
    label = f"job {job.id} of {cluster}" + (f" ({job.name})" if job.name else "")
    state = "+".join(job.states) or "UNKNOWN"
    into.note(node, Key.TYPE, text="job")
    into.note(node, Key.LABEL, text=label)
    found: dict[str, str] = {}
    folder = _folder(job, label, into, told)
    if folder:
        found[folder] = "working directory"
    for key, text in job.texts:
        # A `%` can also be one, so what is written counts as it is as well.
        for said in (
            named(form, job.folder) for form in dict.fromkeys((text, _expanded(text, job)))
        ):
            for place in said.places:
                found.setdefault(place, key)
            for vague in said.vague:
                into.remark(f"{label}: {key} names {vague[:200]}, which only the job itself knows")
            if not said.whole:
                into.problem(f"{label}: {key} is longer than what is read of it")
    if len(found) > MOST_PLACES:
        into.problem(f"{label} names more than {MOST_PLACES:,} places")
    for place, key in list(found.items())[:MOST_PLACES]:
        into.claim(
            Relation.NEEDS,
            node,
            place,
            f"{state.lower()} {label}",
            root=ROOT,
            root_name=state,
            at=key,
        )


def _folder(job: Job, label: str, into: Gather, told: set[str]) -> str | None:
    """Return the node of all under the working directory."""
    if not job.folder:
        return None
    node = path_node(job.folder.rstrip("/") + "/")
    if node is None:
        into.remark(f"{label}: its working directory {job.folder[:200]} says nothing")
    elif node.count("/") <= 4 and node not in told:
        told.add(node)
        into.remark(
            f"{label} runs in {job.folder[:200]}: all that lies there is kept while it does"
        )
    return node


def _expanded(text: str, job: Job) -> str:
    """Fill in what Slurm fills into the names of files: `%j`, `%A_%a`, `%x`, `%u`; and $USER."""
    whole, index = job.array
    values = {"j": job.id, "J": job.id, "A": whole or job.id, "a": index, "x": job.name}
    values |= {"u": job.user, "USER": job.user, "SLURM_JOB_ID": job.id, "%": "%"}

    def fill(match: re.Match[str]) -> str:
        name = match[2] or match[3] or match[4]
        value = values.get(name, "")
        return value.zfill(min(int(match[1] or 0), 10)) if value else match[0]

    return _PATTERN.sub(fill, text)
