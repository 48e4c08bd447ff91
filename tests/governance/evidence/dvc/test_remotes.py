from governance.evidence.dvc.pointers import Blob
from governance.evidence.dvc.remotes import Remote, Remotes, Setting, settings_of

CONFIG = """\
# a comment
[core]
    remote = store
    url = s3://no/remote
['remote "store"']
    url = s3://bucket/prefix/  # where it is
    access_key_id = secret
[remote "versions"]
    url = 'remote://store/v'
    version_aware = True
['remote "tree"']
url=s3://bucket/tree
worktree = true
['remote "disk"']
    url = ../../store
['remote "ssh"']
    url = ssh://host/path
['remote "none"']
    timeout = 5
[cache]
    dir = ../cache
    what is this
"""


def test_reads_what_a_configuration_says_of_places() -> None:
    settings, caches = settings_of(CONFIG, "/srv/data/.dvc")
    assert settings == [
        Setting("store", "s3://bucket/prefix/", "/srv/data/.dvc"),
        Setting("versions", "remote://store/v", "/srv/data/.dvc", versioned=True),
        Setting("tree", "s3://bucket/tree", "/srv/data/.dvc", versioned=True, worktree=True),
        Setting("disk", "../../store", "/srv/data/.dvc"),
        Setting("ssh", "ssh://host/path", "/srv/data/.dvc"),
    ]
    assert caches == ["/srv/data/cache"]
    remotes = Remotes(settings)
    assert remotes.known == [
        Remote("disk", "file:///srv/store", False, False),
        Remote("store", "s3://bucket/prefix", False, False),
        Remote("versions", "s3://bucket/prefix/v", True, False),
        Remote("tree", "s3://bucket/tree", True, True),
    ]
    assert remotes.elsewhere == ["ssh"]


def test_where_nobody_knows_the_folder_a_relative_place_is_none() -> None:
    settings, caches = settings_of(CONFIG, None)
    assert caches == []
    assert "disk" in Remotes(settings).elsewhere


def test_content_lies_by_its_digest() -> None:
    remotes = Remotes(settings_of(CONFIG, None)[0])
    assert remotes.places(Blob("md5", "ab" + "c" * 30)) == [
        f"s3://bucket/prefix/files/md5/ab/{'c' * 30}",
        f"s3://bucket/tree/.dvc/files/md5/ab/{'c' * 30}",
    ]
    assert remotes.places(Blob("md5", "ab" + "c" * 30, folder=True, legacy=True)) == [
        f"s3://bucket/prefix/ab/{'c' * 30}.dir",
        f"s3://bucket/prefix/v/ab/{'c' * 30}.dir",
        f"s3://bucket/tree/ab/{'c' * 30}.dir",
    ]


def test_copies_lie_by_their_paths_and_never_outside() -> None:
    remotes = Remotes(settings_of(CONFIG, None)[0])
    assert remotes.copies("versions", "d/x.csv") == ["s3://bucket/prefix/v/d/x.csv"]
    for key in ("../x", "/x", "s3://other/x"):
        assert remotes.copies("versions", key) == []
    assert remotes.copies("unknown", "x") == []


def test_remotes_that_name_each_other_end() -> None:
    remotes = Remotes([Setting("a", "remote://b", None), Setting("b", "remote://a", None)])
    assert remotes.known == []
    assert remotes.url("remote://a/x", None) == []
    assert remotes.url("s3://b/x/../y", None) == []


def test_every_url_that_a_remote_ever_had_counts() -> None:
    remotes = Remotes([Setting("s", "s3://old/x", None), Setting("s", "s3://new/x", None)])
    assert remotes.prefixes() == ["s3://new/x", "s3://old/x"]
    assert remotes.url("remote://s/a", None) == ["s3://new/x/a", "s3://old/x/a"]
