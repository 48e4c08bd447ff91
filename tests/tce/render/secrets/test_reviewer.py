from __future__ import annotations

from tce.render.secrets import reviewer
from tests.tce.intent.specifications import typed
from tests.tce.render.cluster.rendered import documents


def test_one_account_may_ask_whether_tokens_are_right_and_may_do_nothing_else() -> None:
    account, binding = documents(reviewer.files, typed())
    assert account["kind"] == "ServiceAccount"
    assert account["automountServiceAccountToken"] is False
    assert binding["roleRef"]["name"] == "system:auth-delegator"
    (subject,) = binding["subjects"]
    assert subject["name"] == account["metadata"]["name"]
    assert subject["namespace"] == account["metadata"]["namespace"]
