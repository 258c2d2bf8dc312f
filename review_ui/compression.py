"""Pages go out compressed: a review page is a fifth of its size then, which a slow line feels.

Compressing a secret beside what a stranger can put into a page would tell the secret by the length of the answer. The only secret in
our pages is the form token, and that is masked anew for every page (`security.csrf_token`).
"""

import gzip

from flask import Flask, request
from werkzeug.wrappers import Response

LEAST = 1_000  # bytes; below it nothing is gained
LEVEL = 5


def install(app: Flask) -> None:
    app.after_request(compress)


def compress(response: Response) -> Response:
    """HTML for whoever takes gzip. Style sheets and scripts are compressed once, when they are read."""
    response.vary.add("Accept-Encoding")
    wanted = request.accept_encodings.best_match(["gzip"]) == "gzip"
    if not wanted or response.mimetype != "text/html" or response.direct_passthrough or response.content_encoding:
        return response
    content = response.get_data()
    if len(content) >= LEAST:
        response.set_data(gzip.compress(content, LEVEL, mtime=0))
        response.content_encoding = "gzip"
    return response
