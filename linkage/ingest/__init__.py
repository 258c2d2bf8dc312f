"""File -> accepted rows + quarantine. Every physical line is accounted for; nothing is dropped.

- upload.py: the main entry, one State's upload in MDE shape
- table.py: any table with a header, for `nearmatch link` and `nearmatch score-pairs`
- folding.py: accepted rows -> one entry a student
- files.py: a path -> its content, or a refusal; source.py: the types of that content
- physical.py: bytes -> decoded physical lines; split.py: one line -> cells; text.py: lines -> rows, one record at a time
- typed.py: XLSX and Parquet -> rows
- mapping.py: header -> element; values.py: cell -> date or sex; rows.py: row -> accepted or quarantined
- result.py: what is handed on; reasons.py: why a line was quarantined, in words
"""
