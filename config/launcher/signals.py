"""Turn the signals that end a run into one exception."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopRequested(BaseException):
    """Somebody asked the launcher to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


class StopSignals:
    """Raise StopRequested at the first SIGINT, SIGTERM or SIGHUP; remember a second one as haste."""

    def __init__(self) -> None:
        self._requests = 0
        self._is_held = False
        self._pending: int | None = None

    def install(self) -> None:
        """Install the handlers explicitly: a shell may have started us with SIGINT ignored."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._receive)

    @property
    def ask_for_haste(self) -> bool:
        """Tell whether a second signal came."""
        return self._requests > 1

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Delay the exception while a child is started and noted down."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
            if self._pending is not None:
                number, self._pending = self._pending, None
                raise StopRequested(number)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self._requests += 1
        if self._requests > 1:
            return
        if self._is_held:
            self._pending = number
        else:
            raise StopRequested(number)
