"""Who we are, so that our own name, addresses and numbers are never the customer's."""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.core.text import words


@dataclass(frozen=True, slots=True)
class Company:
    """Our firm; ``phones`` are E.164."""

    name: str = "Kraft Atlas Emballage"
    email_domains: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    def is_named_in(self, text: str) -> bool:
        own, there = words(self.name), words(text)
        return bool(own) and any(
            there[i : i + len(own)] == own for i in range(len(there) - len(own) + 1)
        )

    def with_addresses(self, addresses: tuple[str, ...]) -> Company:
        """Our firm with the domains of the addresses a message was sent to."""
        domains = {address.rpartition("@")[2].lower() for address in addresses}
        # Mail sent to us at a public provider does not make all its users ours.
        own = tuple(sorted({*self.email_domains, *(domains - _PUBLIC)} - {""}))
        return Company(self.name, own, self.phones)

    def owns(self, address: str) -> bool:
        return address.rpartition("@")[2].lower() in self.email_domains


_PUBLIC = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "hotmail.fr",
        "outlook.com",
        "outlook.fr",
        "live.fr",
        "yahoo.com",
        "yahoo.fr",
        "orange.fr",
        "menara.ma",
        "icloud.com",
    }
)
