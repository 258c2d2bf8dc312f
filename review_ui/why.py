"""What the why panel of the review page needs beside the item. The engine is asked only when the person asks for it."""

from sqlalchemy.orm import Session

from linkage.identity import asking
from linkage.identity.pair_words import words_among
from linkage.identity.views import ItemView
from review_ui.present.explanation import Reading
from review_ui.present.why import Why, build_why
from rules.rulebook import load_rulebook


def why_of(session: Session, item: ItemView, *, ask: bool) -> Why:
    """`ask`: also what the engine says now of pairs that no scan has compared."""
    rulebook = load_rulebook()
    ids = [record.record_id for record in item.records]
    unmet = asking.unmet(ids, item.pairs)
    return build_why(
        item,
        Reading(rulebook.policy.bands, rulebook.weights),
        words_among(session, ids),
        unmet,
        asked=asking.ask(session, unmet, rulebook) if ask else (),
        searches=rulebook.matching.blocking,
    )
