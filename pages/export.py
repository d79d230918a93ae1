"""What the reader sees, to take away: as a file for another program, or on paper."""

from pages.components import export_form, filter_panel

filter_panel.listen()
filter_panel.show(filter_panel.EXPORT)
export_form.show()
