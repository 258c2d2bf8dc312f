"""What holds for every request, whoever sends it: response headers, no forged forms, no doubled parameters."""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, abort, g, request
from werkzeug.wrappers import Response

from review_ui.services import services

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SAFE_METHODS = {"GET", "HEAD"}
CSRF_FIELD = "csrf"
FORM_TYPE = "application/x-www-form-urlencoded"


def install(app: Flask) -> None:
    app.before_request(refuse_forged_requests)
    app.after_request(add_headers)
    app.jinja_env.globals["csrf_token"] = csrf_token


def session_cookie() -> str:
    """Name of the cookie that holds the session's token; `__Host-` ties it to this host and to TLS."""
    return "__Host-near_match" if services().settings.tls else "near_match"


def form_cookie() -> str:
    """Name of the cookie that protects the sign-in form, when there is no session yet."""
    return "__Host-near_match_form" if services().settings.tls else "near_match_form"


def language_cookie() -> str:
    """Name of the cookie that holds the language chosen before signing in."""
    return "__Host-near_match_language" if services().settings.tls else "near_match_language"


def set_cookie(response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, httponly=True, samesite="Lax", secure=services().settings.tls, path="/")


def drop_cookie(response: Response, name: str) -> None:
    response.delete_cookie(name, httponly=True, samesite="Lax", secure=services().settings.tls, path="/")


def csrf_token() -> str:
    """Goes into every form. Derived from the session's secret, so that it needs no storage and dies with the session.

    Masked with other random bytes on every page: a compressed page must not hold the same secret twice (BREACH).
    """
    secret = _form_secret() or g.get("new_form_secret", "")
    if not secret:
        secret = g.new_form_secret = secrets.token_urlsafe(32)
    pad = secrets.token_bytes(32)
    return (pad + _combined(pad, _derived(secret))).hex()


def refuse_forged_requests() -> None:
    """Before anything touches the database. Aborts with 400, 403, 413 or 415."""
    for name, values in (*request.args.lists(), *request.form.lists()):
        if len(values) > 1:
            abort(400, f"The field “{name[:40]}” was sent more than once.")
    if "\0" in request.path or any("\0" in part for pair in request.values.items() for part in pair):
        abort(400, "The request holds a character that no text has.")
    if request.method in SAFE_METHODS:
        return
    if request.mimetype not in ("", FORM_TYPE):
        abort(415)
    secret = _form_secret()
    if _from_another_site() or not secret or not hmac.compare_digest(_unmasked_token(), _derived(secret)):
        abort(403, "The form is out of date or was not sent from this site. Go back, reload the page and try again.")


def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)  # the page to print allows its own style
    response.headers.setdefault("Cache-Control", "no-store")
    if services().settings.tls:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if "HX-Boosted" in request.headers and request.method == "GET":
        response.headers["HX-Push-Url"] = request.full_path.removesuffix("?")  # also after a form that led here
    if "new_form_secret" in g:
        set_cookie(response, form_cookie(), g.new_form_secret)
    return response


def _form_secret() -> str:
    return request.cookies.get(session_cookie()) or request.cookies.get(form_cookie(), "")


def _derived(secret: str) -> bytes:
    return hmac.new(secret.encode(), b"near-match form", hashlib.sha256).digest()


def _unmasked_token() -> bytes:
    """The token of the form that was sent; empty for what cannot be one."""
    try:
        token = bytes.fromhex(request.form.get(CSRF_FIELD, ""))
    except ValueError:
        return b""
    return _combined(token[:32], token[32:]) if len(token) == 64 else b""


def _combined(pad: bytes, token: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(pad, token, strict=True))


def _from_another_site() -> bool:
    """What the browser says of the sender. "null" is what `no-referrer` makes of our own Origin: the token decides then."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site != "same-origin"
    origin = request.headers.get("Origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.host
