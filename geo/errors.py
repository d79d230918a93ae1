"""What can go wrong with coordinates and geometry."""


class GeoError(Exception):
    """Root of the errors of this package; `code` is stable and has words in both languages."""

    code = "geo"


class MissingCRSError(GeoError):
    """The data says nowhere which coordinates it holds."""

    code = "missing_crs"

    def __init__(self, asked: str) -> None:
        self.asked = asked
        super().__init__(f"{asked} needs a CRS, and the data has none; set the CRS it was made in.")


class GeocoderRefusedError(GeoError):
    """The configured geocoder's address is not one that the program may call."""

    code = "geocoder_refused"

    def __init__(self, url: str, allowed: tuple[str, ...]) -> None:
        self.url = url
        self.allowed = allowed
        super().__init__(
            f"The geocoder {url!r} is not called: it must be https and its host one of "
            f"{list(allowed)!r}. Name the host in CORRIDOR_GEOCODER_HOSTS.",
        )


class GeocoderUnreachableError(GeoError):
    """The geocoder did not answer, or answered with nothing that can be read."""

    code = "geocoder_unreachable"

    def __init__(self, host: str, text: str) -> None:
        self.host = host
        self.text = text
        super().__init__(
            f"Asked {host!r} for {text!r} and got no usable answer; "
            "the places of the atlas and its gazetteer can still be searched.",
        )
