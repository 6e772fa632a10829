"""Programs and settings: kept line by line, parted where something new is defined at the left edge."""

from __future__ import annotations

import re

from jarvis.documents.draft import Draft
from jarvis.documents.formats._decode import decode
from jarvis.documents.formats.base import Source

_SUFFIXES = """
py pyi pyx js mjs cjs jsx ts tsx vue svelte java kt kts scala groovy gradle c h cc cpp cxx hh hpp hxx cu cuh m mm cs fs
go rs rb php pl pm lua r jl dart swift zig nim d ex exs erl hs elm ml mli clj cljs lisp el scm asm s f f90 f95 pas v sv
vhd vhdl sol sh bash zsh fish ps1 psm1 bat cmd awk sed sql graphql gql proto thrift css scss sass less yaml yml toml
ini cfg conf properties env tf hcl nix cmake mk make ninja bazel bzl dockerfile xml xsd xsl xslt plist wsdl diff patch
jinja j2 tpl erb cypher service desktop
"""
_DEFINED = re.compile(
    r"(?:export\s+|default\s+|public\s+|private\s+|protected\s+|internal\s+|static\s+|final\s+|abstract\s+|async\s+"
    r"|pub(?:\([^)]*\))?\s+|unsafe\s+|inline\s+|virtual\s+|override\s+|sealed\s+|data\s+)*"
    r"(?:def|class|func|function\*?|fn|impl|trait|struct|enum|interface|module|namespace|object|record|type|protocol"
    r"|extension|resource|CREATE\s+(?:OR\s+REPLACE\s+)?(?:TABLE|VIEW|FUNCTION|PROCEDURE|INDEX))\s+[^\s].*|\[[^\]]+\]\s*",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"[@#*/\-]|\s*\*")
"""What belongs to the definition below it: decorators and comments."""


class Format:
    """See ``base.Format``."""

    suffixes = frozenset(f".{suffix}" for suffix in _SUFFIXES.split())
    binary = False

    def looks(self, source: Source) -> bool:
        """Never."""
        return False

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``. A definition's first line is the heading of its piece."""
        text, draft.encoding = decode(source.data())
        held: list[str] = []
        for line in text.splitlines():
            if _DEFINED.match(line):
                cut = len(held)
                while cut and held[cut - 1] and _BEFORE.match(held[cut - 1]):
                    cut -= 1
                draft.code("\n".join(held[:cut]))
                held = held[cut:]
                draft.heading(1, line.strip().rstrip("{:").strip()[:120])
            held.append(line)
        draft.code("\n".join(held))
