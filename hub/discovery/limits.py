"""How much one announcement, message or template may be; what is past it is refused, so that memory stays bounded."""

ANNOUNCEMENT_BYTES = 256 * 1024
"""One announcing message. A Zigbee2MQTT device says 2 KiB an entity at the most, and few have a hundred."""

STATE_BYTES = 64 * 1024
"""One state message. The largest of our peers are whole lists of devices, which nobody shows as a value."""

ENTITIES = 200
"""Entities in one device message (``components``)."""

JSON_DEPTH = 32
"""Levels of brackets in any JSON."""

TOPIC_BYTES = 512
"""A topic we are to listen on or publish to. MQTT allows 65,535 (MQTT 5.0, 4.7.3); nobody needs them."""

NAME_CHARACTERS = 200
"""Names, makers, models, areas, units; longer ones are refused with the field's name."""

IDENTITY_CHARACTERS = 200
"""``unique_id`` and each of ``identifiers`` and ``connections``."""

OPTION_CHARACTERS = 4096
"""Any other text in an announcement, so that no row of ours grows without end."""

TEMPLATE_CHARACTERS = 4096
"""One template. The longest in the sources of our peers, Zigbee2MQTT's for actions, has some 1,600."""

TEMPLATES_CHARACTERS = 32 * 1024
"""All templates of one announcement together; to compile a KiB takes some 15 ms at the worst."""

LIST_ITEMS = 100
"""Entries of a list in an announcement: ``options``, ``event_types``, ``availability``, ``identifiers``."""

STATE_CHARACTERS = 255
"""A word as a state; Home Assistant has the same bound (``MAX_LENGTH_STATE_STATE``)."""

LARGEST_VALUE = 1e15
"""A number past it is no measurement: a counter that ran wild or memory read as a number."""
