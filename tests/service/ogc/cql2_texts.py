"""Filter expressions for schemathesis: an API's definition cannot say what CQL2 text is."""

import schemathesis
from hypothesis import strategies as st

COMPARISONS = st.sampled_from(("=", "<>", "<", ">", "<=", ">="))
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(
    lambda text: "'" + text.replace("'", "''") + "'",
)
YEARS = st.integers(1990, 2050).map(str)
DEGREES = st.integers(-80, 80).map(str)
CONDITIONS = st.one_of(
    st.builds("{} {} {}".format, st.sampled_from(("status", "category", "name_zh")), COMPARISONS, TEXTS),
    st.builds("{} {} {}".format, st.sampled_from(("year_start", "position_accuracy_m")), COMPARISONS, YEARS),
    st.builds("name_en LIKE {}".format, TEXTS),
    st.builds("CASEI(name_en) = CASEI({})".format, TEXTS),
    st.builds("year_start BETWEEN {} AND {}".format, YEARS, YEARS),
    st.builds("status IN ({}, {})".format, TEXTS, TEXTS),
    st.builds("A_OVERLAPS(city, ({}, {}))".format, TEXTS, TEXTS),
    st.builds("S_INTERSECTS(geometry, BBOX({}, {}, {}, {}))".format, DEGREES, DEGREES, DEGREES, DEGREES),
    st.just("year_end IS NULL"),
)
EXPRESSIONS = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(("AND", "OR")), inner),
        st.builds("NOT ({})".format, inner),
    ),
    max_leaves=5,
)
schemathesis.openapi.format("cql2-text", EXPRESSIONS)
