"""The dashboard's pages and buttons, a blueprint below ``/_fakemanila/ui``."""

from . import fault_pages, journal_pages, resource_pages, world_pages
from .frame import pages

__all__ = ["fault_pages", "journal_pages", "pages", "resource_pages", "world_pages"]
