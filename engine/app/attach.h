/*
 * Files that a command takes along ("--attach FILE[:SLOT]"): read by the
 * caller's side, for the daemon may not see them, and handed over as one memory
 * file.
 */
#ifndef POSTKAMER_APP_ATTACH_H
#define POSTKAMER_APP_ATTACH_H

#include "app/command.h"
#include "base/arena.h"

#define ATTACH_MAX 50               /* files */
#define ATTACH_MAX_BYTES (512ll << 20) /* together */

/*
 * Takes every --attach out of the arguments and reads the files; '*fd_r' is -1
 * when there is none. What stands behind the last colon is a slot, unless there
 * is a file of the whole name. A failure is the request's.
 */
bool attach_pack(struct request *request, int *fd_r);
/*
 * The reverse: each file as a memory file of its own (attach_close()). ERR_INPUT
 * for bytes that attach_pack() did not write.
 */
int attach_unpack(int fd, struct arena *arena, struct engine_file **files_r, size_t *count_r, struct err *err);
void attach_close(struct engine_file *files, size_t count);

#endif
