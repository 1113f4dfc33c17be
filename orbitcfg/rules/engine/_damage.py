"""What each kind of damage to a model file means, and its remedy."""

import shlex

from orbitcfg.observed.observation import Damage, ModelFault

_NAMED = 4
"""Files that a message names."""

_UNENDED = "let the download end, or begin it again"
_AGAIN = "download the file again"
_CONVERT = "download a `.gguf` file of the model, or convert it with llama.cpp's `convert_hf_to_gguf.py`"
_TEXTS: dict[Damage, tuple[str, str]] = {
    Damage.MISSING: ("is not there", "correct the path, or download the file to it"),
    Damage.DANGLING_LINK: ("is a link to a file that is not there", "download the model again: the file behind the link was deleted"),
    Damage.IN_PIECES: ("is there in parts alone, which were cut with `split`", "join them"),
    Damage.OTHER_CASE: ("is not there, and one is whose name differs in capital letters", "write it with these letters"),
    Damage.UNFINISHED: ("is not there yet: its download has not ended", _UNENDED),
    Damage.BLOB_MISSING: ("is not there, though Ollama's manifest names it", "pull the model again"),
    Damage.OLD_BLOB_NAME: ("is there under a name with a colon, where Ollama looks for one with a hyphen", "rename it"),
    Damage.FOLDER: ("is a folder", "name the `.gguf` file in it"),
    Damage.NOT_A_FILE: ("is a pipe or a device", "name a regular file"),
    Damage.UNREADABLE: ("cannot be read", "let the user that runs the server read the file: `chmod a+r` on it, and `a+x` on its folders"),
    Damage.EMPTY: ("is empty", _AGAIN),
    Damage.TOO_SHORT: ("ends before its header begins", _AGAIN),
    Damage.ZEROS: (
        "holds nothing but zeros where its header belongs",
        "let the download end, or begin it again: room was set aside and never filled",
    ),
    Damage.LFS_POINTER: ("is a Git LFS pointer, not the model", "run `git lfs pull` in its repository, or download the file with `hf download`"),
    Damage.WEB_PAGE: ("is a web page", "download the file itself: on Hugging Face the address holds `/resolve/`, not `/blob/`"),
    Damage.JSON_TEXT: (
        "is JSON text, such as a server's error message",
        "read what it says, log in where a licence must be accepted (`hf auth login`), and download again",
    ),
    Damage.XML_TEXT: (
        "is XML text, such as a storage server's error message",
        "read what it says, and download again with an address that has not expired",
    ),
    Damage.PLAIN_TEXT: ("is text, not a model", "read what it says, log in where a licence must be accepted (`hf auth login`), and download again"),
    Damage.ZIP_ARCHIVE: ("is a ZIP archive", "unpack it, and use the `.gguf` file in it"),
    Damage.GZIP_ARCHIVE: ("is compressed with gzip", "unpack it with `gzip -d`"),
    Damage.TAR_ARCHIVE: ("is a tar archive", "unpack it, and use the `.gguf` file in it"),
    Damage.SAFETENSORS: ("is a safetensors file", _CONVERT),
    Damage.PICKLE: ("is a PyTorch file", _CONVERT),
    Damage.OLD_FORMAT: (
        "has a format from before GGUF",
        "download a `.gguf` file of the model, or convert it with llama.cpp's `convert_llama_ggml_to_gguf.py`: no engine reads the old formats any more",
    ),
    Damage.NOT_GGUF: ("is not a GGUF file", "download the model again, whole: a part of a file looks like this too"),
    Damage.BIG_ENDIAN: ("is written for big-endian machines", "download the little-endian file"),
    Damage.OLD_VERSION: ("has a GGUF version that engines no longer read", "download a newer file of the model"),
    Damage.NEW_VERSION: ("has a GGUF version that no engine knows", "download the file again, or update the engine"),
    Damage.CUT_IN_HEADER: ("ends within its header", _AGAIN),
    Damage.CUT_IN_TENSOR_TABLE: ("ends within its table of tensors", _AGAIN),
    Damage.CUT_IN_WEIGHTS: ("ends within its weights", _AGAIN),
    Damage.ABSURD_COUNT: ("claims an impossible number of entries", _AGAIN),
    Damage.ABSURD_LENGTH: ("claims a text of impossible length", _AGAIN),
    Damage.BAD_VALUE_TYPE: ("has a value of a type that does not exist", _AGAIN),
    Damage.BAD_TEXT: ("has a name that is not text", _AGAIN),
    Damage.BAD_ALIGNMENT: ("states an alignment that is no power of two", _AGAIN),
    Damage.DUPLICATE_KEY: ("has one key twice", "download the file from another source: the program that wrote it is faulty"),
    Damage.DUPLICATE_TENSOR: ("has one tensor twice", "download the file from another source: the program that wrote it is faulty"),
    Damage.BAD_TENSOR_SHAPE: ("has a tensor of impossible shape", _AGAIN),
    Damage.BAD_TENSOR_TYPE: ("has a tensor of a type that no engine reads any more", "download a newer quantisation of the model, such as Q4_K_M"),
    Damage.BAD_TENSOR_OFFSET: ("has a tensor that does not follow the one before it", _AGAIN),
    Damage.NO_ARCHITECTURE: ("does not say which architecture it has", "download the file from another source: the program that wrote it is faulty"),
    Damage.NO_TENSORS: ("holds no weights", _AGAIN),
}


def fact_of(fault: ModelFault) -> str:
    """What is wrong with a file, worded to follow its name."""
    fact = _TEXTS[fault.damage][0]
    there = ", ".join(f"`{each}`" for each in fault.instead[:_NAMED]) + (" …" if len(fault.instead) > _NAMED else "")
    return ": ".join(part for part in (fact, there, fault.detail) if part)


def help_of(path: str, fault: ModelFault) -> str:
    """The remedy for the file at a path."""
    match fault.damage:
        case Damage.DANGLING_LINK if fault.detail:
            return _UNENDED
        case Damage.IN_PIECES if not fault.detail:
            return f"join them: `cat {shlex.join(fault.instead)} > {shlex.quote(path)}`"
        case Damage.IN_PIECES:
            return "download the missing parts, and join all in order with `cat`"
        case Damage.OTHER_CASE:
            return f"write `{fault.instead[0]}`"
        case Damage.BLOB_MISSING:
            return f"run `ollama pull {fault.detail}`"
        case Damage.OLD_BLOB_NAME:
            return f"rename it: `mv {shlex.quote(fault.instead[0])} {shlex.quote(path)}`"
    return _TEXTS[fault.damage][1]
