"""Has the server read requests for links that are far too long, so that whoever opens one gets a page."""

from uvicorn.protocols.http import h11_impl

# Far above `layers.view.MAX_QUERY`: what is longer than that is read here, and named on the page.
LONGEST_HEAD = 1_048_576


def read_long_requests() -> None:
    """Raise the limit on a request's line and headers from uvicorn's 16 KiB.

    uvicorn takes it as a setting, which Streamlit does not pass on. Beyond 16 KiB it answers in plain
    text, and to a link of 200 places with some cookies it does so now and then: it depends on how the
    network cuts the request into packets.
    """
    # uvicorn has the name from h11 and reads it anew for each connection.
    h11_impl.DEFAULT_MAX_INCOMPLETE_EVENT_SIZE = LONGEST_HEAD  # type: ignore[attr-defined]
