"""The planning documents, line by line, with the places that each clause names on a map beside them."""

from pages.components import document_reader, filter_panel

filter_panel.listen()
filter_panel.show(filter_panel.DOCUMENTS)
document_reader.show()
