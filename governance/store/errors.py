"""What a store can refuse, each as one clear error. botocore's errors never leave this package.

Nothing that a server wrote is repeated, only error codes made of letters: a hostile or broken
server cannot put its text on the terminal, and no request is quoted that could hold a secret.
"""

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from boto3.exceptions import Boto3Error
from botocore import exceptions as botocore
from botocore.exceptions import BotoCoreError, ClientError

from governance.errors import GovernanceError

_CODE = re.compile(r"[A-Za-z0-9.]{1,64}")


class StoreError(GovernanceError):
    """The store did not do what was asked."""

    kind = "store"


class AccessDeniedError(StoreError):
    """The credentials are right, and this is not allowed with them."""

    kind = "access denied"

    def __init__(self, message: str, right: str, *hints: str) -> None:
        super().__init__(message, *hints)
        self.right = right


class CredentialsError(StoreError):
    """There are no credentials, or they are wrong or no longer valid."""

    kind = "credentials"


class NotFoundError(StoreError):
    """There is no such bucket, key or upload."""

    kind = "not found"


class UnreachableError(StoreError):
    """Nothing that speaks S3 answers at the endpoint."""

    kind = "unreachable"


class TlsError(UnreachableError):
    """The endpoint's certificate is refused, or it does not speak TLS."""

    kind = "tls"


class ClockSkewError(StoreError):
    """The clocks of this machine and of the store are too far apart to trust a signature."""

    kind = "clock skew"


class ThrottledError(StoreError):
    """The store wants fewer requests, and went on wanting after all retries."""

    kind = "throttled"


class UnsupportedError(StoreError):
    """The store does not know this call."""

    kind = "not supported"


class ConflictError(StoreError):
    """A write that must not replace anything found something in its place."""

    kind = "conflict"


@dataclass(frozen=True)
class Target:
    """What was talked to, as far as an error has to name it."""

    bucket: str = ""
    endpoint: str | None = None
    profile: str | None = None
    ca_bundle: str | None = None

    @property
    def where(self) -> str:
        """The store in words."""
        return self.endpoint or "AWS"

    def aws(self, command: str) -> str:
        """Return an `aws` command line that asks the same store."""
        endpoint = f" --endpoint-url {shlex.quote(self.endpoint)}" if self.endpoint else ""
        profile = f" --profile {shlex.quote(self.profile)}" if self.profile else ""
        return f"aws {command}{endpoint}{profile}"


@contextmanager
def calling(target: Target, right: str, doing: str) -> Iterator[None]:
    """Turn botocore's errors inside the block into ours.

    `right` is what the call needs ("s3:ListBucket"), `doing` says it in words ("list bucket b").

    Raises:
        StoreError: one of the subclasses above where a caller can act on the difference.
    """
    try:
        yield
    except ClientError as error:
        raise _refused(error, target, right, doing) from error
    except (BotoCoreError, Boto3Error) as error:
        raise _failed(error, target, doing) from error
    except RecursionError as error:
        # botocore follows a redirect to its own end.
        raise StoreError(
            f"cannot {doing}: {target.where} sends us in circles", *_try(target)
        ) from error
    except OSError as error:
        # A CA bundle that cannot be read, a name that does not resolve.
        raise UnreachableError(f"cannot {doing}: {error.strerror or 'i/o error'}") from error


