"""How long the server took for a page, told to whoever asks the browser (`Server-Timing`): whether a slow page is ours or the line's."""

import time

from flask import Flask, g
from werkzeug.wrappers import Response


def install(app: Flask) -> None:
    """The first of all parts: what comes before a request is done in order, what comes after it the other way round."""
    app.before_request(begin)
    app.after_request(tell)


def begin() -> None:
    g.begun, g.worked = time.perf_counter(), time.thread_time()


def tell(response: Response) -> Response:
    """`app`: milliseconds from the request to the answer, compressed. `cpu`: how much of that this thread was at work."""
    if "begun" in g and "account" in g:  # nobody times a sign-in by it
        app, cpu = 1000 * (time.perf_counter() - g.begun), 1000 * (time.thread_time() - g.worked)
        response.headers["Server-Timing"] = f"app;dur={app:.1f}, cpu;dur={cpu:.1f}"
    return response
