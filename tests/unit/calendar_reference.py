"""
The deadlines of calendar_test.c, by Python's zoneinfo, minute by minute.

Of a time that the clocks show twice the first one counts, which is fold=0; of
one that they skip the moment when they do, which has to be looked for.

All is long ago: what the clocks of a country will do is only known when they
have done it, and packages of zones are of different age.
"""
import random
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

HOLIDAYS = {date(2015, 12, 25), date(2015, 5, 1), date(2015, 1, 1)}
MINUTE = timedelta(minutes=1)


class Week:
    """From Monday to Friday, 9 to 17; or other minutes, and every day."""

    def __init__(self, zone, start=9 * 60, end=17 * 60, weekend=False):
        self.zone, self.start, self.end = ZoneInfo(zone), start, end
        self.weekend = weekend

    def has_day(self, day):
        return (self.weekend or day.weekday() < 5) and day not in HOLIDAYS

    def is_open(self, t):
        """Whether business is open in the minute that begins at t (UTC)."""
        x = t.astimezone(self.zone)
        return self.has_day(x.date()) and \
            self.start <= x.hour * 60 + x.minute < self.end

    def opening(self, t):
        while not self.is_open(t):
            t += MINUTE
        return t

    def hours(self, t, hours):
        t = self.opening(t)
        left = hours * 60
        while left > 0:
            if self.is_open(t):
                left -= 1
            t += MINUTE
        return t

    def days(self, t, days):
        t = self.opening(t).astimezone(self.zone)
        clock, day = t.time().replace(fold=0), t.date()
        while days > 0:
            day += timedelta(days=1)
            if self.has_day(day):
                days -= 1
        wanted = datetime.combine(day, clock)
        t = wanted.replace(tzinfo=self.zone).astimezone(timezone.utc)
        if t.astimezone(self.zone).replace(tzinfo=None) == wanted:
            return t
        t -= timedelta(hours=3)                # skipped: it is near
        while t.astimezone(self.zone).replace(tzinfo=None) < wanted:
            t += MINUTE
        return t


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def rfc3339(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ")


def plain_rows():
    for name, start, what, n in [
            ("Europe/Berlin", "2015-05-06T10:00:00", "bd", 1),
            ("Europe/Berlin", "2015-05-08T10:00:00", "bd", 1),   # a Friday
            ("Europe/Berlin", "2015-05-09T10:00:00", "bd", 1),   # a Saturday
            ("Europe/Berlin", "2015-04-30T14:00:00", "bd", 1),   # 1 May, a Friday
            ("Europe/Berlin", "2015-03-27T08:30:00", "bd", 1),   # spring: 28/29
            ("Europe/Berlin", "2015-03-26T13:00:00", "bd", 3),
            ("Europe/Berlin", "2015-10-23T08:30:00", "bd", 1),   # autumn: 24/25
            ("Europe/Berlin", "2015-12-24T15:30:00", "bd", 2),
            ("Europe/Berlin", "2015-05-06T03:00:00", "bd", 1),   # before opening
            ("America/New_York", "2015-03-06T20:30:00", "bd", 1),
            ("America/New_York", "2015-10-30T18:00:00", "bd", 2),
            ("Asia/Kolkata", "2015-05-06T10:00:00", "bd", 5),
            ("Europe/Berlin", "2015-05-06T10:00:00", "bh", 4),
            ("Europe/Berlin", "2015-05-08T13:00:00", "bh", 4),
            ("Europe/Berlin", "2015-05-09T13:00:00", "bh", 8),
            ("Europe/Berlin", "2015-05-09T13:00:00", "bh", 9),
            ("Europe/Berlin", "2015-03-27T15:00:00", "bh", 12),
            ("Europe/Berlin", "2015-10-23T14:00:00", "bh", 20),
            ("Europe/Berlin", "2015-12-23T14:00:00", "bh", 24),
            ("America/New_York", "2015-11-01T05:30:00", "bh", 1),
            ("Asia/Kolkata", "2015-05-06T10:00:00", "bh", 3)]:
        week = Week(name)
        end = (week.days if what == "bd" else week.hours)(utc(start), n)
        print('\t{ "%s", "%sZ", "%d%s", "%s" },' % (
            name, start, n, what, rfc3339(end)))


def jump_rows():
    """Around the hours that are skipped or come twice, open every day."""
    draw = random.Random(1)
    for name, jumps in [
            ("Europe/Berlin", ["2015-03-29T01:00:00", "2015-10-25T01:00:00"]),
            ("America/New_York", ["2015-03-08T07:00:00", "2015-11-01T06:00:00"]),
            ("Australia/Lord_Howe", ["2015-04-04T15:00:00", "2015-10-03T15:30:00"]),
            ("America/St_Johns", ["2015-03-08T05:30:00", "2015-11-01T04:30:00",
                                  "2010-11-07T02:31:00"]),
            ("America/Havana", ["2015-03-08T05:00:00", "2015-11-01T05:00:00"])]:
        for jump in jumps:
            at = utc(jump)
            zone = ZoneInfo(name)
            clock = at.astimezone(zone)
            before = (at - timedelta(seconds=1)).astimezone(zone)
            minute = min(clock.hour * 60 + clock.minute,
                         before.hour * 60 + before.minute + 1)
            for start, end in [(0, 1440), (minute + 10, minute + 50),
                               (minute - 30, minute + 20),
                               (minute + 20, minute + 200),
                               (minute + 10, 1440)]:
                if start < 0:
                    continue
                for what in ["bd", "bh"]:
                    week = Week(name, start, end, True)
                    n = draw.randrange(1, 3)
                    t = at - timedelta(minutes=draw.choice(
                        [n * 1440 + x for x in (-75, -45, -20, 15, 45)]
                        if what == "bd" else [10, 40, 90, 480]))
                    until = (week.days if what == "bd" else week.hours)(t, n)
                    print('\t{ "%s", %d, %d, "%s", "%d%s", "%s" },' % (
                        name, start, end, rfc3339(t), n, what, rfc3339(until)))


plain_rows()
print()
jump_rows()
