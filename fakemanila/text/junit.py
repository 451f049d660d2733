"""What JUnit's XML of any command has in common."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(text: str) -> str:
    """A text without what XML can't have."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def document(suite: ElementTree.Element) -> str:
    """The file with one test suite."""
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"
