"""Every example of every name rule, run through the comparison that the engine uses."""

import pytest

from rules.names import NameRule
from tests.compare_helpers import MATCHER, RULEBOOK, child, levels

_FIELD = {"given": "given", "surname": "surname", "date": "birth_date", "parent": "parents", "sex": "sex"}
