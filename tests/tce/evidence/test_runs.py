"""From a run's result to its record: what passed, what did not, what it did not look at."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from blueprints.check.finding import Finding as CheckFinding
from blueprints.check.finding import Level, NotChecked
from blueprints.check.result import CheckResult
from tce.attack.result import ALONE, Attack, Read, Try
from tce.canary.canary import Canaries, Found
from tce.canary.planted import Planted
from tce.evidence import runs
from tce.evidence.record import Record
from tce.evidence.watched import Watched
from tce.probe.report import Probed, Probing
from tce.probe.trial import Mismatch
from tce.prove.report import Finding, Proof, Target
from tce.visibility.judge import Judged, Problem
from tce.visibility.visibility import Visibility
from tests.tce.evidence.standing import NOW, TOOL

RULES = b"table inet tce {}\n"


def _planted(repo: Watched, *differing: str, found: tuple[Found, ...] = ()) -> Planted:
    names = ("home-one", "environment-one")
    search = Canaries((repo.folder,), names, {"repository": 1}, 1, found, (), ("raw",))
    return Planted(repo.folder, {"tce.nft": RULES, "other": b""}, differing, search)


def test_marked_secrets_are_of_what_stands_as_it_was_rendered(repo: Watched) -> None:
    record = runs.of_planted(repo, _planted(repo), NOW, TOOL)
    assert set(record.passed) == {"absent/home-one", "absent/environment-one", "same-bytes/render"}
    assert set(record.files) == {"spec.yaml", "tce.nft"}
    (repo.folder / "tce.nft").write_text("edited\n")
    edited = Watched(repo.folder)
    edited.note(edited.files)
    record = runs.of_planted(edited, _planted(edited), NOW, TOOL)
    assert set(record.files) == {"spec.yaml"}
    assert any(one.endswith("than it is rendered: tce.nft") for one in record.limits)


def test_a_mark_that_came_through_fails(repo: Watched) -> None:
    found = (Found("home-one", "one/out/tce.nft", "repository", "base64"),)
    record = runs.of_planted(repo, _planted(repo, "tce.nft", found=found), NOW, TOOL)
    assert set(record.failed) == {"absent/home-one", "same-bytes/render"}
    assert record.verdict == "FAILED"
    assert record.found == (
        "one/out/tce.nft: home-one (base64)",
        "tce.nft: other bytes among other secrets",
    )


def test_what_cannot_be_rendered_shows_nothing(repo: Watched) -> None:
    broken = Planted(repo.folder, {}, (), None, "no name")
    record = runs.of_planted(repo, broken, NOW, TOOL)
    assert (record.passed, record.unsure) == ((), ("rendered",))


@pytest.fixture
def repo(tmp_path: Path) -> Watched:
    (tmp_path / "network/harvester").mkdir(parents=True)
    (tmp_path / "spec.yaml").write_text("name: hospital\n")
    (tmp_path / "tce.nft").write_bytes(RULES)
    (tmp_path / "network/harvester/a.yaml").write_text("a: 1\n")
    (tmp_path / "network/harvester/b.yaml").write_text("b: 1\n")
    found = Watched(tmp_path)
    found.note(found.files)
    return found


def _target(name: str, digest: str = "0" * 64) -> Target:
    return Target(name, "eos", f"{name}.eos", digest, (4, 6), ("parse", "lateral"), 3)


def test_what_a_proof_found_fails_for_its_device_alone(repo: Watched) -> None:
    found = Finding("leaf1", "lateral", "leaf1.eos", 7, "a way in")
    proof = Proof("hospital", "artefact", (_target("leaf1"), _target("leaf2")), (found,), (), ())
    record = runs.of_proof(repo, proof, NOW, TOOL)
    assert record.failed == ("lateral/leaf1",)
    assert set(record.passed) == {"parse/leaf1", "parse/leaf2", "lateral/leaf2"}
    assert record.found == ("leaf1.eos:7: lateral (leaf1): a way in",)
    assert (record.environment, record.level) == ("hospital", "artefact")
    assert record.files == repo.seen


def test_what_was_read_back_is_named_with_its_digest_and_is_no_file(repo: Watched) -> None:
    targets = (_target("perimeter", "b" * 64), _target("kubernetes"))
    proof = Proof("hospital", "live", targets, (), (), ())
    record = runs.of_proof(repo, proof, NOW, TOOL, {"perimeter"})
    assert record.level == "live"
    assert record.read_back == {"perimeter": "b" * 64}
    assert set(record.passed) == {"parse/perimeter", "lateral/perimeter"}


def test_one_device_that_was_read_back_makes_no_live_record(repo: Watched) -> None:
    targets = (_target("leaf1", "b" * 64), _target("leaf2"))
    proof = Proof("hospital", "artefact", targets, (), (), ())
    record = runs.of_proof(repo, proof, NOW, TOOL, {"leaf1"})
    assert record.level == "artefact"
    assert set(record.passed) == {"parse/leaf2", "lateral/leaf2"}


def _probed(name: str, file: str, digest: str, *wrong: Mismatch) -> Probed:
    return Probed(name, file, digest, {"boundary": 5, "witness": 0}, 1, 1, 0, 0, {}, wrong)


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def test_packets_count_where_they_were_sent_through_the_very_bytes(repo: Watched) -> None:
    parts = (
        _probed("perimeter", "tce.nft", _digest(RULES)),
        _probed("vlan", "network/harvester", _digest(b"a: 1\n", b"b: 1\n")),
    )
    record = runs.of_probe(repo, Probing("hospital", 1, parts, ("a kernel",), {}), NOW, TOOL)
    assert record.passed == ("boundary/perimeter", "boundary/vlan")
    assert (record.failed, record.level, record.limits) == ((), "emulated", ("a kernel",))


def test_packets_through_other_bytes_fail(repo: Watched) -> None:
    parts = (_probed("perimeter", "tce.nft", _digest(b"something else")),)
    record = runs.of_probe(repo, Probing("hospital", 1, parts, (), {}), NOW, TOOL)
    assert record.verdict == "FAILED"
    assert record.found == ("tce.nft: changed while it was probed",)


def test_a_packet_that_did_something_else_fails_its_kind(repo: Watched) -> None:
    wrong = Mismatch("passed", "tcp a > b", "other", None, "boundary", ("tce",))
    counters = Mismatch("counters", "", "", None, "", ())
    parts = (_probed("perimeter", "tce.nft", _digest(RULES), wrong, counters),)
    record = runs.of_probe(repo, Probing("hospital", 1, parts, (), {}), NOW, TOOL)
    assert record.failed == ("boundary/perimeter", "counters/perimeter")
    assert record.passed == ()


def test_a_rule_that_could_not_look_is_unsure_and_one_that_found_something_failed(
    repo: Watched,
) -> None:
    result = CheckResult(
        repository="hospital",
        findings=(
            CheckFinding("a.yaml", 3, "secret", "a token", Level.ERROR),
            CheckFinding("b.yaml", 1, "image-digest", "made up", Level.NOTE),
        ),
        suppressed=(),
        not_checked=(NotChecked("helm-chart", "no helm"),),
        not_asked=(NotChecked("gitleaks", "runs only with --with gitleaks"),),
        rules=dict.fromkeys(("secret", "image-digest", "helm-chart", "proof"), ""),
        files=4,
        objects=0,
    )
    record = runs.of_check(repo, result, NOW, TOOL)
    assert record.passed == ("image-digest", "proof")
    assert (record.unsure, record.failed) == (("helm-chart",), ("secret",))
    assert record.found == ("a.yaml:3: secret: a token",)
    assert "not checked: helm-chart: no helm" in record.limits
    assert "noted: b.yaml:1: image-digest: made up" in record.limits


def test_a_repository_without_a_specification_has_no_name(tmp_path: Path) -> None:
    assert runs.environment(Watched(tmp_path)) == ""
    (tmp_path / "spec.yaml").write_text("[")
    assert runs.environment(Watched(tmp_path)) == ""


def test_times_are_kept_to_the_second_with_their_zone() -> None:
    moment = dt.datetime(2026, 11, 22, 1, 2, 3, 4, tzinfo=dt.UTC)
    assert runs.at(moment) == "2026-11-22T01:02:03+00:00"


def _visibility(repo: Watched, known: int, *problems: Problem) -> Record:
    judged = Judged((), problems, ())
    return runs.of_visibility(repo, Visibility(repo.folder, judged, known), NOW, TOOL)


def test_a_field_that_the_provider_may_not_read_fails(repo: Watched) -> None:
    assert _visibility(repo, 0).passed == ("provider-plane",)
    assert "values that are known to be secret were not given" in _visibility(repo, 0).limits
    assert set(_visibility(repo, 1).passed) == {"known-values", "provider-plane"}
    record = _visibility(repo, 0, Problem("a.yaml", 3, "spec.token", "is made of a secret"))
    assert record.failed == ("provider-plane",)
    assert record.found == ("a.yaml:3: spec.token is made of a secret",)


def _canaries(repo: Watched, *found: Found, unread: tuple[tuple[str, str], ...] = ()) -> Record:
    names = ("token", "passphrase")
    result = Canaries((repo.folder,), names, {"repository": 4}, 100, found, unread, ("raw",))
    return runs.of_canaries(repo, result, NOW, TOOL)


def test_a_secret_that_was_found_fails_by_its_name(repo: Watched) -> None:
    assert set(_canaries(repo).passed) == {"absent/token", "absent/passphrase"}
    record = _canaries(repo, Found("token", "a.yaml", "repository", "base64"))
    assert (record.failed, record.passed) == (("absent/token",), ("absent/passphrase",))
    assert record.found == ("a.yaml: token (base64)",)


def test_what_could_not_be_searched_leaves_it_unsure(repo: Watched) -> None:
    record = _canaries(repo, unread=(("big.tar", "too deep"),))
    assert record.verdict == "WARNED"
    assert "not searched: big.tar: too deep" in record.limits
    assert "searched: 4 repository" in record.limits


def _attack(repo: Watched, *tries: Try, live: bool = False) -> Record:
    held = {"bodies": 3}
    attack = Attack((repo.folder,), ("genome", "token"), held, {}, tries, ())
    return runs.of_attack(repo, attack, NOW, TOOL, live=live)


READ = (Read("genome", "held/body", "raw"), Read("token", "held/body", "raw"))


def test_an_attack_shows_something_by_both_halves_only(repo: Watched) -> None:
    both = _attack(repo, Try(ALONE, (), ()), Try("age:anna.txt", READ, ("held/body",)))
    assert both.verdict == "PASSED"
    assert (both.level, both.limits) == ("emulated", ("held: 3 bodies",))
    assert set(both.passed) == {
        *("without-a-key/genome", "without-a-key/token"),
        *("with-a-key/genome", "with-a-key/token", "nothing-opens"),
    }
    half = _attack(repo, Try(ALONE, (), ()))
    assert half.failed == ("with-a-key/genome", "with-a-key/token")
    assert "that it was not read shows nothing" in half.found[0]


def test_what_is_read_without_a_key_fails(repo: Watched) -> None:
    record = _attack(repo, Try(ALONE, READ[:1], ("held/body",)), Try("k", READ, ()), live=True)
    assert record.failed == ("nothing-opens", "without-a-key/genome")
    assert record.level == "live"
    assert "genome is read without a key: held/body (raw)" in record.found
