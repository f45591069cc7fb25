/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "tmpl/render.h"

/* The values that sections have stepped into, innermost first. */
struct context {
	const struct tmpl_value *value;
	const struct context *outer;
};

struct render {
	const struct tmpl_options *options;
	struct buf *out;
	struct err *err;
};

/* Where a list of nodes stands. */
struct frame {
	const struct context *context;
	const char *indent; /* of the partials around it, put together */
	size_t depth;       /* partials around it */
};

static int nodes_render(const struct render *r, const struct tmpl_node *node, const struct frame *frame);

static const struct tmpl_value *lookup(const struct context *context, const char *name)
{
	const struct tmpl_value *value = NULL;
	size_t len = strcspn(name, ".");

	if (!len)
		return context->value;
	for (; context && !value; context = context->outer)
		value = tmpl_member(context->value, name, len);
	return value && name[len] ? tmpl_get(value, name + len + 1) : value;
}

static int fault(const struct render *r, const struct tmpl_node *node, const char *what)
{
	return err_set(r->err, ERR_BUG, "%s:%d:%d: '%s' %s", node->place.file, node->place.line, node->place.column,
		       node->text, what);
}

static int var_render(const struct render *r, const struct tmpl_node *node, const struct frame *frame)
{
	const struct tmpl_value *value = lookup(frame->context, node->text);

	if (r->options->strict && (!value || value->type == TMPL_NULL))
		return fault(r, node, "has no value");
	if (value && value->type != TMPL_TEXT && value->type != TMPL_NULL) {
		if (r->options->strict)
			return fault(r, node, "is not a text");
		return 0;
	}
	if (value && value->text)
		tmpl_escape(r->out, value->text,
			    node->kind == TMPL_NODE_RAW ? TMPL_ESCAPE_NONE : r->options->escape);
	return 0;
}

static int section_render(const struct render *r, const struct tmpl_node *node, const struct frame *frame)
{
	const struct tmpl_value *value = lookup(frame->context, node->text), *item;
	struct context context = { value, frame->context };
	struct frame inner = *frame;

	if (!value || !value->truth)
		return 0;
	inner.context = &context;
	if (value->type != TMPL_LIST)
		return nodes_render(r, node->child, &inner);
	for (item = value->first; item; item = item->next) {
		context.value = item;
		if (nodes_render(r, node->child, &inner) != 0)
			return -1;
	}
	return 0;
}

static int inverted_render(const struct render *r, const struct tmpl_node *node, const struct frame *frame)
{
	const struct tmpl_value *value = lookup(frame->context, node->text);

	return value && value->truth ? 0 : nodes_render(r, node->child, frame);
}

static int partial_render(const struct render *r, const struct tmpl_node *node, const struct frame *frame)
{
	const struct tmpl_options *o = r->options;
	const struct tmpl_template *partial = o->partial ? o->partial(o->ctx, node->text) : NULL;
	struct buf indent = BUF_INIT(BUF_MAX_LINE);
	struct frame inner = *frame;
	int status;

	if (!partial)
		return o->strict ? fault(r, node, "is not a partial") : 0;
	if (frame->depth == TMPL_MAX_NEST)
		return fault(r, node, "leads to too many partials within partials");
	buf_adds(&indent, frame->indent);
	buf_adds(&indent, node->indent);
	inner.indent = indent.data;
	inner.depth++;
	status = nodes_render(r, partial->body, &inner);
	buf_free(&indent);
	return status;
}

static int text_render(const struct render *r, const struct tmpl_node *node, const struct frame *frame)
{
	if (node->line_start)
		buf_adds(r->out, frame->indent);
	buf_add(r->out, node->text, node->len);
	return 0;
}

static int nodes_render(const struct render *r, const struct tmpl_node *node, const struct frame *frame)
{
	static int (*const by_kind[])(const struct render *, const struct tmpl_node *, const struct frame *) = {
		[TMPL_NODE_TEXT] = text_render,
		[TMPL_NODE_VAR] = var_render,
		[TMPL_NODE_RAW] = var_render,
		[TMPL_NODE_SECTION] = section_render,
		[TMPL_NODE_INVERTED] = inverted_render,
		[TMPL_NODE_PARTIAL] = partial_render,
	};

	for (; node; node = node->next)
		if (by_kind[node->kind](r, node, frame) != 0)
			return -1;
	return 0;
}

int tmpl_expand(const struct tmpl_node *nodes, const struct tmpl_value *values, const struct tmpl_options *options,
		struct buf *out, struct err *err)
{
	struct context context = { values, NULL };
	struct frame frame = { &context, "", 0 };
	struct render r = { options, out, err };

	if (nodes_render(&r, nodes, &frame) != 0)
		return -1;
	if (buf_failed(out))
		return err_set(err, ERR_LIMIT, "the rendered text is larger than %zu bytes", out->max);
	return 0;
}
