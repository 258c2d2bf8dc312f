"""Invented families with truth, to train and measure on. Read in this order:

`rates` how often what happens · `pools` names and towns · `naming`, `families` who exists · `journeys` where they live when ·
`recording`, `damage` what a State makes of it · `sample` all of it together · `upload` as files · `trial`, `measures` how well they are matched.
"""
