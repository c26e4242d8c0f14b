"""Keeps what schemathesis makes up from putting out, degrading, or locking out the very device that sends it, and has half
of the numbers that may be one be those of devices and names that there are."""

import os

import schemathesis

OWN_DEVICE = os.environ["OWN_DEVICE"]
REMOVED = (2, 3, 4)
CHANGED = (5, 6, 7)


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.path == "/api/lock" and case.body == {"locked": True}:
        case.body = {"locked": False}
    try:
        number = int(case.path_parameters["id"])
    except (KeyError, TypeError, ValueError):
        return
    # What is done one after the other goes by what was answered before.
    is_made_up = case.meta is None or case.meta.phase.name.value != "stateful"
    may_be_one = 0 <= number < 2**31 and number % 2 == 0
    if str(number) == OWN_DEVICE or is_made_up and may_be_one:
        known = REMOVED if case.method == "DELETE" else CHANGED
        case.path_parameters["id"] = known[number % len(known)]