def code_of(error: ClientError) -> str:
    """Return the error code of a refusal; "HTTP 403" where the answer had no body to say it."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return f"HTTP {status}" if code.isdigit() or not _CODE.fullmatch(code) else code


_DENIED = {"AccessDenied", "AllAccessDisabled", "UnauthorizedAccess", "Forbidden", "HTTP 403"}
_UNKNOWN_KEY = {"InvalidAccessKeyId", "HTTP 401"}
_WRONG_SECRET = {"SignatureDoesNotMatch"}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken"}
_ABSENT = {"NoSuchKey", "NoSuchVersion", "NoSuchUpload", "HTTP 404", "NotFound"}
_SKEW = {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"}
_THROTTLED = {"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded"}
_THROTTLED |= {"TooManyRequests", "TooManyRequestsException", "BandwidthLimitExceeded"}
_THROTTLED |= {"ServiceUnavailable", "HTTP 429", "HTTP 503"}
_UNSUPPORTED = {"NotImplemented", "MethodNotAllowed", "HTTP 405", "HTTP 501"}
_REGION = {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraint"}
_REGION |= {"HTTP 301", "HTTP 307"}
_CONFLICT = {"PreconditionFailed", "ConditionalRequestConflict", "HTTP 409", "HTTP 412"}


def _refused(error: ClientError, target: Target, right: str, doing: str) -> StoreError:
    code = code_of(error)
    said = f"cannot {doing}: {target.where} says {code}"
    if code in _DENIED:
        return AccessDeniedError(
            f"access denied: cannot {doing}; the right {right} is missing",
            right,
            target.aws("sts get-caller-identity") if not target.endpoint else "tutela doctor",
            f"ask for {right} on arn:aws:s3:::{target.bucket}",
        )
    if code in _UNKNOWN_KEY:
        return CredentialsError(f"{target.where} does not know this access key", *_login(target))
    if code in _WRONG_SECRET:
        return CredentialsError(
            f"{target.where} refuses the signature: the secret key is wrong", *_login(target)
        )
    if code in _EXPIRED:
        return CredentialsError(f"the session token for {target.where} has expired", *_sso(target))
    if code == "NoSuchBucket":
        return NotFoundError(
            f"no bucket {target.bucket} at {target.where}", target.aws("s3api list-buckets")
        )
    if code in _SKEW:
        return ClockSkewError(
            f"the clocks of this machine and of {target.where} differ too much",
            "timedatectl timesync-status",
        )
    if code in _REGION:
        return StoreError(
            f"bucket {target.bucket} lies in another region",
            target.aws(f"s3api get-bucket-location --bucket {shlex.quote(target.bucket)}"),
            "tutela catalog scan SOURCE --region REGION",
        )
    for codes, kind in (
        (_ABSENT, NotFoundError),
        (_THROTTLED, ThrottledError),
        (_UNSUPPORTED, UnsupportedError),
        (_CONFLICT, ConflictError),
    ):
        if code in codes:
            return kind(said)
    return StoreError(said)


def _failed(error: Exception, target: Target, doing: str) -> StoreError:
    """Translate what went wrong before a server could answer."""
    where = target.where
    match error:
        case botocore.NoCredentialsError() | botocore.PartialCredentialsError():
            return CredentialsError(f"no complete credentials for {where}", *_login(target))
        case botocore.ProfileNotFound():
            return CredentialsError(
                f"no profile {target.profile or ''} in the AWS configuration".replace("  ", " "),
                "aws configure list-profiles",
            )
        case (
            botocore.TokenRetrievalError()
            | botocore.UnauthorizedSSOTokenError()
            | botocore.SSOTokenLoadError()
            | botocore.LoginError()
        ):
            return CredentialsError(f"the login for {where} has expired", *_sso(target))
        case botocore.CredentialRetrievalError() | botocore.MetadataRetrievalError():
            return CredentialsError(f"cannot get credentials for {where}", *_login(target))
        case botocore.ConfigParseError():
            return CredentialsError("the AWS configuration file cannot be read", "aws configure")
        case botocore.SSLError():
            return _tls(error, target)
        case botocore.ParamValidationError() | botocore.InvalidEndpointConfigurationError():
            return StoreError(f"cannot {doing}: not a name that S3 accepts")
        case botocore.ConnectTimeoutError() | botocore.ReadTimeoutError():
            return UnreachableError(f"{where} does not answer in time", *_try(target))
        case botocore.ProxyConnectionError():
            return UnreachableError(
                f"the proxy in front of {where} does not answer", "env | grep -i _proxy"
            )
        case botocore.HTTPClientError() | botocore.ConnectionError():
            return UnreachableError(f"nothing answers at {where}", *_try(target))
        case botocore.ChecksumError() | botocore.FlexibleChecksumError():
            return StoreError(f"cannot {doing}: the contents do not match their checksum")
    name = type(error).__name__
    return StoreError(f"cannot {doing}: what {where} answers is not S3 ({name})", *_try(target))


def _tls(error: Exception, target: Target) -> TlsError:
    text = str(error)
    where = target.where
    if "WRONG_VERSION_NUMBER" in text or "UNEXPECTED_EOF" in text or "RECORD_LAYER" in text:
        plain = where.replace("https://", "http://", 1)
        return TlsError(f"{where} does not speak TLS", f"--endpoint-url {shlex.quote(plain)}")
    if "Hostname mismatch" in text or "doesn't match" in text or "not valid for" in text:
        return TlsError(f"the certificate of {where} is for another name", *_try(target))
    if "NO_CERTIFICATE_OR_CRL_FOUND" in text or "No such file" in text:
        return TlsError(
            f"the CA bundle {target.ca_bundle or ''} holds no certificates", "--ca-bundle FILE"
        )
    if "CERTIFICATE_VERIFY_FAILED" in text:
        if "expired" in text:
            return TlsError(f"the certificate of {where} has expired", *_try(target))
        return TlsError(
            f"the certificate of {where} is signed by nobody that this machine trusts",
            "tutela catalog scan SOURCE --ca-bundle FILE",
        )
    return TlsError(f"TLS with {where} fails", *_try(target))


def _login(target: Target) -> tuple[str, ...]:
    if target.profile:
        return (f"aws configure --profile {shlex.quote(target.profile)}",)
    return (
        "export AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=...",
        "or name a profile: --profile NAME",
    )


def _sso(target: Target) -> tuple[str, ...]:
    profile = f" --profile {shlex.quote(target.profile)}" if target.profile else ""
    return (f"aws sso login{profile}", "or set AWS_SESSION_TOKEN anew")


def _try(target: Target) -> tuple[str, ...]:
    return (f"curl -v {shlex.quote(target.endpoint)}",) if target.endpoint else ("tutela doctor",)
