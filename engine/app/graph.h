/* `postkamer graph WORKFLOW [--svg FILE]`: the state machine as DOT, or as a drawing made by Graphviz. */
#ifndef POSTKAMER_APP_GRAPH_H
#define POSTKAMER_APP_GRAPH_H

#include "work/settings.h"

/*
 * DOT on standard output; with 'svg' the drawing in that file ("-": standard
 * output). Rules with faults are not drawn: what is wrong goes to standard
 * error. The exit status.
 */
int graph_run(const struct settings *settings, const char *workflow, const char *svg);

#endif
