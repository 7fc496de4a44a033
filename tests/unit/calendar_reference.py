"""The deadlines of calendar_test.c, by Python's zoneinfo, minute by minute."""
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

HOLIDAYS = {date(2026, 12, 25), date(2026, 5, 1), date(2026, 1, 1)}


def is_open(t, zone, weekend=False):
    """Whether business is open in the minute that begins at t (UTC)."""
    x = t.astimezone(zone)
    return (weekend or x.weekday() < 5) and x.date() not in HOLIDAYS \
        and 9 <= x.hour < 17


def opening(t, zone):
    while not is_open(t, zone):
        t += timedelta(minutes=1)
    return t


def business_hours(t, zone, hours):
    t = opening(t, zone)
    left = hours * 60
    while left > 0:
        if is_open(t, zone):
            left -= 1
        t += timedelta(minutes=1)
    return t


def business_days(t, zone, days):
    t = opening(t, zone).astimezone(zone)
    clock, day = t.timetz().replace(tzinfo=None), t.date()
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in HOLIDAYS:
            days -= 1
    return datetime.combine(day, clock, tzinfo=zone).astimezone(timezone.utc)


for name, start, what, n in [
        ("Europe/Berlin", "2026-05-06T10:00:00", "bd", 1),
        ("Europe/Berlin", "2026-05-08T10:00:00", "bd", 1),     # a Friday
        ("Europe/Berlin", "2026-05-09T10:00:00", "bd", 1),     # a Saturday
        ("Europe/Berlin", "2026-04-30T14:00:00", "bd", 1),     # 1 May, a Friday
        ("Europe/Berlin", "2026-03-27T08:30:00", "bd", 1),     # spring: 28/29
        ("Europe/Berlin", "2026-03-26T13:00:00", "bd", 3),
        ("Europe/Berlin", "2026-10-23T08:30:00", "bd", 1),     # autumn: 24/25
        ("Europe/Berlin", "2026-12-24T15:30:00", "bd", 2),
        ("Europe/Berlin", "2026-05-06T03:00:00", "bd", 1),     # before opening
        ("Europe/Berlin", "2026-05-06T19:00:00", "bd", 0),
        ("America/New_York", "2026-03-06T20:30:00", "bd", 1),
        ("America/New_York", "2026-10-30T18:00:00", "bd", 2),
        ("Asia/Kolkata", "2026-05-06T10:00:00", "bd", 5),
        ("Europe/Berlin", "2026-05-06T10:00:00", "bh", 4),
        ("Europe/Berlin", "2026-05-08T13:00:00", "bh", 4),
        ("Europe/Berlin", "2026-05-09T13:00:00", "bh", 8),
        ("Europe/Berlin", "2026-05-09T13:00:00", "bh", 9),
        ("Europe/Berlin", "2026-03-27T15:00:00", "bh", 12),
        ("Europe/Berlin", "2026-10-23T14:00:00", "bh", 20),
        ("Europe/Berlin", "2026-12-23T14:00:00", "bh", 24),
        ("America/New_York", "2026-11-01T05:30:00", "bh", 1),
        ("Asia/Kolkata", "2026-05-06T10:00:00", "bh", 3)]:
    zone = ZoneInfo(name)
    t = datetime.fromisoformat(start).replace(tzinfo=timezone.utc)
    end = (business_days if what == "bd" else business_hours)(t, zone, n)
    if n:
        print('\t{ "%s", "%sZ", "%d%s", "%s" },' % (
            name, start, n, what, end.strftime("%Y-%m-%dT%H:%M:%SZ")))
