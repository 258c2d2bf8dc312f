"""`create_app`: the review queue as a WSGI application."""

from pathlib import Path

from flask import Flask, Response
from werkzeug.routing import IntegerConverter, Map

from linkage.identity.alike import StandingDesk
from linkage.store.database import Database
from review_ui import access, compression, errors, filters, language, look, security, timing
from review_ui.access import PUBLIC, needs
from review_ui.forms import LARGEST
from review_ui.present.field_groups import field_groups
from review_ui.services import EXTENSION, Services, services
from review_ui.settings import Settings
from review_ui.static_files import load_static_files
from review_ui.views import AREAS
from rules.mde_list import load_mde_list
from rules.rulebook import load_rulebook


def create_app(settings: Settings) -> Flask:
    """Raises MissingAssetsError and RuleFileError: a half-working queue is worse than none."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=settings.form_bytes,
        MAX_FORM_MEMORY_SIZE=settings.form_bytes,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    app.jinja_options["autoescape"] = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = Services(
        settings=settings,
        database=Database(settings.database_url),
        groups=field_groups(load_rulebook().matching, load_mde_list(), load_rulebook().tables),
        static=load_static_files(Path(__file__).parent / "static"),
        desk=StandingDesk(settings.standing, load_rulebook()) if settings.standing else None,
    )
    app.url_map.converters["number"] = Number
    for part in (timing, compression, security, access, errors, language, filters, look):
        part.install(app)
    for blueprint in AREAS:
        app.register_blueprint(blueprint)
    app.add_url_rule("/static/<digest>/<path:name>", "static", static, methods=["GET"])
    return app


class Number(IntegerConverter):
    """An id in an address; one that no database row can have is no address."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=LARGEST)


@needs(PUBLIC)
def static(digest: str, name: str) -> Response:
    return services().static.response(digest, name)
