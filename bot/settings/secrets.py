"""The only reader of the environment: secrets and the addresses of other servers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.settings.shapes import SettingsFile

MODEL_KEY = "HALLMONITOR_MODEL_KEY"
SECRET_KEY = "HALLMONITOR_SECRET_KEY"  # noqa: S105 - the variable's name, not a secret
PLATFORM_SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DISCORD_TOKEN")
MAKE_KEY = (
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)


def secret_keys(env: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of HALLMONITOR_SECRET_KEY, split at commas or white space; the first encrypts."""
    return tuple(env.get(SECRET_KEY, "").replace(",", " ").split())


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the environment tells. Nothing of it appears in a `repr`."""

    keys: tuple[str, ...] = field(default=(), repr=False)
    slack_bot_token: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    discord_token: str = field(default="", repr=False)
    slack_api_url: str = ""
    discord_api_url: str = ""
    discord_gateway_url: str = ""
    model_key: str = field(default="", repr=False)  # for the endpoint of a district's own model

    @classmethod
    def read(cls, env: Mapping[str, str]) -> Secrets:
        """Take the known variables from `env`; what is not set is empty."""
        return cls(
            keys=secret_keys(env),
            slack_bot_token=env.get("SLACK_BOT_TOKEN", ""),
            slack_app_token=env.get("SLACK_APP_TOKEN", ""),
            slack_signing_secret=env.get("SLACK_SIGNING_SECRET", ""),
            discord_token=env.get("DISCORD_TOKEN", ""),
            slack_api_url=env.get("SLACK_API_URL", ""),
            discord_api_url=env.get("DISCORD_API_URL", ""),
            discord_gateway_url=env.get("DISCORD_GATEWAY_URL", ""),
            model_key=env.get(MODEL_KEY, "").strip(),  # a line end would fit in no header
        )


def platform_secrets(env: Mapping[str, str]) -> list[str]:
    """The platform secrets that are set, by name."""
    return [name for name in PLATFORM_SECRETS if env.get(name)]


def missing_secrets(file: SettingsFile, secrets: Secrets) -> list[str]:
    """One line for each variable that the configured platforms need and that is not set."""
    missing = []

    def need(value: str, name: str, prefix: str, why: str) -> None:
        if not value:
            missing.append(f"{name} is not set: {why}")
        elif not value.startswith(prefix):
            missing.append(f"{name}: must start with {prefix}")

    slack = [w for w in file.workspace if w.platform == "slack"]
    if slack:
        need(secrets.slack_bot_token, "SLACK_BOT_TOKEN", "xoxb-", "Slack is configured")
    if any(w.mode == "socket" for w in slack):
        need(secrets.slack_app_token, "SLACK_APP_TOKEN", "xapp-", 'a workspace has mode = "socket"')
    if any(w.mode == "http" for w in slack):
        need(secrets.slack_signing_secret, "SLACK_SIGNING_SECRET", "", 'mode = "http"')
    if any(w.platform == "discord" for w in file.workspace):
        need(secrets.discord_token, "DISCORD_TOKEN", "", "Discord is configured")
    if any(w.platform != "playground" for w in file.workspace) and not secrets.keys:
        missing.append(
            f"{SECRET_KEY} is not set: evidence is encrypted with it. Make one: {MAKE_KEY}"
        )
    return missing
