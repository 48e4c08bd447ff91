"""What the providers take, as their documentation says: only what the module uses, but of each
resource every argument, so that a wrong name, a missing one and a wrong type are refused.

Read in the providers' own `docs/`: integrations/github 6, go-gitea/gitea 0.6, keycloak/keycloak
5. Vault's are read from a package that was generated from the provider, Kubernetes's are where
every blueprint finds them. Checks that a provider makes on values beyond their type (lengths,
enumerations) are not in it.
"""

from __future__ import annotations

from tests.labs.providers.documented import KUBERNETES
from tests.labs.providers.oracle import kept
from tests.labs.providers.schema import (
    BOOL,
    ID,
    MAP,
    NUMBER,
    SET,
    STRINGS,
    Block,
    Nested,
    Provider,
    flags,
    texts,
)

GITHUB = Provider(
    "registry.terraform.io/integrations/github",
    Block(
        optional={
            **texts("token", "owner", "organization", "base_url"),
            **flags("insecure", "parallel_requests"),
            **dict.fromkeys(
                ("write_delay_ms", "read_delay_ms", "retry_delay_ms", "max_retries"), NUMBER
            ),
        }
    ),
    {
        "github_repository": Block(
            required=texts("name"),
            optional={
                **texts(
                    "description",
                    "homepage_url",
                    "gitignore_template",
                    "license_template",
                    "squash_merge_commit_title",
                    "squash_merge_commit_message",
                    "merge_commit_title",
                    "merge_commit_message",
                ),
                **flags(
                    "fork",
                    "has_issues",
                    "has_discussions",
                    "has_projects",
                    "has_wiki",
                    "is_template",
                    "allow_merge_commit",
                    "allow_squash_merge",
                    "allow_rebase_merge",
                    "allow_auto_merge",
                    "allow_forking",
                    "delete_branch_on_merge",
                    "web_commit_signoff_required",
                    "auto_init",
                    "archived",
                    "archive_on_destroy",
                    "vulnerability_alerts",
                    "allow_update_branch",
                ),
            },
            both={**ID, **texts("visibility", "default_branch"), "private": BOOL, "topics": SET},
            computed=texts(
                "full_name",
                "html_url",
                "ssh_clone_url",
                "http_clone_url",
                "git_clone_url",
                "node_id",
            ),
        ),
        "github_team": Block(
            required=texts("name"),
            optional={
                **texts(
                    "description", "privacy", "notification_setting", "parent_team_id", "ldap_dn"
                ),
                **flags("create_default_maintainer"),
            },
            both=ID,
            computed=texts("node_id", "slug"),
        ),
        "github_team_repository": Block(
            required=texts("team_id", "repository"), optional=texts("permission"), both=ID
        ),
        "github_team_members": Block(
            required=texts("team_id"),
            both=ID,
            blocks={"members": Nested(Block(texts("username"), texts("role")), "set", 1)},
        ),
    },
)

GITEA = Provider(
    "registry.terraform.io/go-gitea/gitea",
    Block(
        optional={
            **texts("base_url", "cacert_file", "password", "token", "username"),
            **flags("insecure"),
        }
    ),
    {
        "gitea_repository": Block(
            required=texts("name", "username"),
            optional={
                **texts(
                    "default_branch",
                    "description",
                    "gitignores",
                    "issue_labels",
                    "license",
                    "readme",
                    "website",
                    "source_template",
                    "default_merge_style",
                ),
                **flags(
                    "allow_manual_merge",
                    "allow_merge_commits",
                    "allow_rebase",
                    "allow_rebase_explicit",
                    "allow_squash_merge",
                    "archive_on_destroy",
                    "archived",
                    "auto_init",
                    "has_issues",
                    "has_projects",
                    "has_pull_requests",
                    "has_wiki",
                    "ignore_whitespace_conflicts",
                    "mirror",
                    "private",
                    "repo_template",
                ),
            },
            both=ID,
            computed=texts("clone_url", "created", "html_url", "ssh_url", "updated"),
        ),
        "gitea_team": Block(
            required=texts("name", "organisation"),
            optional={
                **texts("description", "permission", "units"),
                **flags("can_create_repos", "include_all_repositories"),
                "repositories": STRINGS,
            },
            both=ID,
        ),
        "gitea_repository_branch_protection": Block(
            required=texts("name", "rule_name", "username"),
            optional={
                **dict.fromkeys(
                    (
                        "approval_whitelist_teams",
                        "approval_whitelist_users",
                        "merge_whitelist_teams",
                        "merge_whitelist_users",
                        "push_whitelist_teams",
                        "push_whitelist_users",
                        "status_check_patterns",
                    ),
                    STRINGS,
                ),
                **flags(
                    "block_merge_on_official_review_requests",
                    "block_merge_on_outdated_branch",
                    "block_merge_on_rejected_reviews",
                    "dismiss_stale_approvals",
                    "enable_push",
                    "push_whitelist_deploy_keys",
                    "require_signed_commits",
                ),
                **texts("protected_file_patterns", "unprotected_file_patterns"),
                "required_approvals": NUMBER,
            },
            both=ID,
            computed=texts("created_at", "updated_at"),
        ),
    },
)

KEYCLOAK = Provider(
    "registry.terraform.io/keycloak/keycloak",
    Block(
        optional={
            **texts(
                "client_id",
                "client_secret",
                "username",
                "password",
                "realm",
                "url",
                "admin_url",
                "root_ca_certificate",
                "base_path",
            ),
            **flags("initial_login", "tls_insecure_skip_verify", "red_hat_sso"),
            "client_timeout": NUMBER,
            "additional_headers": MAP,
        }
    ),
    {
        "keycloak_group": Block(
            required=texts("realm_id", "name"),
            optional={**texts("parent_id", "organization_id", "description"), "attributes": MAP},
            both=ID,
            computed=texts("path"),
        ),
        "keycloak_group_memberships": Block(
            required={**texts("realm_id", "group_id"), "members": SET},
            optional=texts("organization_id"),
            both=ID,
        ),
    },
    {"keycloak_realm": Block(required=texts("realm"), both=ID)},
)

PROVIDERS = (GITHUB, GITEA, KEYCLOAK, kept()["pulumi_vault"], KUBERNETES)
