/*
 * A disk under observation. Preloaded into a child process, it records every change the process
 * makes below SHIM_ROOT, in order and with its bytes, to SHIM_LOG; a rebuilder then makes the disk
 * as a power cut would have left it. It can also play a disk that is full or that fails:
 *
 *   SHIM_ROOT    folder under observation: absolute, canonical; what it holds counts as synced
 *   SHIM_LOG     where events go; none are written if it is unset
 *   SHIM_ACKS    a file whose writes are logged as acknowledgements
 *   SHIM_QUOTA   a file holding the number of bytes SHIM_ROOT may take; absent: no limit
 *   SHIM_BROKEN  while this file exists every sync fails with EIO
 *
 * One lock around each call and its record keeps the log in the order of the effects.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { ROOT = 1, CREATE, WRITE, TRUNCATE, SYNC, SYNC_ALL, RENAME, UNLINK, ACK };
enum { FILES_MAX = 65536, PAGE = 4096 };

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static const char *root, *acks, *quota, *broken;
static int log_fd = -1;
static dev_t device;
static ino_t ack_inode;
static struct {
    ino_t inode;
    uint64_t size, taken;  /* a hole takes nothing */
    unsigned char *pages; /* which pages are taken */
    size_t page_count;
    int is_folder;
} files[FILES_MAX];
static int file_count;

/* Nothing below may go unnoticed: a shim that cannot record must not let the test pass. */
static void give_up(const char *why) {
    dprintf(2, "shim: %s\n", why);
    abort();
}

static void put(const void *bytes, size_t length) {
    while (length > 0) {
        long done = syscall(SYS_write, log_fd, bytes, length);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) give_up("the log cannot be written");
        bytes = (const char *)bytes + done;
        length -= (size_t)done;
    }
}

static void event(uint64_t op, uint64_t a, uint64_t b, uint64_t c, const void *bytes, size_t n) {
    if (log_fd < 0) return;
    uint64_t head[5] = {op, a, b, c, n};
    put(head, sizeof head);
    if (n) put(bytes, n);
}

/* Returns the index of a watched file or folder, or -1. */
static int watched(const struct stat *st) {
    if (!root || st->st_dev != device) return -1;
    for (int i = 0; i < file_count; i++)
        if (files[i].inode == st->st_ino) return i;
    return -1;
}

static int watched_fd(int fd) {
    struct stat st;
    int saved = errno;
    int found = root && fstat(fd, &st) == 0 ? watched(&st) : -1;
    errno = saved;
    return found;
}

static void forget(int index) {
    if (index <= 0) return;
    free(files[index].pages);
    files[index] = files[--file_count];
    memset(&files[file_count], 0, sizeof files[0]);
}

/* Makes an absolute path of a folder descriptor and a path; returns whether it lies below root. */
static int resolve(int folder, const char *path, char *out) {
    if (!root || !path) return 0;
    if (path[0] == '/') {
        snprintf(out, PATH_MAX, "%s", path);
    } else {
        char link[64], base[PATH_MAX];
        if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0) return 0;
        base[length] = 0;
        if (snprintf(out, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) give_up("a long path");
    }
    size_t length = strlen(root);
    return strncmp(out, root, length) == 0 && out[length] == '/';
}

/* Returns the inode of the folder a path lies in, and its last name. */
static ino_t parent_of(const char *path, const char **name) {
    char folder[PATH_MAX];
    struct stat st;
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    *slash = 0;
    *name = path + (slash - folder) + 1;
    if (stat(folder, &st) != 0 || watched(&st) < 0) give_up("a change in an unseen folder");
    return st.st_ino;
}

static void created(const char *path, int is_folder) {
    struct stat st;
    const char *name;
    if (lstat(path, &st) != 0) give_up("a created file is not there");
    if (file_count == FILES_MAX) give_up("too many files");
    ino_t parent = parent_of(path, &name);
    files[file_count].inode = st.st_ino;
    files[file_count++].is_folder = is_folder;
    event(CREATE, parent, st.st_ino, (uint64_t)is_folder, name, strlen(name));
}

/* Returns how many more bytes fit on the disk. */
static uint64_t room(void) {
    uint64_t limit = UINT64_MAX, taken = 0;
    int fd = quota ? (int)syscall(SYS_openat, AT_FDCWD, quota, O_RDONLY, 0) : -1;
    if (fd >= 0) {
        char text[32] = {0};
        if (syscall(SYS_read, fd, text, sizeof text - 1) > 0) limit = strtoull(text, NULL, 10);
        syscall(SYS_close, fd);
    }
    for (int i = 0; i < file_count; i++) taken += files[i].taken;
    return limit > taken ? limit - taken : 0;
}

