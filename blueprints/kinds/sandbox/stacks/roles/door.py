"""The door of a stack: oauth2-proxy lets in who Dex says is of the project, nobody else.

Browsers are sent to Dex's own address; the proxy asks Dex for tokens and keys inside the cluster.
Sources: oauth2-proxy's options (7.x); cookies are encrypted, the store of sessions is the cookie.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from blueprints.kinds.sandbox import profiles
from blueprints.kinds.sandbox.documents import dex_server
from blueprints.kinds.sandbox.stacks.component import Beside, Component
from blueprints.kinds.sandbox.stacks.objects import Role
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import (
    HTTP,
    Container,
    Pod,
    Probes,
    Resources,
    from_config,
    from_secret,
    get,
    scratch,
)

IMAGE = "oauth2-proxy"
ROLE = "door"
PORT = 4180
SECRETS = ("client_secret", "cookie_secret")
_USER = 65532


def door(place: Place, upstreams: Sequence[tuple[str, str, int, str]]) -> Component:
    """What people open in a browser.

    `upstreams`: for each the role, the name of its port, the port, and the path that it answers.
    """
    made = Role(place, ROLE, "oauth2-proxy")
    site, project, host = place.site, place.project, place.host(place.stack)
    path = urlsplit(site.identity.issuer).path
    inside = f"http://dex.{site.identity.namespace}.svc{path}"
    groups = (project.groups.admins, project.groups.members, project.groups.viewers)
    settings = {
        "client_id": profiles.door_client(project, place.stack),
        "issuer": site.identity.issuer,
        "login_url": f"{site.identity.issuer}/auth",
        "redeem_url": f"{inside}/token",
        "jwks_url": f"{inside}/keys",
        "redirect_url": f"https://{host}/oauth2/callback",
        "groups": ",".join(profiles.claim(site, group) for group in groups),
        "upstreams": ",".join(
            f"http://{place.name(role)}:{number}{path}" for role, _, number, path in upstreams
        ),
    }
    names = {
        "OAUTH2_PROXY_CLIENT_ID": "client_id",
        "OAUTH2_PROXY_OIDC_ISSUER_URL": "issuer",
        "OAUTH2_PROXY_LOGIN_URL": "login_url",
        "OAUTH2_PROXY_REDEEM_URL": "redeem_url",
        "OAUTH2_PROXY_OIDC_JWKS_URL": "jwks_url",
        "OAUTH2_PROXY_REDIRECT_URL": "redirect_url",
        "OAUTH2_PROXY_ALLOWED_GROUPS": "groups",
        "OAUTH2_PROXY_UPSTREAMS": "upstreams",
    }
    container = Container(
        name="oauth2-proxy",
        image=place.image(IMAGE),
        args=(
            "--provider=oidc",
            "--skip-oidc-discovery=true",
            "--scope=openid email profile groups",
            "--email-domain=*",
            f"--http-address=0.0.0.0:{PORT}",
            "--reverse-proxy=true",
            "--cookie-secure=true",
            "--cookie-samesite=lax",
            "--code-challenge-method=S256",
            # Programs come with a token of Dex instead of a cookie.
            "--skip-jwt-bearer-tokens=true",
            "--pass-user-headers=true",
        ),
        env=(
            *(from_config(name, made.name, key) for name, key in names.items()),
            from_secret("OAUTH2_PROXY_CLIENT_SECRET", made.name, "client_secret"),
            from_secret("OAUTH2_PROXY_COOKIE_SECRET", made.name, "cookie_secret"),
        ),
        ports={HTTP: PORT},
        resources=Resources("200m", "128Mi", "256Mi"),
        mounts=(scratch("tmp", "/tmp", "16Mi"),),  # noqa: S108 - in the container
        probes=Probes(get("/ready"), get("/ping")),
    )
    pod = Pod([container], made.name, _USER, place.on_virtual_machines())
    kept = f"{site.secrets.prefix}/{project.name}/doors/{place.stack}"
    objects = [
        made.account(),
        made.config(settings),
        made.secret(SECRETS, kept),
        made.deployment(pod, replicas=2),
        made.service({HTTP: PORT}),
        made.budget(),
        made.ingress(host, HTTP),
    ]
    return Component(
        ROLE,
        "oauth2-proxy",
        objects,
        {HTTP: PORT},
        calls=[(role, port) for role, port, _, _ in upstreams],
        beside=[
            Beside(site.identity.namespace, dex_server.PORT, {"app.kubernetes.io/name": "dex"})
        ],
        entered=True,
    )
