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


class UnknownCRSError(GeoError):
    """A coordinate reference system was asked for that data are not exported in."""

    code = "unknown_crs"

    def __init__(self, asked: str) -> None:
        self.asked = asked
        super().__init__(
            f"No export to {asked!r}: there are EPSG:4326 (WGS 84), EPSG:4490 (CGCS2000), EPSG:3857 "
            "(Web Mercator), the 3-degree Gauss-Krüger grids of CGCS2000, EPSG:4513 to 4533 with zone "
            "number and EPSG:4534 to 4554 without, gk-auto and gk-by-city.",
        )


class RefusedDatumError(GeoError):
    """A system was asked for to which positions cannot be moved with known accuracy."""

    code = "refused_datum"

    def __init__(self, asked: str, datum: str) -> None:
        self.asked = asked
        self.datum = datum
        super().__init__(
            f"No export to {asked!r}: how {datum} lies to WGS 84 is not public, and a guess would be off by "
            "up to some hundred metres without saying so. Use CGCS2000: EPSG:4490, or gk-auto for its grid.",
        )


class WrongZoneError(GeoError):
    """The zone of a grid is not the one that the data lie in."""

    code = "wrong_zone"

    def __init__(self, asked: str, right: str, meridian: str, reach: tuple[float, float]) -> None:
        self.asked = asked
        self.right = right
        self.meridian = meridian
        self.reach = reach
        self.west, self.east = (f"{edge:.4f}" for edge in reach)
        super().__init__(
            f"{asked} is not the zone of these data: they reach from {self.west}° to {self.east}°E, most of "
            f"them around {meridian}°E. Use {right}.",
        )


class OutsideCRSError(GeoError):
    """Data lie where a system is of no use."""

    code = "outside_crs"

    def __init__(self, asked: str, reason: str) -> None:
        self.asked = asked
        self.reason = reason
        super().__init__(
            f"{asked} does not hold these data: {reason}. Use gk-by-city, EPSG:4490, or fewer places.",
        )
