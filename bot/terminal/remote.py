"""A running daemon as its own web page's API shows it: for the terminal and for tests."""

import http.client
import json
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any

from bot.config import Config
from bot.plugins import ConfigError

__all__ = ["Remote", "Unreachable"]

PATIENCE_S = 60.0


class Unreachable(ConnectionError):
    """The daemon does not answer; the message says where it was looked for."""


@dataclass(frozen=True, slots=True)
class Remote:
    """Where a daemon is, and the token that opens it."""

    url: str
    token: str = field(repr=False)

    @classmethod
    def of(cls, config: Config) -> "Remote":
        """Find the page of this configuration. Raises ConfigError or Unreachable."""
        web = next((slot for slot in config.chats if slot.kind == "web"), None)
        if web is None:
            raise ConfigError('chat: there is no [[chat]] with kind = "web" to talk to')
        settings = web.settings
        tokens = [secret.get_secret_value() for secret in settings.tokens.values()]
        if not tokens and settings.token_file is None:
            raise ConfigError(
                'chat.web: a terminal needs its token: set token_file = "var/web-token", or tokens'
            )
        if not tokens:
            try:
                tokens = [settings.token_file.read_text().strip()]
            except OSError as error:
                raise Unreachable(
                    f"no token at {settings.token_file}: is `wirereel run` running?"
                ) from error
        return cls(f"http://{settings.host}:{settings.port}", tokens[0])

    def command(self, text: str) -> str:
        """Say one command; answers the reply."""
        body = {"text": text, "id": uuid.uuid4().hex}
        return str(self._ask("/api/command", body)["reply"])

    def get(self, path: str) -> Any:
        """Read JSON, for example /api/drafts."""
        return self._ask(path, None)

    def _ask(self, path: str, body: dict[str, str] | None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=PATIENCE_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            said = error.read(2000).decode(errors="replace")
            raise Unreachable(f"{self.url} answered {error.code}: {said}") from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise Unreachable(
                f"no daemon answers at {self.url} ({error}): start `wirereel run`"
            ) from error
