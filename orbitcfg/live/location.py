"""Where a server is, by its address: on this machine, in a network of one's own, or at a vendor that charges for it."""

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.specs import CLOUD, LOCAL, REMOTE, ProviderSpec
from orbitcfg.effective.address import is_near, is_this_machine, parse_address
from orbitcfg.effective.block import SECTION


def location_of(url: str, provider: ProviderSpec, catalog: Catalog) -> str:
    """The location of an address that a provider calls. A vendor's provider may call a gateway of one's own, and one for local servers a vendor."""
    address = parse_address(url)
    if address is None:
        return provider.location or LOCAL
    if is_this_machine(address.host):
        return LOCAL
    is_vendors = not is_near(address.host) and (provider.location == CLOUD or address.host in _vendor_hosts(catalog))
    return CLOUD if is_vendors else REMOTE


def _vendor_hosts(catalog: Catalog) -> set[str]:
    """The hosts that the catalogue knows as those of vendors."""
    section = catalog.at(None, (SECTION,))
    rows = (catalog.at(None, (SECTION, name)) for name in (section.properties if section else ()))
    vendors = [row for row in rows if row is not None and row.provider.location == CLOUD]
    defaults = (row.properties[key].get("default") for row in vendors for key in row.provider.url.keys if key in row.properties)
    addresses = (parse_address(str(url)) for url in (*defaults, *(row.provider.url.fixed for row in vendors)) if url)
    return {address.host for address in addresses if address}