/* Takes the pages of a range while there is room; returns how many of its bytes have theirs. */
static size_t take(int index, uint64_t offset, size_t length) {
    uint64_t left = room(), end = offset + length;
    for (uint64_t page = offset / PAGE; page * PAGE < end; page++) {
        if (page >= files[index].page_count) {
            size_t count = page + 1024;
            files[index].pages = realloc(files[index].pages, count);
            if (!files[index].pages) give_up("no memory");
            memset(files[index].pages + files[index].page_count, 0,
                   count - files[index].page_count);
            files[index].page_count = count;
        }
        if (files[index].pages[page]) continue;
        if (left < PAGE) return page * PAGE > offset ? page * PAGE - offset : 0;
        files[index].pages[page] = 1;
        files[index].taken += PAGE;
        left -= PAGE;
    }
    return length;
}

/* Gives back the pages beyond a size. */
static void give_back(int index, uint64_t size) {
    for (uint64_t page = (size + PAGE - 1) / PAGE; page < files[index].page_count; page++) {
        if (files[index].pages[page]) files[index].taken -= PAGE;
        files[index].pages[page] = 0;
    }
}

/* Returns how many of the bytes fit, or -1 with ENOSPC when none of them does. */
static ssize_t admit(int index, uint64_t offset, size_t length) {
    size_t fit = take(index, offset, length);
    if (fit > 0 || length == 0) return (ssize_t)fit;
    errno = ENOSPC;
    return -1;
}

static void wrote(int index, uint64_t offset, const void *bytes, ssize_t done) {
    if (done <= 0) return;
    if (offset + (uint64_t)done > files[index].size) files[index].size = offset + (uint64_t)done;
    event(WRITE, files[index].inode, offset, 0, bytes, (size_t)done);
}

/* Records what a folder already holds. */
static void adopt(const char *folder) {
    struct dirent *entry;
    DIR *list = opendir(folder);
    if (!list) give_up("a folder cannot be listed");
    while ((entry = readdir(list))) {
        char path[PATH_MAX], bytes[65536];
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (snprintf(path, PATH_MAX, "%s/%s", folder, entry->d_name) >= PATH_MAX)
            give_up("a long path");
        int is_folder = entry->d_type == DT_DIR;
        created(path, is_folder);
        int index = file_count - 1;
        if (is_folder) {
            adopt(path);
            continue;
        }
        int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0);
        uint64_t offset = 0;
        long done;
        while ((done = syscall(SYS_read, fd, bytes, sizeof bytes)) > 0) {
            take(index, offset, (size_t)done);
            wrote(index, offset, bytes, done);
            offset += (uint64_t)done;
        }
        if (done < 0) give_up("a file cannot be read");
        syscall(SYS_close, fd);
    }
    closedir(list);
}

__attribute__((constructor)) static void start(void) {
    struct stat st;
    root = getenv("SHIM_ROOT");
    acks = getenv("SHIM_ACKS");
    quota = getenv("SHIM_QUOTA");
    broken = getenv("SHIM_BROKEN");
    if (!root) return;
    if (stat(root, &st) != 0) give_up("SHIM_ROOT is not there");
    device = st.st_dev;
    files[0].inode = st.st_ino;
    files[0].is_folder = 1;
    file_count = 1;
    const char *path = getenv("SHIM_LOG");
    if (path) {
        log_fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (log_fd < 0) give_up("SHIM_LOG cannot be opened");
    }
    event(ROOT, st.st_ino, 0, 0, NULL, 0);
    adopt(root);
    event(SYNC_ALL, st.st_ino, 0, 0, NULL, 0);
}

typedef int (*open_fn)(int, const char *, int, mode_t);

