"""What a decision says of itself: the rule's name, the reason in words, where it is written.

Each is an SQL expression over the last step of the decision query: `d` (what was decided), `f`
(facts), `r` (the rule), `m` (the rule's view of the artifact), `p` (the policy), `pins`.
"""

from governance.decide.conditions import UNSURE
from governance.decide.facts import LATEST_US


def moment(micros: str) -> str:
    """Return the point in time of microseconds since 1970, at most the last day of 9999."""
    bounded = f"CASE WHEN {micros} > {LATEST_US} THEN {LATEST_US} ELSE {micros} END"
    return f"make_timestamptz({bounded})"


def _date(micros: str) -> str:
    return f"CAST(CAST(make_timestamp(LEAST({micros}, {LATEST_US})) AS DATE) AS VARCHAR)"


def _text(number: str) -> str:
    return f"CAST({number} AS VARCHAR)"


_SERIES = "COALESCE(NULLIF(TRIM(TRAILING '/' FROM f.run), ''), f.bucket)"
_STEP = f"COALESCE(' (step ' || {_text('f.step')} || ')', '')"
_NEWEST = f"COALESCE(' (step ' || {_text('m.newest_step')} || ')', '')"

LEVEL = """CASE
    WHEN d.code = 1 THEN 'pin'
    WHEN d.code <= 3 THEN 'none'
    WHEN d.code <= 6 OR d.code BETWEEN 15 AND 17 THEN 'protect'
    WHEN d.code <= 13 THEN 'grace'
    WHEN d.code = 14 THEN 'default'
    WHEN d.code = 32 THEN 'expire'
    WHEN d.code BETWEEN 28 AND 31 THEN 'rule'
    ELSE 'keep'
END"""

RULE = """CASE
    WHEN d.code = 1 THEN 'pin:' || pins.id
    WHEN d.code = 2 THEN 'no policy'
    WHEN d.code = 3 THEN 'out of scope'
    WHEN d.code = 4 THEN p.blocked_rule
    WHEN d.code = 15 THEN 'protect:' || h.id
    WHEN d.code = 17 THEN 'trainer:newer'
    WHEN d.code <= 6 OR d.code = 16 THEN 'evidence'
    WHEN d.code = 7 THEN 'unknown'
    WHEN d.code <= 9 THEN 'listing'
    WHEN d.code <= 11 THEN 'grace:date'
    WHEN d.code = 12 THEN 'grace:complete'
    WHEN d.code = 13 THEN 'grace:min_age'
    WHEN d.code = 14 THEN 'default'
    WHEN d.code = 40 THEN 'run:saves'
    ELSE r.id
END"""

POLICY = """CASE
    WHEN d.code IN (4, 13, 15) THEN p.name
    WHEN d.code >= 20 THEN r.policy
END"""

LINE = """CASE
    WHEN d.code = 4 THEN p.blocked_at
    WHEN d.code = 15 THEN h.at
    WHEN d.code = 13 THEN p.grace_at
    WHEN d.code >= 20 THEN r.at
END"""

_UNSURE = (
    "CONCAT_WS(', ', "
    + ", ".join(
        f"CASE WHEN MOD(CAST(FLOOR(m.unsure / {bit}) AS BIGINT), 2) = 1 THEN '{words}' END"
        for bit, words in UNSURE.items()
    )
    + ")"
)

