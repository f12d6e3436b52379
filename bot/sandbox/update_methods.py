"""The Bot API methods by which a bot gets its updates."""

import re
from typing import Any

import httpx
from telegram.constants import PollingLimit, WebhookLimit

from bot.sandbox.errors import ApiError
from bot.sandbox.parameters import Parameters
from bot.sandbox.state import State
from bot.sandbox.webhook import Target

_LONGEST_POLL = 50  # s
_CONNECTIONS = 40  # unless the bot wants more or fewer, as Telegram's documentation says
# Nobody shall make the sandbox post to another machine.
_LOOPBACK = ("127.0.0.1", "localhost")


async def get_updates(state: State, call: Parameters) -> list[dict[str, Any]]:
    """The next updates; waits up to `timeout` seconds for one.

    Raises:
        ApiError: a webhook is set, or a newer poll or a webhook has ended this poll.
    """
    if state.webhook:
        raise ApiError(
            "can't use getUpdates method while webhook is active;"
            " use deleteWebhook to delete the webhook first",
            409,
        )
    limit = call.integer("limit", PollingLimit.MAX_LIMIT)
    return await state.updates.poll(
        offset=call.integer("offset"),
        limit=_within(PollingLimit.MIN_LIMIT, limit, PollingLimit.MAX_LIMIT),
        seconds=_within(0, call.integer("timeout"), _LONGEST_POLL),
        allowed=call.array("allowed_updates"),
    )


async def set_webhook(state: State, call: Parameters) -> bool:
    """Has updates posted to a URL; one that is set already goes on undisturbed.

    Raises:
        ApiError: the URL is not on this machine, or the secret is malformed.
    """
    if not call.text("url"):
        return await delete_webhook(state, call)
    target = _target(call)
    allowed = call.array("allowed_updates")
    if allowed is not None:
        state.updates.allowed = allowed
    if call.flag("drop_pending_updates"):
        await delete_webhook(state, call)
    if state.webhook is None or state.webhook.target != target:
        await state.deliver_to(target)
    state.updates.end_poll("setWebhook request")
    return True


async def delete_webhook(state: State, call: Parameters) -> bool:
    """Ends delivery to a webhook; drops the waiting updates if asked to."""
    await state.deliver_to(None)
    if call.flag("drop_pending_updates"):
        state.updates.clear()
    return True


async def get_webhook_info(state: State, _: Parameters) -> dict[str, Any]:
    """Where updates are posted to, how many wait, and what went wrong last."""
    info: dict[str, Any] = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates),
    }
    if state.updates.allowed:
        info["allowed_updates"] = state.updates.allowed
    if state.webhook:
        info["url"] = state.webhook.target.url
        info["max_connections"] = state.webhook.target.max_connections
        if state.webhook.last_error:
            info["last_error_date"], info["last_error_message"] = state.webhook.last_error
    return info


def _target(call: Parameters) -> Target:
    connections = call.integer("max_connections", _CONNECTIONS)
    fewest, most = WebhookLimit.MIN_CONNECTIONS_LIMIT, WebhookLimit.MAX_CONNECTIONS_LIMIT
    return Target(_url(call), _secret(call), _within(fewest, connections, most))


def _within(least: int, value: int, most: int) -> int:
    return min(max(value, least), most)


def _url(call: Parameters) -> str:
    try:
        # The client that posts there reads it in the same way, so both agree on the host.
        url = httpx.URL(call.text("url"))
    except httpx.InvalidURL as error:
        raise ApiError(f"bad webhook: {error}") from None
    if url.scheme != "http" or url.host not in _LOOPBACK:
        raise ApiError(
            "bad webhook: the sandbox posts to http://127.0.0.1 and http://localhost only"
        )
    if not 0 < (url.port or 80) < 2**16:
        raise ApiError("bad webhook: there is no such port")
    return str(url)


def _secret(call: Parameters) -> str:
    secret = call.text("secret_token")
    if len(secret) > WebhookLimit.MAX_SECRET_TOKEN_LENGTH:
        raise ApiError("secret token is too long")
    if not re.fullmatch(r"[\w-]*", secret, re.ASCII):
        raise ApiError("secret token contains unallowed characters")
    return secret
