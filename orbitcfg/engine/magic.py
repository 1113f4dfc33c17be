"""What a file is that should be a GGUF file and is none, by its first bytes."""

from orbitcfg.observed.observation import Damage, ModelFault

_OLD_FORMATS = {b"lmgg": "ggml", b"fmgg": "ggmf", b"tjgg": "ggjt", b"algg": "ggla"}
_BEGINNINGS = (
    (b"version https://git-lfs", Damage.LFS_POINTER),
    (b"PK\x03\x04", Damage.ZIP_ARCHIVE),
    (b"\x1f\x8b", Damage.GZIP_ARCHIVE),
    (b"\x80\x02", Damage.PICKLE),
    (b"\x80\x04", Damage.PICKLE),
)
_SHOWN_TEXT = 40


def damage_of(head: bytes, size: int) -> ModelFault | None:
    """Why a file that begins so is no GGUF file; None where it may be one. `size` is that of the whole file."""
    if head.startswith(b"GGUF"):
        return None
    for beginning, damage in _BEGINNINGS:
        if head.startswith(beginning):
            return ModelFault(damage)
    if head[:4] in _OLD_FORMATS:
        return ModelFault(Damage.OLD_FORMAT, _OLD_FORMATS[head[:4]])
    return _binary(head, size) or _text(head) or ModelFault(Damage.NOT_GGUF, f"it begins with the bytes {head[:4].hex(' ')}")


def _binary(head: bytes, size: int) -> ModelFault | None:
    if not head.strip(b"\0"):
        return ModelFault(Damage.ZEROS)
    if head[257:262] == b"ustar":
        return ModelFault(Damage.TAR_ARCHIVE)
    # eight bytes of length, then the header in JSON
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= size - 8:
        return ModelFault(Damage.SAFETENSORS)
    # the beginning of the magic itself: the file is cut right behind it
    if b"GGUF".startswith(head):
        return ModelFault(Damage.TOO_SHORT, f"it has {size} bytes")
    return None


def _text(head: bytes) -> ModelFault | None:
    """What kind of text it is; None where it is none. The last character may be cut."""
    text = head.decode(errors="ignore").lstrip("\ufeff \t\r\n")
    if not text or sum(not character.isprintable() and character not in "\t\r\n" for character in text) or len(text.encode()) < len(head) * 3 // 4:
        return None
    lower = text[:16].lower()
    if lower.startswith(("<!doctype", "<html")):
        return ModelFault(Damage.WEB_PAGE)
    if lower.startswith("<"):
        return ModelFault(Damage.XML_TEXT)
    if lower.startswith(("{", "[")):
        return ModelFault(Damage.JSON_TEXT)
    return ModelFault(Damage.PLAIN_TEXT, f"it begins with `{text.splitlines()[0][:_SHOWN_TEXT]}`")
