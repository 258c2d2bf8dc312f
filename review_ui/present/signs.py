"""Which traffic sign a guard is: an octagon where two facts cannot both be true of one child, a triangle where care is enough."""

from collections.abc import Mapping

STOP, CARE = "stop", "care"
PLAIN = "priority_high"  # an exclamation mark

# Shape, and the icon of the USWDS sprite in it.
SIGNS: Mapping[str, tuple[str, str]] = {
    "GUARD-MB": (CARE, "people"),
    "GUARD-SIB": (CARE, "people"),
    "GUARD-REUSED": (CARE, "event"),
    "GUARD-DOB-NEAR": (STOP, "event"),
    "GUARD-PARENTS": (CARE, "groups"),
    "GUARD-PARENT": (CARE, "groups"),
    "GUARD-SUFFIX": (STOP, "groups"),
    "GUARD-GENERATION": (STOP, "event"),
    "GUARD-COMMON": (CARE, "text_fields"),
    "GUARD-SEX": (CARE, "person"),
    "GUARD-DOB": (CARE, "event"),
    "GUARD-BIRTHPLACE": (STOP, "location_on"),
    "GUARD-GIVEN": (CARE, "text_fields"),
    "GUARD-SURNAME": (CARE, "text_fields"),
    "GUARD-VERIFIED": (STOP, "verified"),
    "GUARD-ATTENDANCE": (STOP, "school"),
    "GUARD-THIN": (CARE, "search"),
    "GUARD-SEVERAL": (CARE, "share"),
    "GUARD-BRIDGE": (CARE, "link_off"),
}


def look_of(guard_id: str) -> tuple[str, str]:
    return SIGNS.get(guard_id, (CARE, PLAIN))
