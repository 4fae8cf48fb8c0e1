#include "support/lost_commit.h"

#include "base/memory.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 64, QUERY_BYTES_MAX = 1 << 16, HEAD_BYTES = 5, LATE_SECONDS = 1 };

typedef struct Connection {
    Loser *loser;
    int client;
    int server;
    atomic_bool is_lost; // the server's answers go nowhere
    pthread_t up;
    pthread_t down;
} Connection;

struct Loser {
    LostCommit kind;
    int commit_number;
    atomic_int commits;
    char *folder;
    char *server_folder;
    char *file; // of the socket: ".s.PGSQL.5432"
    int listener;
    pthread_t thread;
    Connection connections[CONNECTIONS_MAX];
    int connection_count;
};

static bool receive(int from, void *bytes, size_t size_bytes)
{
    return recv(from, bytes, size_bytes, MSG_WAITALL) == (ssize_t)size_bytes;
}

static bool pass_bytes(int to, const char *bytes, size_t size_bytes)
{
    while (size_bytes > 0) {
        ssize_t sent = send(to, bytes, size_bytes, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        bytes += sent;
        size_bytes -= (size_t)sent;
    }
    return true;
}

// Passes on what follows of a message.
static bool stream(int from, int to, size_t size_bytes)
{
    char bytes[16384];

    while (size_bytes > 0) {
        size_t piece = size_bytes < sizeof bytes ? size_bytes : sizeof bytes;

        if (!receive(from, bytes, piece) || !pass_bytes(to, bytes, piece))
            return false;
        size_bytes -= piece;
    }
    return true;
}

static size_t length_of(const char head[4])
{
    uint32_t length;

    memcpy(&length, head, sizeof length);
    return ntohl(length);
}

static void hang_up(Connection *connection)
{
    (void)shutdown(connection->client, SHUT_RDWR);
    (void)shutdown(connection->server, SHUT_RDWR);
}

// A query, whole, with its head. False where nothing more is to be passed on.
static bool pass_query(Connection *connection, const char *message, size_t size_bytes)
{
    Loser *loser = connection->loser;
    bool is_commit = memmem(message, size_bytes, "COMMIT;", strlen("COMMIT;")) != NULL;

    if (!is_commit || atomic_fetch_add(&loser->commits, 1) + 1 != loser->commit_number)
        return pass_bytes(connection->server, message, size_bytes);
    if (loser->kind == LOST_BEFORE)
        return false;
    atomic_store(&connection->is_lost, true);
    if (loser->kind == LOST_LATE) {
        (void)shutdown(connection->client, SHUT_RDWR);
        (void)sleep(LATE_SECONDS);
    }
    (void)pass_bytes(connection->server, message, size_bytes);
    (void)pthread_join(connection->down, NULL); // the server has answered
    return false;
}

static bool pass_message(Connection *connection)
{
    char message[QUERY_BYTES_MAX];

    if (!receive(connection->client, message, HEAD_BYTES))
        return false;

    size_t rest = length_of(message + 1) - 4;

    if (message[0] != 'Q' || rest > sizeof message - HEAD_BYTES)
        return pass_bytes(connection->server, message, HEAD_BYTES) &&
               stream(connection->client, connection->server, rest);
    return receive(connection->client, message + HEAD_BYTES, rest) &&
           pass_query(connection, message, HEAD_BYTES + rest);
}

static void *pass_up(void *argument)
{
    Connection *connection = argument;
    char length[4];

    // The first message has no type.
    if (receive(connection->client, length, sizeof length) &&
        pass_bytes(connection->server, length, sizeof length) &&
        stream(connection->client, connection->server, length_of(length) - sizeof length))
        while (pass_message(connection))
            continue;
    hang_up(connection);
    if (!atomic_load(&connection->is_lost))
        (void)pthread_join(connection->down, NULL);
    return NULL;
}

static void *pass_down(void *argument)
{
    Connection *connection = argument;
    char bytes[16384];
    ssize_t size_bytes;

    while ((size_bytes = recv(connection->server, bytes, sizeof bytes, 0)) > 0)
        if (atomic_load(&connection->is_lost) ||
            !pass_bytes(connection->client, bytes, (size_t)size_bytes))
            break;
    (void)shutdown(connection->client, SHUT_RDWR);
    return NULL;
}

static int open_socket(const char *folder, const char *file, struct sockaddr_un *out_address)
{
    char *path = text_format("%s/%s", folder, file);
    int opened = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    *out_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof out_address->sun_path)
        abort();
    memcpy(out_address->sun_path, path, strlen(path) + 1);
    free(path);
    return opened;
}

static void *take_connections(void *argument)
{
    Loser *loser = argument;

    for (int client; (client = accept(loser->listener, NULL, NULL)) >= 0;) {
        struct sockaddr_un address;
        Connection *connection = &loser->connections[loser->connection_count];

        if (loser->connection_count == CONNECTIONS_MAX)
            abort();
        *connection = (Connection){.loser = loser, .client = client};
        connection->server = open_socket(loser->server_folder, loser->file, &address);
        if (connect(connection->server, (struct sockaddr *)&address, sizeof address) != 0 ||
            pthread_create(&connection->down, NULL, pass_down, connection) != 0 ||
            pthread_create(&connection->up, NULL, pass_up, connection) != 0)
            abort();
        loser->connection_count++;
    }
    return NULL;
}

Loser *loser_start(LostCommit kind, int commit_number)
{
    struct sockaddr_un address;
    const char *host = getenv("PGHOST");
    const char *port = getenv("PGPORT");
    Loser *loser;

    if (host == NULL || host[0] != '/')
        return NULL;
    loser = MEMORY_NEW(Loser, 1);
    loser->kind = kind;
    loser->commit_number = commit_number;
    loser->server_folder = memory_copy_text(host);
    loser->file = text_format(".s.PGSQL.%s", port == NULL ? "5432" : port);
    loser->folder = memory_copy_text("/tmp/tidemark-loser-XXXXXX");
    if (mkdtemp(loser->folder) == NULL)
        abort();
    loser->listener = open_socket(loser->folder, loser->file, &address);
    if (bind(loser->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(loser->listener, CONNECTIONS_MAX) != 0 || setenv("PGHOST", loser->folder, 1) != 0 ||
        pthread_create(&loser->thread, NULL, take_connections, loser) != 0)
        abort();
    return loser;
}

int loser_stop(Loser *loser)
{
    char *path = text_format("%s/%s", loser->folder, loser->file);
    int was_lost = atomic_load(&loser->commits) >= loser->commit_number;

    (void)shutdown(loser->listener, SHUT_RDWR);
    (void)pthread_join(loser->thread, NULL);
    (void)close(loser->listener);
    for (int i = 0; i < loser->connection_count; i++) {
        hang_up(&loser->connections[i]);
        (void)pthread_join(loser->connections[i].up, NULL);
        (void)close(loser->connections[i].client);
        (void)close(loser->connections[i].server);
    }
    (void)setenv("PGHOST", loser->server_folder, 1);
    (void)unlink(path);
    (void)rmdir(loser->folder);
    free(path);
    free(loser->folder);
    free(loser->server_folder);
    free(loser->file);
    free(loser);
    return was_lost;
}