static int open_as(open_fn call, int folder, const char *given, int flags, mode_t mode) {
    char path[PATH_MAX];
    struct stat st;
    int saved, fd;
    pthread_mutex_lock(&lock);
    int below = resolve(folder, given, path);
    int existed = below && lstat(path, &st) == 0;
    fd = call(folder, given, flags, mode);
    saved = errno;
    if (fd >= 0 && below && !existed && (flags & O_CREAT)) created(path, 0);
    if (fd >= 0 && below && existed && (flags & O_TRUNC)) {
        int index = watched_fd(fd);
        if (index < 0) give_up("an unseen file was truncated");
        files[index].size = 0;
        give_back(index, 0);
        event(TRUNCATE, files[index].inode, 0, 0, NULL, 0);
    }
    if (fd >= 0 && acks && given && strcmp(given, acks) == 0 && fstat(fd, &st) == 0)
        ack_inode = st.st_ino;
    pthread_mutex_unlock(&lock);
    errno = saved;
    return fd;
}

static int real_openat(int folder, const char *path, int flags, mode_t mode) {
    return (int)syscall(SYS_openat, folder, path, flags, mode);
}

static mode_t mode_of(int flags, va_list list) {
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list list; \
        va_start(list, flags); \
        mode_t mode = mode_of(flags, list); \
        va_end(list); \
        return open_as(real_openat, AT_FDCWD, path, flags, mode); \
    }
#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        va_list list; \
        va_start(list, flags); \
        mode_t mode = mode_of(flags, list); \
        va_end(list); \
        return open_as(real_openat, folder, path, flags, mode); \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

static ssize_t write_at(int fd, const void *bytes, size_t length, off_t given, int positioned) {
    struct stat st;
    ssize_t done;
    pthread_mutex_lock(&lock);
    int index = watched_fd(fd);
    if (index < 0) {
        done = positioned ? syscall(SYS_pwrite64, fd, bytes, length, given)
                          : syscall(SYS_write, fd, bytes, length);
        int saved = errno;
        if (done > 0 && acks && fstat(fd, &st) == 0 && st.st_ino == ack_inode)
            event(ACK, 0, 0, 0, bytes, (size_t)done);
        errno = saved;
    } else {
        off_t offset = given;
        if (!positioned && (fcntl(fd, F_GETFL) & O_APPEND)) offset = (off_t)files[index].size;
        else if (!positioned) offset = lseek(fd, 0, SEEK_CUR);
        done = admit(index, (uint64_t)offset, length);
        if (done >= 0)
            done = positioned ? syscall(SYS_pwrite64, fd, bytes, (size_t)done, offset)
                              : syscall(SYS_write, fd, bytes, (size_t)done);
        int saved = errno;
        wrote(index, (uint64_t)offset, bytes, done);
        errno = saved;
    }
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    return write_at(fd, bytes, length, 0, 0);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    return write_at(fd, bytes, length, offset, 1);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    return write_at(fd, bytes, length, offset, 1);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    ssize_t total = 0;
    for (int i = 0; i < count; i++) {
        ssize_t done = write(fd, parts[i].iov_base, parts[i].iov_len);
        if (done < 0) return total ? total : done;
        total += done;
        if ((size_t)done < parts[i].iov_len) break;
    }
    return total;
}

/* Ways of writing that the engines do not use: met on a watched file, they end the test. */
#define UNSEEN(fd, name) if (watched_fd(fd) >= 0) give_up(name " on a watched file")
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    UNSEEN(fd, "pwritev");
    return syscall(SYS_pwritev, fd, parts, count, offset, offset >> 32);
}
ssize_t copy_file_range(int in, off64_t *a, int out, off64_t *b, size_t n, unsigned flags) {
    UNSEEN(out, "copy_file_range");
    return syscall(SYS_copy_file_range, in, a, out, b, n, flags);
}
ssize_t sendfile64(int out, int in, off64_t *offset, size_t n) {
    UNSEEN(out, "sendfile");
    return syscall(SYS_sendfile, out, in, offset, n);
}
ssize_t sendfile(int out, int in, off_t *offset, size_t n) {
    return sendfile64(out, in, offset, n);
}

