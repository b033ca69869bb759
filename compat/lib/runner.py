"""Runs the checks of a client: functions whose names say the behaviour, in the order of their definition."""

import os
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))

_checks = []


def check(function):
    _checks.append((function, ""))
    return function


def again(label):
    """Runs each check that is defined so far a second time, under a label (another encoding, another mode)."""
    _checks.extend([(function, label) for function, old in list(_checks) if not old])


def name_of(function, label=""):
    return function.__name__.replace("_", " ") + (f" ({label})" if label else "")


def tell_failure():
    """Where in the checks it went wrong, and the exception; the insides of libraries are left out."""
    kind, problem, trace = sys.exc_info()
    ours = [frame for frame in traceback.extract_tb(trace) if os.path.dirname(HERE) in frame.filename]
    print("".join(traceback.format_list(ours[1:]) + traceback.format_exception_only(kind, problem)), flush=True)


def tidy(subject, server):
    """After a failure, so that the next checks start from where they expect to."""
    try:
        if server is not None and server.process is None:
            server.start()
        getattr(subject, "tidy", lambda: None)()
    except Exception as problem:
        print(f"      tidying up failed: {problem!r}")


def run(prepare):
    """Runs all checks and ends the process with the summary line.

    `prepare()` gives a function, which makes a check's argument from its label, and the server to stop at the end or
    None. With --list the checks are only named; with other arguments those run whose name contains one of them.
    """
    wanted = sys.argv[1:]
    if wanted == ["--list"]:
        for function, label in _checks:
            print(name_of(function, label))
        sys.exit(0)
    subject_for, server = prepare()
    passed, failed = 0, []
    for function, label in _checks:
        name = name_of(function, label)
        if wanted and not any(part in name for part in wanted):
            continue
        begin = time.monotonic()
        subject = subject_for(label)
        try:
            function(subject)
        except KeyboardInterrupt:
            raise
        except BaseException:  # also SystemExit of a client library: it is a failure of this check only
            failed.append(name)
            print(f"FAIL  {name}", flush=True)
            tell_failure()
            tidy(subject, server)
        else:
            passed += 1
            print(f"ok    {name}  ({time.monotonic() - begin:.1f} s)", flush=True)
    if server is not None:
        try:
            server.stop()
        except Exception as problem:
            failed.append("the server ends cleanly")
            print(f"FAIL  the server ends cleanly: {problem}")
        else:
            passed += 1
            print("ok    the server ends cleanly")
        if failed:
            server.show_log()
    print(f"{passed} passed, {len(failed)} failed", flush=True)
    sys.exit(1 if failed else 0)
