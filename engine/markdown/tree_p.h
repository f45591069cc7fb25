/* Private to markdown/: the parsed and cleaned document. */
#ifndef POSTKAMER_MARKDOWN_TREE_P_H
#define POSTKAMER_MARKDOWN_TREE_P_H

/* Libraries. */
#include <cmark.h>

#include "base/err.h"

/*
 * Parses, and takes out what is not for a mail: raw HTML becomes the text it
 * is, links with other schemes than mailto: and https: become their words,
 * images their description. NULL when 'len' is over the limit. The caller
 * frees it with cmark_node_free().
 */
cmark_node *markdown_tree(const char *source, size_t len, struct err *err);

#endif
