"""Search without a server: the files of an index, and answers from them. Nothing here knows Pelican or the site.

analysis   text to terms                                 stems      which forms of words belong together
segment    documents to the files of a segment           index      segments and the manifest that names them
shown      result records, columns of facets and dates   packing    the bytes of all of them
reader     the files back to terms and documents         query      what a person types to what is looked for
spelling   what a misspelled word may have meant         answers    a query to articles in order, and what is beside them
excerpts   the part of a text that shows why

`theme/static/js/search-index.js` does what the last six do, by the same numbers; tests compare the two.
"""
