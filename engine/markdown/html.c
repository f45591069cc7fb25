/* System. */
#include <stdlib.h>

/* Own. */
#include "markdown/markdown.h"
#include "markdown/table_p.h"
#include "markdown/tree_p.h"

int piece_html(const char *source, size_t len, struct buf *out, struct err *err)
{
	cmark_node *root = markdown_tree(source, len, err);
	char *html;

	if (!root)
		return -1;
	html = cmark_render_html(root, CMARK_OPT_DEFAULT);
	buf_adds(out, html);
	free(html);
	cmark_node_free(root);
	if (buf_failed(out))
		return err_set(err, ERR_LIMIT, "the text as HTML is larger than %zu bytes", out->max);
	return 0;
}

int markdown_html(const char *source, size_t len, struct buf *out, struct err *err)
{
	struct table_piece piece;
	size_t at = 0;
	int rc = 0;

	if (len > MARKDOWN_MAX)
		return err_set(err, ERR_LIMIT, "text of %zu bytes is larger than %u", len, MARKDOWN_MAX);
	while (!rc && table_next(source, len, &at, &piece))
		rc = piece.table ? table_html(&piece, out, err) : piece_html(piece.text, piece.len, out, err);
	if (!rc && buf_failed(out))
		return err_set(err, ERR_LIMIT, "the text as HTML is larger than %zu bytes", out->max);
	return rc;
}
