"""Keys made for this run alone."""

from bot.store.vault import new_key

KEY, OTHER_KEY = new_key(), new_key()