static int resize(int fd, uint64_t size) {
    pthread_mutex_lock(&lock);
    int index = watched_fd(fd);
    int result = (int)syscall(SYS_ftruncate, fd, size);
    if (result == 0 && index >= 0) {
        files[index].size = size;
        give_back(index, size);
        event(TRUNCATE, files[index].inode, size, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate(int fd, off_t size) { return resize(fd, (uint64_t)size); }
int ftruncate64(int fd, off64_t size) { return resize(fd, (uint64_t)size); }

int fallocate(int fd, int mode, off_t offset, off_t length) {
    int result = 0;
    pthread_mutex_lock(&lock);
    int index = watched_fd(fd);
    if (index < 0) {
        result = (int)syscall(SYS_fallocate, fd, mode, offset, length);
    } else if (mode != 0) {
        give_up("an unknown fallocate on a watched file");
    } else if (take(index, (uint64_t)offset, (size_t)length) < (size_t)length) {
        give_back(index, files[index].size);
        errno = ENOSPC;
        result = -1;
    } else if ((uint64_t)(offset + length) > files[index].size) {
        result = resize(fd, (uint64_t)(offset + length));
    }
    pthread_mutex_unlock(&lock);
    return result;
}
int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
    return fallocate(fd, mode, offset, length);
}

static int sync_as(long number, int fd, uint64_t op) {
    pthread_mutex_lock(&lock);
    int index = watched_fd(fd), result;
    if (index >= 0 && broken && syscall(SYS_faccessat, AT_FDCWD, broken, F_OK) == 0) {
        errno = EIO;
        result = -1;
    } else {
        result = (int)syscall(number, fd);
        int saved = errno;
        if (result == 0 && index >= 0) event(op, files[index].inode, 0, 0, NULL, 0);
        errno = saved;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int fsync(int fd) { return sync_as(SYS_fsync, fd, SYNC); }
int fdatasync(int fd) { return sync_as(SYS_fdatasync, fd, SYNC); }
int syncfs(int fd) { return sync_as(SYS_syncfs, fd, SYNC_ALL); }

/* Promises nothing about a power cut, so it leaves no event. */
int sync_file_range(int fd, off64_t offset, off64_t length, unsigned flags) {
    return (int)syscall(SYS_sync_file_range, fd, offset, length, flags);
}

static int rename_as(int from_folder, const char *from, int to_folder, const char *to) {
    char a[PATH_MAX], b[PATH_MAX], names[2 * PATH_MAX];
    struct stat st;
    int replaced = -1;
    pthread_mutex_lock(&lock);
    int from_below = resolve(from_folder, from, a), to_below = resolve(to_folder, to, b);
    if (from_below != to_below) give_up("a rename across the border");
    if (to_below && lstat(b, &st) == 0) replaced = watched(&st);
    int result = (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
    int saved = errno;
    if (result == 0 && to_below) {
        const char *from_name, *to_name;
        ino_t from_parent = parent_of(a, &from_name), to_parent = parent_of(b, &to_name);
        int length = snprintf(names, sizeof names, "%s/%s", from_name, to_name);
        event(RENAME, from_parent, to_parent, 0, names, (size_t)length);
        forget(replaced);
    }
    pthread_mutex_unlock(&lock);
    errno = saved;
    return result;
}

int rename(const char *from, const char *to) { return rename_as(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int a, const char *from, int b, const char *to) { return rename_as(a, from, b, to); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    if (flags) give_up("a rename with flags");
    return rename_as(a, from, b, to);
}

static int unlink_as(int folder, const char *given, int flags) {
    char path[PATH_MAX];
    struct stat st;
    pthread_mutex_lock(&lock);
    int below = resolve(folder, given, path);
    int index = below && lstat(path, &st) == 0 ? watched(&st) : -1;
    int result = (int)syscall(SYS_unlinkat, folder, given, flags);
    int saved = errno;
    if (result == 0 && below) {
        const char *name;
        ino_t parent = parent_of(path, &name);
        event(UNLINK, parent, 0, 0, name, strlen(name));
        forget(index);
    }
    pthread_mutex_unlock(&lock);
    errno = saved;
    return result;
}

int unlink(const char *path) { return unlink_as(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char *path, int flags) { return unlink_as(folder, path, flags); }
int rmdir(const char *path) { return unlink_as(AT_FDCWD, path, AT_REMOVEDIR); }

static int mkdir_as(int folder, const char *given, mode_t mode) {
    char path[PATH_MAX];
    pthread_mutex_lock(&lock);
    int below = resolve(folder, given, path);
    int result = (int)syscall(SYS_mkdirat, folder, given, mode);
    int saved = errno;
    if (result == 0 && below) created(path, 1);
    pthread_mutex_unlock(&lock);
    errno = saved;
    return result;
}

int mkdir(const char *path, mode_t mode) { return mkdir_as(AT_FDCWD, path, mode); }
int mkdirat(int folder, const char *path, mode_t mode) { return mkdir_as(folder, path, mode); }

int link(const char *from, const char *to) {
    char path[PATH_MAX];
    if (resolve(AT_FDCWD, to, path)) give_up("a hard link");
    return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}
