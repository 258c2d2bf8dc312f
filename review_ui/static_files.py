"""Style sheet, fonts and icons, kept in memory under a path that changes with their content.

`/static/<digest>/app.css` may be cached for ever: another content has another digest. One digest for the whole tree, so that
the relative links inside a style sheet (fonts) stay valid. `app.css` is all of `css/`, in the order of the names: one request, small
files. No request path ever reaches the disk.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Response, abort, request

from linkage.errors import LinkageError

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
STYLES = "css/"  # joined into app.css
NEEDED = (
    "app.css",
    "js/page.js",
    "vendor/htmx/htmx.min.js",
    "vendor/uswds/css/uswds.min.css",
    "vendor/uswds/img/sprite.svg",
)
FOR_EVER = "public, max-age=31536000, immutable"


class MissingAssetsError(LinkageError):
    """The parts that come from npm are not there."""

    code = "missing_assets"


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    compressed: bytes  # empty where compression gains nothing
    media_type: str


@dataclass(frozen=True, slots=True)
class StaticFiles:
    assets: Mapping[str, Asset]
    digest: str

    def url(self, name: str) -> str:
        if name not in self.assets:
            raise KeyError(name)
        return f"/static/{self.digest}/{name}"

    def response(self, digest: str, name: str) -> Response:
        asset = self.assets.get(name)
        if asset is None:
            abort(404)
        compressed = bool(asset.compressed) and "gzip" in request.headers.get("Accept-Encoding", "")
        response = Response(asset.compressed if compressed else asset.content, content_type=asset.media_type)
        if compressed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = FOR_EVER if digest == self.digest else "no-cache"
        return response


@cache
def load_static_files(root: Path) -> StaticFiles:
    """Read every servable file below `root`. Raises MissingAssetsError."""
    paths = sorted(path for path in root.rglob("*") if path.suffix in MEDIA_TYPES)
    contents = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    styles = [name for name in contents if name.startswith(STYLES)]
    contents["app.css"] = b"\n".join(contents.pop(name) for name in styles)
    assets = {name: _asset(name, content) for name, content in contents.items()}
    missing = [name for name in NEEDED if name not in assets]
    if missing:
        raise MissingAssetsError(f"Web assets are missing below {root}: {', '.join(missing)}.", "Run `make setup`.")
    total = hashlib.sha256()
    for name, asset in assets.items():
        total.update(name.encode() + b"\0" + asset.content)
    return StaticFiles(assets, total.hexdigest()[:16])


def _asset(name: str, content: bytes) -> Asset:
    suffix = Path(name).suffix
    compressed = b"" if suffix == ".woff2" else gzip.compress(content, mtime=0)
    return Asset(content, compressed, MEDIA_TYPES[suffix])
