"""Instants and days: everything is stored in UTC and counted in WIB (Asia/Jakarta, UTC+7, no daylight saving)."""

from datetime import UTC, date, datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7), "WIB")
MICROSECOND = timedelta(microseconds=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def aware(instant: datetime) -> datetime:
    """The instant itself.

    Raises:
        ValueError: it carries no time zone, so that it could be any of two dozen instants.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant carries its time zone; a naive one could be any of two dozen")
    return instant


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970, exact.

    Raises:
        ValueError: the instant is naive.
    """
    return (aware(instant) - _EPOCH) // MICROSECOND


def instant_of(microseconds_since_1970: int) -> datetime:
    """The inverse of `microseconds`, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds_since_1970)


def wib_date(instant: datetime) -> date:
    """The WIB day of an instant: after 17.00 UTC it is already tomorrow.

    Raises:
        ValueError: the instant is naive.
    """
    return aware(instant).astimezone(WIB).date()
