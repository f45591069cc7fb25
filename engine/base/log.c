/* System. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "base/log.h"

static enum log_level least = LOG_LEVEL_INFO;
static log_sink *sink_call;
static void *sink_ctx;

static const char *const level_names[] = { "debug", "info", "warn", "error" };

void log_set_level(enum log_level level)
{
	least = level;
}

void log_set_sink(log_sink *sink, void *ctx)
{
	sink_call = sink;
	sink_ctx = ctx;
}

void log_line(enum log_level level, const char *event, const char *fmt, ...)
{
	struct buf line = BUF_INIT(BUF_MAX_LINE);
	va_list ap;

	if (level < least && !sink_call)
		return;
	buf_addf(&line, "%s %s", level_names[level], event);
	if (fmt && *fmt) {
		buf_addc(&line, ' ');
		va_start(ap, fmt);
		buf_addv(&line, fmt, ap);
		va_end(ap);
	}
	if (sink_call) {
		sink_call(sink_ctx, level, line.data);
	} else {
		buf_addc(&line, '\n');
		/* One write, so that lines of several processes do not mix. */
		(void)!write(STDERR_FILENO, line.data, line.len);
	}
	buf_free(&line);
}

static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr(".@_:/+-", c));
}

static bool all_plain(const char *text)
{
	for (; *text; text++)
		if (!is_plain((unsigned char)*text))
			return false;
	return true;
}

const char *log_quote(char *out, size_t size, const char *text)
{
	size_t o = 0;

	if (!text || !*text) {
		snprintf(out, size, "%s", text ? "\"\"" : "-");
		return out;
	}
	if (all_plain(text) && strlen(text) < size) {
		memcpy(out, text, strlen(text) + 1);
		return out;
	}
	out[o++] = '"';
	while (*text) {
		size_t n = str_utf8_len(text);
		bool safe = n > 1 || (n == 1 && (unsigned char)*text >= 0x20 && *text != 0x7f &&
				      *text != '"' && *text != '\\');

		if (o + 4 + 5 >= size) {
			memcpy(out + o, "...", 3);
			o += 3;
			break;
		}
		if (safe && !(n > 1 && str_utf8_is_control(text))) {
			memcpy(out + o, text, n);
			o += n;
			text += n;
		} else {
			o += (size_t)snprintf(out + o, size - o, "\\x%02x", (unsigned char)*text);
			text++;
		}
	}
	out[o++] = '"';
	out[o] = '\0';
	return out;
}
