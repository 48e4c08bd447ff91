"""A repository with a payload in every place where Git runs what a repository says.

Each payload makes one file, named after the place, in the folder `marks`. `set_off` runs Git on a
copy, to show that the payloads work.
"""

import shutil
from pathlib import Path

from tests.labs.git_lab import GitFolder

_HOOKS = (
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "pre-receive",
    "prepare-commit-msg",
    "proc-receive",
    "push-to-checkout",
    "reference-transaction",
    "sendemail-validate",
    "update",
)

_COMMANDS = (
    "core.fsmonitor",
    "core.pager",
    "core.editor",
    "core.sshCommand",
    "core.gitProxy",
    "core.askPass",
    "core.alternateRefsCommand",
    "sequence.editor",
    "pager.log",
    "pager.status",
    "diff.external",
    "diff.evil.textconv",
    "diff.evil.command",
    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
    "merge.evil.driver",
    "credential.helper",
    "gpg.program",
    "gpg.ssh.program",
    "gpg.x509.program",
    "alias.st",
    "alias.log",
    "uploadpack.packObjectsHook",
    "receive.procReceiveRefs",
    "remote.origin.uploadpack",
    "remote.origin.receivepack",
    "remote.origin.vcs",
    "trailer.evil.command",
    "trailer.evil.cmd",
    "difftool.evil.cmd",
    "mergetool.evil.cmd",
    "browser.evil.cmd",
    "man.evil.cmd",
    "sendemail.smtpServer",
    "interactive.diffFilter",
    "tar.evil.command",
    "imap.tunnel",
    "instaweb.httpd",
    "gc.recentObjectsHook",
    "submodule.evil.update",
)


def hostile_repository(path: Path, marks: Path) -> GitFolder:
    """Make the repository; whatever runs anything of it leaves a file in `marks`."""
    marks.mkdir()
    folder = GitFolder.init(path)
    folder.commit("one", {"x.dvc": "outs:\n- md5: " + "a" * 32 + "\n  path: x\n"})
    folder.run("branch", "side")
    folder.commit("two", {"y.txt": "y\n"})
    folder.write(
        ".gitattributes",
        "* filter=evil diff=evil merge=evil\n",
    )
    folder.write(
        ".gitmodules",
        f'[submodule "evil"]\n\tpath = sub\n\turl = ext::sh -c "touch {marks}/gitmodules-url"\n'
        f"\tupdate = !touch {marks}/gitmodules-update\n",
    )
    folder.write(".lfsconfig", "[lfs]\n\turl = ext::false\n")
    folder.run("add", "-A")
    folder.run("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    folder.run("commit", "-q", "-m", "three")
    folder.run("checkout", "-q", "side")
    folder.run("checkout", "-q", "main")
    git = path / ".git"
    for place in ("hooks", "otherhooks"):
        (git / place).mkdir(exist_ok=True)
        for name in _HOOKS:
            hook = git / place / name
            hook.write_text(f"#!/bin/sh\ntouch '{marks}/{place}-{name}'\n")
            hook.chmod(0o755)
    included = path.parent / f"{path.name}-included"
    included.write_text(f"[core]\n\tfsmonitor = \"touch '{marks}/include.path'; false\"\n")
    config = git / "config"
    for name in _COMMANDS:
        payload = f"touch '{marks}/{name}'; cat"
        value = (
            f"!{payload}" if name.startswith(("alias.", "submodule.", "credential.")) else payload
        )
        folder.run("config", name, value)
    for name, value in {
        "core.hooksPath": "",
        "core.attributesFile": "/dev/stdin",
        "core.worktree": "/",
        "core.gitProxy": f"touch {marks}/core.gitProxy",
        "filter.evil.required": "true",
        "protocol.ext.allow": "always",
        "protocol.allow": "always",
        "remote.origin.url": f"ext::sh -c touch% {marks}/ext-url",
        "remote.origin.promisor": "true",
        "remote.origin.fetch": "+refs/*:refs/*",
        "submodule.recurse": "true",
        "submodule.evil.url": f"ext::sh -c touch% {marks}/submodule-url",
        "fetch.recurseSubmodules": "true",
        "gc.auto": "1",
        "commit.gpgSign": "true",
        "log.showSignature": "true",
        "extensions.partialClone": "origin",
        "extensions.worktreeConfig": "true",
        "safe.directory": "*",
    }.items():
        folder.run("config", name, value)
    folder.run("config", "--unset", "core.hooksPath")
    with config.open("a") as text:
        text.write(f"[include]\n\tpath = {included}\n")
        text.write(f'[includeIf "gitdir:/"]\n\tpath = {included}\n')
    (git / "config.worktree").write_text(
        f"[core]\n\tfsmonitor = \"touch '{marks}/config.worktree'; false\"\n"
    )
    (git / "info").mkdir(exist_ok=True)
    (git / "info" / "attributes").write_text("* filter=evil diff=evil merge=evil\n")
    return folder


def set_off(folder: GitFolder, marks: Path) -> set[str]:
    """Do with a copy what a careless reader does, and return which payloads ran."""
    copy = folder.path.with_name(folder.path.name + "-copy")
    shutil.copytree(folder.path, copy, symlinks=True)
    victim = GitFolder(copy)
    victim.run("config", "--unset", "core.worktree", fails=True)
    victim.run("status", fails=True)
    # One payload must not keep Git from the next: what failed is taken away again.
    (copy / ".git" / "config.worktree").unlink()
    victim.run("config", "--unset", "extensions.worktreeConfig", fails=True)
    victim.run("config", "--unset", "filter.evil.process", fails=True)
    victim.run("config", "--unset", "core.attributesFile", fails=True)
    for arguments in (
        ("status",),
        ("-c", "include.path=/dev/null", "status"),
        ("diff", "HEAD~1"),
        ("-c", "diff.external=", "-c", "diff.evil.command=", "log", "-p", "--textconv", "-n1"),
        ("st",),
        ("checkout", "-q", "-f", "side"),
        ("add", "-A"),
        ("commit", "-m", "x"),
        ("commit", "-m", "x", "--no-gpg-sign", "--allow-empty"),
        ("merge", "main", "--no-gpg-sign", "-m", "m"),
        ("fetch", "origin"),
        ("push", ".", "HEAD:refs/heads/pushed"),
        ("submodule", "update", "--init"),
        ("archive", "--format=evil", "HEAD"),
        ("gc", "--prune=now"),
        ("tag", "-s", "-m", "t", "t"),
        ("interpret-trailers", "--trailer", "evil=1"),
    ):
        victim.run(*arguments, fails=True, stdin=b"")
    ran = {path.name for path in marks.iterdir()}
    for path in marks.iterdir():
        path.unlink()
    shutil.rmtree(copy)
    return ran
