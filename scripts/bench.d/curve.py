"""What hitl-calibrate curve --at does, with json and numpy."""
import json
import sys

import numpy


def usable(c):
    """A confidence in [0, 1], or None."""
    if isinstance(c, str):
        try:
            c = float(c[:-1]) / 100 if c.endswith("%") else float(c)
        except ValueError:
            return None
    return c if isinstance(c, (int, float)) and 0 <= c <= 1 else None


confidence, wrong, without = [], [], 0
for line in open(sys.argv[1], encoding="utf-8"):
    record = json.loads(line)
    correct = record.get("correct")
    if correct is None:
        continue
    c = usable(record.get("confidence"))
    if c is not None:
        confidence.append(c)
        wrong.append(not correct)
    else:
        without += 1
confidence = numpy.array(confidence)
wrong = numpy.array(wrong)
for t in map(float, sys.argv[2].split(",")):
    alone = confidence >= t
    print(t, len(confidence) + without, alone.sum(), wrong[alone].sum())
