/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "markdown/markdown.h"
#include "markdown/tree_p.h"

/* Puts the node's children in its place. */
static void unwrap(cmark_node *node)
{
	cmark_node *child;

	while ((child = cmark_node_first_child(node)))
		if (!cmark_node_insert_before(node, child))
			break;
	cmark_node_unlink(node);
	cmark_node_free(node);
}

static cmark_node *text_of(cmark_node *node)
{
	cmark_node *text = cmark_node_new(CMARK_NODE_TEXT);

	cmark_node_set_literal(text, cmark_node_get_literal(node));
	return text;
}

static void replace(cmark_node *node, cmark_node *by)
{
	cmark_node_replace(node, by);
	cmark_node_free(node);
}

static void clean(cmark_node *node)
{
	const char *url = cmark_node_get_url(node);
	cmark_node *paragraph;

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_HTML_INLINE:
		replace(node, text_of(node));
		break;
	case CMARK_NODE_HTML_BLOCK:
		paragraph = cmark_node_new(CMARK_NODE_PARAGRAPH);
		cmark_node_append_child(paragraph, text_of(node));
		replace(node, paragraph);
		break;
	case CMARK_NODE_IMAGE:
		unwrap(node);
		break;
	case CMARK_NODE_LINK:
		if (!url || !(str_istarts(url, "mailto:") || str_istarts(url, "https://")))
			unwrap(node);
		break;
	default:
		break;
	}
}

cmark_node *markdown_tree(const char *source, size_t len, struct err *err)
{
	cmark_node *root;
	cmark_iter *iter;
	cmark_event_type event;

	if (len > MARKDOWN_MAX) {
		err_set(err, ERR_LIMIT, "text of %zu bytes is larger than %u", len, MARKDOWN_MAX);
		return NULL;
	}
	root = cmark_parse_document(source, len, CMARK_OPT_VALIDATE_UTF8);
	iter = cmark_iter_new(root);
	/* cmark allows a node to be taken out on leaving it, or on entering a leaf: then the iterator is past it. */
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);
		bool leaf = type == CMARK_NODE_HTML_INLINE || type == CMARK_NODE_HTML_BLOCK;

		if (leaf ? event == CMARK_EVENT_ENTER : event == CMARK_EVENT_EXIT)
			clean(node);
	}
	cmark_iter_free(iter);
	return root;
}
