"""The data versions that were published, and what differs between two of them."""

from pages.components import change_history, filter_panel

filter_panel.listen()
filter_panel.show(filter_panel.CHANGES)
change_history.show()
