"""How the headers of mails are written: whatever stands in them is read again sign by sign.

Python's own folding parts a text into encoded words (RFC 2047) at its blanks, and loses one where
two of them meet: what is between encoded words is no text (RFC 2047, 6.2). So a text that is not
ASCII is encoded as a whole, its blanks within the encoded words.
"""

from __future__ import annotations

from email.charset import QP, Charset
from email.header import Header
from email.headerregistry import BaseHeader
from email.policy import EmailPolicy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.headerregistry import Address

_READABLE = Charset("utf-8")
_READABLE.header_encoding = QP  # mostly letters, which quoted-printable leaves as they are

LINE = 76
"""Characters of a line that holds an encoded word, at the most (RFC 2047, 2)."""


class Lossless(EmailPolicy):
    """Writes mails as they travel, see ``ASCII`` and ``UTF8``."""

    def fold(self, name: str, value: str) -> str:
        """Write a header with its name and its line ends."""
        if self.utf8 or not isinstance(value, BaseHeader) or str(value).isascii():
            written: str = super().fold(name, value)
            return written
        if addresses := getattr(value, "addresses", None):
            return self._of_addresses(name, addresses)
        return f"{name}: {self._encoded(name, str(value))}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write the same as bytes."""
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")

    def _of_addresses(self, name: str, addresses: tuple[Address, ...]) -> str:
        told = [self._address(name, address) for address in addresses]
        return f"{name}: {f',{self.linesep} '.join(told)}{self.linesep}"

    def _address(self, name: str, address: Address) -> str:
        if address.display_name.isascii():
            return str(address)
        words, place = self._encoded(name, address.display_name), f"<{address.addr_spec}>"
        fits = len(words.rpartition("\n")[2]) + len(f"{name}: {place}") < LINE
        return f"{words} {place}" if fits else f"{words}{self.linesep} {place}"

    def _encoded(self, name: str, text: str) -> str:
        header = Header(text, charset=_READABLE, header_name=name, maxlinelen=LINE)
        return header.encode(linesep=self.linesep)


ASCII = Lossless(linesep="\r\n")
"""For every mail server."""
UTF8 = Lossless(linesep="\r\n", utf8=True)
"""For those that take headers in UTF-8 (SMTPUTF8, RFC 6531)."""
