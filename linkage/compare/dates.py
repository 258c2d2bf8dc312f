"""Limits between two birth dates. Sources: naming facts on dates (January 1, guessed ages, sibling interval)."""

NEAR_DAYS = 240  # two births of one mother cannot lie closer, unless they are one birth
SIBLING_DAYS = 5 * 366
ASSIGNED_YEARS = 2  # an age that was guessed
