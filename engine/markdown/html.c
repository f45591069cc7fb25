/* System. */
#include <stdlib.h>

/* Own. */
#include "markdown/markdown.h"
#include "markdown/tree_p.h"

int markdown_html(const char *source, size_t len, struct buf *out, struct err *err)
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
