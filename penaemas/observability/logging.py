"""One way of logging for every process: structlog, one JSON object a line, a console renderer for people.

    ts        instant in UTC, ISO 8601
    level     debug (off in production), info (a business fact), warning (a person, this week), error (a person, now)
    event     a fixed name in the past tense; everything that varies is a field
    process   portal, history, workers, broker, up
    …         the fields, and what the runtime has bound (process_instance_key, element_id, job_key, job_type, case_id)

The libraries' standard `logging` goes the same way. An exception is logged as its class and our own frames: the text of
an exception that is not ours may contain anything, so it is never written (style S30).
"""

import json
import logging
import sys
import threading
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from penaemas.observability.redaction import redact, redact_text

LOG_FILE_BYTES: Final = 20 * 1024 * 1024
LOG_FILES_KEPT: Final = 5

_OURS: Final = ("penaemas", "workers", "tests")
_PROJECT: Final = Path(__file__).resolve().parents[2]

# pyzeebe logs whole jobs with their variables, SQLAlchemy parameters, HTTP clients addresses: never below these levels.
# pyHanko warns at each signature that nothing is fetched for it; nothing has to be.
_CAPPED: Final = {
    "pyzeebe": logging.ERROR,
    "grpc": logging.ERROR,
    "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "uvicorn.access": logging.WARNING,
    "uvicorn.error": logging.WARNING,
    "multipart": logging.WARNING,
    "pyhanko": logging.ERROR,
}


def configure(process: str, *, console: bool, log_file: Path | None = None, level: str = "INFO") -> None:
    """Sets up logging for this process, replacing what was set up before.

    Args:
        process: short name of the process, written on every line.
        console: lines for people on standard error.
        log_file: JSON lines into this file, rotated at `LOG_FILE_BYTES`, `LOG_FILES_KEPT` old ones kept; the folder is
            made. With neither console nor file, JSON lines go to standard output, as containers expect.
        level: DEBUG, INFO, WARNING or ERROR.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    before_rendering = _processors(process)
    handlers = _handlers(console=console, log_file=log_file, before_rendering=before_rendering)

    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(threshold)
    for name, cap in _CAPPED.items():
        logging.getLogger(name).setLevel(max(cap, threshold))
    logging.captureWarnings(True)

    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before_rendering,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _log_crash
    threading.excepthook = _log_thread_crash


def _processors(process: str) -> list[Processor]:
    def add_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        add_process,
        fold_exception,
        redact_event,
    ]


def _handlers(*, console: bool, log_file: Path | None, before_rendering: list[Processor]) -> list[logging.Handler]:
    handlers: list[logging.Handler] = []
    as_json = _formatter(_render_json, before_rendering)
    if log_file is not None:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        rotating = RotatingFileHandler(log_file, maxBytes=LOG_FILE_BYTES, backupCount=LOG_FILES_KEPT, encoding="utf-8")
        rotating.setFormatter(as_json)
        handlers.append(rotating)
    if console:
        for_people = logging.StreamHandler(sys.stderr)
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), timestamp_key="ts")
        for_people.setFormatter(_formatter(renderer, before_rendering, spell_exception))
        handlers.append(for_people)
    if not handlers:
        for_machines = logging.StreamHandler(sys.stdout)
        for_machines.setFormatter(as_json)
        handlers.append(for_machines)
    return handlers


def _formatter(renderer: Processor, before_rendering: list[Processor], *last: Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_take_foreign_record, *before_rendering],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last, renderer],
    )


def _take_foreign_record(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A line of a library: its logger is named, and only the first line is kept.

    asyncio's report of a failed task carries the exception's own text in the lines that follow.
    """
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event["logger"] = record.name
        event["event"] = str(event["event"]).split("\n", 1)[0]
    return event


def fold_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replaces `exc_info` by the exception's class, our frames and the classes that caused it."""
    event.pop("stack_info", None)
    event.pop("stack", None)
    raised = event.pop("exc_info", None)
    if raised is True or raised == 1:
        raised = sys.exc_info()[1]
    if isinstance(raised, tuple):
        raised = raised[1]
    if isinstance(raised, BaseException):
        event["exception"] = describe_exception(raised)
    return event


def spell_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """For people: what `fold_exception` wrote, as lines, the only form that the console's renderer takes."""
    described = event.get("exception")
    if isinstance(described, dict):
        message = f": {described['message']}" if "message" in described else ""
        causes = [f"  caused by {cause}" for cause in described.get("caused_by", ())]
        frames = [f"  {frame}" for frame in described["frames"]]
        event["exception"] = "\n".join([f"{described['class']}{message}", *frames, *causes])
    return event


def describe_exception(error: BaseException) -> dict[str, Any]:
    """What may be said about an exception: class, our frames (innermost last), classes of its causes.

    Its text is given only if the exception is ours.
    """
    described: dict[str, Any] = {"class": class_name(error), "frames": our_frames(error.__traceback__)}
    if type(error).__module__.split(".", 1)[0] in _OURS:
        described["message"] = redact_text(str(error))
    causes: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < 5:
        causes.append(class_name(cause))
        cause = cause.__cause__ or cause.__context__
    if causes:
        described["caused_by"] = causes
    return described


def class_name(error: BaseException) -> str:
    """`ValueError`, `httpx.ReadTimeout`: the module is named unless it is a builtin."""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def our_frames(trace: TracebackType | None) -> list[str]:
    """`penaemas/zeebe/job_runtime.py:120 serve` for each frame that is in this project, outermost first."""
    frames = []
    for frame in traceback.extract_tb(trace):
        path = Path(frame.filename)
        if path.is_relative_to(_PROJECT) and path.relative_to(_PROJECT).parts[0] in _OURS:
            frames.append(f"{path.relative_to(_PROJECT)}:{frame.lineno} {frame.name}")
    return frames


def redact_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The last net: every field of the line, however nested. structlog's own entries (`_record`, …) go out later."""
    return {name: value if name.startswith("_") else redact(value, name) for name, value in event.items()}


def _render_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    first = {name: event.pop(name) for name in ("ts", "level", "process", "event") if name in event}
    return json.dumps({**first, **event}, ensure_ascii=False)


def _log_crash(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if not isinstance(error, KeyboardInterrupt):
        structlog.get_logger("penaemas").error("process_crashed", exc_info=error)


def _log_thread_crash(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None:
        structlog.get_logger("penaemas").error("thread_crashed", exc_info=crash.exc_value)
