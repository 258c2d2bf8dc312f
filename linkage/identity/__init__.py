"""Who is who, and the rules by which that may change: students, worklist, decisions, accounts, ledger, search.

Every operation takes a session inside a unit of work and the time; it checks permission, then version, then writes, then appends
to the ledger. What it returns are the plain views of `views.py`.
"""
