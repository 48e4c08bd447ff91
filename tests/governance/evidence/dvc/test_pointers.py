from governance.evidence.dvc.pointers import Blob, Copy, read_pointer, wdirs_of

A, B = "a" * 32, "b" * 32


def test_a_file_of_dvc_3() -> None:
    text = f"outs:\n- md5: {A}\n  size: 2\n  hash: md5\n  path: x.csv\n"
    (stage,) = read_pointer("d/x.csv.dvc", text.encode()).stages
    assert (stage.folder, stage.outs[0].path, stage.outs[0].blob) == ("d", "x.csv", Blob("md5", A))


def test_a_folder_of_dvc_2_lies_elsewhere() -> None:
    text = f"md5: {B}\nwdir: ..\nouts:\n- md5: {A.upper()}.dir\n  path: x\n  cache: true\n"
    (stage,) = read_pointer("d/e/x.dvc", text.encode()).stages
    assert stage.folder == "d"
    assert stage.outs[0].blob == Blob("md5", A, folder=True, legacy=True)


def test_what_lay_in_a_store_was_known_by_the_stores_own_digest() -> None:
    text = f"outs:\n- etag: '\"{A}-2\"'\n  path: s3://b/x\n"
    (stage,) = read_pointer("x.dvc", text.encode()).stages
    assert stage.outs[0].blob == Blob("etag", f"{A}-2", legacy=True)


def test_imports() -> None:
    text = f"""\
frozen: true
deps:
- etag: {B}
  size: 3
  version_id: v1
  hash: md5
  path: remote://raw/x.csv
outs:
- hash: md5
  path: x.csv
  push: false
"""
    (stage,) = read_pointer("x.csv.dvc", text.encode()).stages
    assert (stage.outs[0].blob, stage.outs[0].pushed) == (None, False)
    assert (stage.deps[0].path, stage.deps[0].imported) == ("remote://raw/x.csv", False)
    text = f"deps:\n- path: a\n  repo:\n    url: u\nouts:\n- md5: {A}\n  hash: md5\n  path: a\n"
    (stage,) = read_pointer("a.dvc", text.encode()).stages
    assert stage.deps[0].imported
    assert stage.outs[0].blob == Blob("md5", A)


def test_a_version_aware_folder_spells_out_its_files() -> None:
    text = f"""\
outs:
- hash: md5
  path: v
  files:
  - relpath: d/x.txt
    md5: {A}
    cloud:
      store:
        version_id: v1
  - relpath: y.txt
    md5: {B}
"""
    (stage,) = read_pointer("v.dvc", text.encode()).stages
    assert stage.outs[0].files == (("d/x.txt", Blob("md5", A)), ("y.txt", Blob("md5", B)))
    assert stage.outs[0].copies == (Copy("store", "d/x.txt", "v1"),)


def _lock(wdir: bool) -> bytes:
    return (
        "schema: '2.0'\nstages:\n  s@1:\n    cmd: c\n    deps:\n    - path: in\n      hash: md5\n"
        f"      md5: {A}\n    outs:\n    - path: out\n      hash: md5\n      md5: {B}\n"
    ).encode()


def test_a_lock_file_with_and_without_its_working_folders() -> None:
    (stage,) = read_pointer("p/dvc.lock", _lock(True)).stages
    assert (stage.name, stage.folder) == ("s@1", "p")
    assert [dep.path for dep in stage.deps] == ["in"]
    wdirs = wdirs_of(b"stages:\n  s:\n    foreach: [1]\n    do:\n      wdir: sub\n      cmd: c\n")
    assert wdirs == {"s": "sub"}
    (stage,) = read_pointer("p/dvc.lock", _lock(True), wdirs).stages
    assert stage.folder == "p/sub"
    assert wdirs_of(b"stages: [") == {}
    assert wdirs_of(b"stages: x\n") == {}


def test_a_lock_file_of_dvc_1_has_its_stages_at_the_top() -> None:
    text = f"s:\n  cmd: c\n  outs:\n  - path: out\n    md5: {A}\n"
    (stage,) = read_pointer("dvc.lock", text.encode()).stages
    assert (stage.name, stage.outs[0].blob) == ("s", Blob("md5", A, legacy=True))


def test_datasets_of_a_lock_file() -> None:
    text = "schema: '2.0'\ndatasets:\n- name: n\n  type: url\n  url: s3://b/raw\nstages: {}\n"
    (stage,) = read_pointer("dvc.lock", text.encode()).stages
    assert stage.deps[0].path == "s3://b/raw"


def test_a_digest_of_digits_only_stays_text() -> None:
    digest = "0" * 31 + "1"
    for line in (f"md5: {digest}", f"md5: '{digest}'"):
        text = f"outs:\n- path: x\n  hash: md5\n  {line}\n"
        (stage,) = read_pointer("x.dvc", text.encode()).stages
        assert stage.outs[0].blob == Blob("md5", digest)
    # Read as YAML the number has lost its noughts: that is said, and nothing is guessed.
    pointer = read_pointer("x.dvc", f"outs: # c\n- path: x\n  md5: {digest}\n".encode())
    assert pointer.problems == ("the md5 of 'x' is no digest",)


def test_what_is_wrong_is_said_and_the_rest_is_read() -> None:
    text = f"""\
outs:
- path: good
  hash: md5
  md5: {A}
- md5: {B}
- path: bad
  md5: '../../etc'
- path: other
  hash: sha999
  sha999: {A}
- x
deps: y
"""
    pointer = read_pointer("x.dvc", text.encode())
    assert [out.blob for out in pointer.stages[0].outs] == [
        Blob("md5", A),
        None,
        Blob("sha999", A),
    ]
    assert pointer.problems == (
        "an entry of 'x.dvc' has no path",
        "the md5 of 'bad' is no digest",
        "an entry of 'x.dvc' has no path",
        "outs or deps of 'x.dvc' are no list",
    )


def test_what_is_no_text_or_no_yaml_says_nothing() -> None:
    assert read_pointer("x.dvc", b"\xff").problems == ("it is not UTF-8 text",)
    assert read_pointer("x.dvc", b"a: [").stages == ()
    assert read_pointer("x.dvc", b"").problems == ()
    assert read_pointer("dvc.lock", b"schema: '2.0'\nstages: x\n").problems == (
        "its stages are no mapping",
    )