_CHECKED = f"""
    'last changed ' || {_date("f.touched_us")} || ', longer ago than ' || r.delete_words
    || CASE
        WHEN r.last_verified IS NULL THEN ''
        WHEN m.rank IS NULL THEN '; not a complete save of ' || {_SERIES}
        ELSE '; not ' || r.last_words || ' of ' || {_SERIES}
             || ' (number ' || {_text("m.rank")} || ')'
    END
    || CASE
        WHEN r.every_steps IS NULL THEN ''
        ELSE '; step ' || {_text("f.step")} || ' is not a multiple of ' || {_text("r.every_steps")}
    END
    || CASE
        WHEN r.best_k IS NULL THEN ''
        ELSE '; not the ' || r.best_words || COALESCE(' (number ' || {_text("m.best")} || ')', '')
    END
    || CASE WHEN r.only_recoverable THEN '; can be made again' ELSE '' END
    || CASE WHEN r.names_ids THEN '; not named by the rule' ELSE '' END
    || CASE
        WHEN d.rules > 1 THEN '; all ' || {_text("d.rules")} || ' matching rules agree'
        ELSE ''
    END
    || '; not pinned, not needed by any root'
"""

REASON = f"""CASE d.code
    WHEN 1 THEN pins.words
    WHEN 2 THEN 'no policy'
    WHEN 3 THEN 'out of scope'
    WHEN 4 THEN p.blocked_reason
    WHEN 5 THEN 'needs evidence: the pins of this store (' || f.pins_why || ')'
    WHEN 6 THEN 'needs evidence: which dataset versions use this blob'
    WHEN 15 THEN 'needed by ' || t.words
        || CASE WHEN l.claim <> t.claim THEN ', through: ' || l.words ELSE '' END
    WHEN 16 THEN 'needs evidence: ' || o.words
    WHEN 17 THEN 'newer than what its trainer points to (step ' || {_text("n.step")} || ')'
    WHEN 7 THEN 'nobody knows what it is'
    WHEN 8 THEN 'the listing is incomplete (' || f.listing_why || ')'
    WHEN 9 THEN 'old versions could not be listed (' || f.versions_why || ')'
    WHEN 10 THEN 'the time of its last change is not known'
    WHEN 11 THEN 'changed in the future: ' || {_date("f.touched_us")}
    WHEN 12 THEN 'not known to be complete' || COALESCE(' (' || f.why || ')', '')
    WHEN 13 THEN 'younger than ' || p.min_age_words || ': until '
        || {_date("f.touched_us + p.min_age_us")}
    WHEN 14 THEN 'no rule is about it'
    WHEN 20 THEN 'the ' || r.best_words || ' of ' || {_SERIES} || ': ' || {_text("ABS(m.value)")}
    WHEN 21 THEN 'named by the rule'
    WHEN 22 THEN 'the rule keeps all that it is about'
    WHEN 23 THEN CASE
        WHEN f.step IS NULL
        THEN 'a complete save of ' || {_SERIES} || ' whose step is not known: counts as the newest'
        ELSE r.last_words || ' of ' || {_SERIES} || {_STEP}
    END
    WHEN 24 THEN 'no complete save of ' || {_SERIES} || ' is known'
    WHEN 25 THEN 'its step is not known, so it may be one of every '
        || {_text("r.every_steps")} || ' steps'
    WHEN 26 THEN 'step ' || {_text("f.step")} || ' is a multiple of ' || {_text("r.every_steps")}
    WHEN 27 THEN 'newer than the newest complete save of ' || {_SERIES} || {_NEWEST}
        || ' and younger than ' || r.in_flight_words || ': until '
        || {_date("f.touched_us + r.in_flight_us")}
    WHEN 28 THEN 'needs evidence: ' || {_UNSURE}
    WHEN 29 THEN 'needs evidence: whether it is among the ' || r.best_words
        || ': no such metric is known' || {_STEP}
    WHEN 30 THEN CASE
        WHEN r.never_words IS NOT NULL THEN r.never_words
        ELSE 'needs evidence: whether it can be made again ('
            || COALESCE(NULLIF(v.why, ''), 'no registered source knows its run') || ')'
    END
    WHEN 31 THEN 'younger than ' || r.delete_words || ': until '
        || {_date("f.touched_us + r.delete_after_us")}
    WHEN 32 THEN {_CHECKED}
    WHEN 40 THEN 'belongs to saves of ' || {_SERIES} || ' that are kept'
END"""
